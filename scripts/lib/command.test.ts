import assert from 'node:assert/strict';
import { command, UsageError } from './command.ts';

/** Runs it as run.mjs does, and listens to both streams. */
async function ran(args: string[], run: () => number | void = () => {}) {
  const heard = { out: [] as string[], err: [] as string[] };
  const { log, error } = console;
  console.log = (line: string) => heard.out.push(line);
  console.error = (line: string) => heard.err.push(line);
  try {
    const it = command({
      name: 'greet',
      summary: 'Greets people.',
      names: 'NAME',
      options: {
        loud: { type: 'boolean', short: 'l', help: 'in capitals' },
        language: { type: 'string', value: 'CODE', default: 'en', help: 'its language' },
      },
      examples: [['npm run greet -- Ada', 'greets Ada']],
      run({ options, names }, io) {
        io.print(`${options.language} ${String(options.loud)} ${names.join()}`);
        return run();
      },
    });
    return { code: await it.main(args), ...heard };
  } finally {
    Object.assign(console, { log, error });
  }
}

describe('a command', () => {
  it('gets its options with their defaults, and its names', async () => {
    assert.deepEqual(await ran(['Ada', '-l']), { code: 0, out: ['en true Ada'], err: [] });
    assert.deepEqual((await ran(['--language', 'de'])).out, ['de false ']);
  });

  it('explains itself with usage, options and examples, and does nothing else', async () => {
    const { code, out, err } = await ran(['--help']);
    assert.deepEqual([code, err, out.length], [0, [], 1]);
    assert.match(out[0]!, /^Greets people\.\n\nUsage: npm run greet -- NAME \[OPTIONS\]\n/);
    assert.match(
      out[0]!,
      / {2}--language CODE {2}its language \(default en\)\n {2}-h, --help {7}this text\n/,
    );
    assert.match(out[0]!, /Examples:\n {2}npm run greet -- Ada {2}greets Ada$/);
  });

  it('refuses an unknown option with its usage and exit code 2', async () => {
    const { code, out, err } = await ran(['--lout']);
    assert.deepEqual([code, out], [2, []]);
    assert.match(err.join('\n'), /^greet: Unknown option '--lout'\.\nUsage: npm run greet/);
  });

  it('refuses what its own check of the arguments refuses in the same way', async () => {
    const { code, err } = await ran([], () => {
      throw new UsageError('Name somebody.');
    });
    assert.deepEqual([code, err[0]], [2, 'greet: Name somebody.']);
  });

  it('tells a failure in one sentence, with exit code 1, and its own verdict as the exit code', async () => {
    const failing = await ran([], () => {
      throw new RangeError('There is no such person.');
    });
    assert.deepEqual([failing.code, failing.err], [1, ['greet: There is no such person.']]);
    assert.equal((await ran([], () => 3)).code, 3);
  });
});
