import assert from 'node:assert/strict';
import { command, flag, text, UsageError } from './command.ts';
import { Interrupted } from './interruption.ts';
import { oneOf, wholeNumber } from './options.ts';

/** What `work` resolves with and writes to both streams. */
async function heard(work: () => Promise<number>) {
  const said = { out: [] as string[], err: [] as string[] };
  const { log, error } = console;
  console.log = (line: string) => said.out.push(line);
  console.error = (line: string) => said.err.push(line);
  try {
    return { code: await work(), ...said };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** Runs it as run.mjs does. */
const ran = (args: string[], run: () => number | void = () => {}) =>
  heard(() =>
    command({
      name: 'greet',
      summary: 'Greets people.',
      names: 'NAME [NAME...]',
      options: {
        loud: { ...flag('in capitals'), short: 'l' },
        language: text('CODE', 'its language', { default: 'en', read: oneOf('en', 'de') }),
        times: text('N', 'how often', { read: wholeNumber }),
      },
      interrupted: 'Nobody was greeted.',
      examples: [['npm run greet -- Ada', 'greets Ada']],
      run({ options, names }, io) {
        io.print(`${options.language} ${String(options.loud)} ${names.join()} ${(options.times ?? 1) + 1}`);
        return run();
      },
    }).main(args),
  );

describe('a command', () => {
  it('gets its options with their defaults, and its names', async () => {
    assert.deepEqual(await ran(['Ada', '-l']), { code: 0, out: ['en true Ada 2'], err: [] });
    assert.deepEqual((await ran(['Ada', 'Bo', '--language', 'de', '--times', '2'])).out, [
      'de false Ada,Bo 3',
    ]);
  });

  it('explains itself with usage, options and examples, and does nothing else', async () => {
    const { code, out, err } = await ran(['--help']);
    assert.deepEqual([code, err, out.length], [0, [], 1]);
    assert.match(out[0]!, /^Greets people\.\n\nUsage: npm run greet -- NAME \[NAME\.\.\.\] \[OPTIONS\]\n/);
    assert.match(
      out[0]!,
      / {2}--language CODE {2}its language \(default en\)\n[^]* {2}-h, --help {7}this text\n/,
    );
    assert.match(out[0]!, /Examples:\n {2}npm run greet -- Ada {2}greets Ada$/);
  });

  it('refuses an unknown option with its usage and exit code 2', async () => {
    const { code, out, err } = await ran(['--lout']);
    assert.deepEqual([code, out], [2, []]);
    assert.match(err.join('\n'), /^greet: Unknown option '--lout'\.\nUsage: npm run greet/);
  });

  it('refuses a text that its option cannot be, and a name that is missing or too many', async () => {
    for (const [args, sentence] of [
      [['Ada', '--language', 'fr'], 'greet: --language must be one of en, de.'],
      [['Ada', '--times', '0'], 'greet: --times must be a whole number from 1 on.'],
      [[], 'greet: NAME is missing.'],
    ] as const) {
      const { code, out, err } = await ran([...args]);
      assert.deepEqual([code, out, err[0]], [2, [], sentence]);
    }
    const alone = command({ name: 'sing', summary: 'Sings.', names: 'SONG', examples: [], run() {} });
    assert.deepEqual(await heard(() => alone.main(['one', 'two'])), {
      code: 2,
      out: [],
      err: [
        'sing: "two" is one argument too many.',
        'Usage: npm run sing -- SONG\nMore: npm run sing -- --help',
      ],
    });
  });

  it('refuses what its own check of the arguments refuses in the same way', async () => {
    const { code, err } = await ran(['Ada'], () => {
      throw new UsageError('Name somebody else.');
    });
    assert.deepEqual([code, err[0]], [2, 'greet: Name somebody else.']);
  });

  it('says what to know after Ctrl-C, with exit code 130', async () => {
    const { code, err } = await ran(['Ada'], () => {
      throw new Interrupted('SIGINT');
    });
    assert.deepEqual([code, err], [130, ['greet: stopped. Nobody was greeted.']]);
  });

  it('says a failure in one sentence, with exit code 1, and its own verdict as the exit code', async () => {
    const failing = await ran(['Ada'], () => {
      throw new RangeError('There is no such person.');
    });
    assert.deepEqual([failing.code, failing.err], [1, ['greet: There is no such person.']]);
    assert.equal((await ran(['Ada'], () => 3)).code, 3);
  });
});
