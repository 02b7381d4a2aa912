import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Runnable } from '../lib/command.ts';
import { root } from '../lib/root.ts';
import { ran } from '../../functions/test/support/commands.ts';

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** What npm itself calls, and other commands with an option. */
const noCommands = ['postinstall', 'build', 'demo', 'test:deep'];
const names = Object.keys(scripts).filter((name) => !noCommands.includes(name));
const files = readdirSync(import.meta.dirname).filter((file) => !file.endsWith('.test.ts'));

/** Programs that others start, and read their own arguments: bench/*-program.ts and these. */
const programs = [
  'run.mjs',
  'install/functions.mjs',
  'local-stack/emulators.ts',
  'local-stack/firebase-cli.cjs',
];

async function loaded(file: string): Promise<Runnable> {
  return ((await import(`./${file}`)) as { default: Runnable }).default;
}

describe('the commands', () => {
  it('are those of package.json, each in its file', () => {
    assert.deepEqual(files.toSorted(), names.map((name) => `${name.replace(':', '-')}.ts`).toSorted());
    for (const name of names) assert.equal(scripts[name], `node scripts/run.mjs ${name}`);
    assert.equal(scripts['demo'], 'node scripts/run.mjs start --exit');
    assert.equal(scripts['test:deep'], 'node scripts/run.mjs test --deep');
  });

  for (const file of files) {
    describe(file, () => {
      let command: Runnable;
      before(async function () {
        this.timeout(30_000);
        command = await loaded(file);
      });

      it('has the name of its file, and only declares: its work is in a room', () => {
        assert.equal(`${command.name.replace(':', '-')}.ts`, file);
        const lines = readFileSync(path.join(import.meta.dirname, file), 'utf8')
          .trimEnd()
          .split('\n');
        assert.ok(lines.length <= 40, `${lines.length} lines`);
      });

      it('explains itself with usage and an example', async () => {
        const { status, stdout, stderr } = await ran(command, '--help');
        assert.deepEqual([status, stderr], [0, '']);
        assert.ok(stdout.includes(`\n\nUsage: npm run ${command.name}`));
        assert.match(stdout, /\n\nExamples:\n {2}npm /);
        const tooLong = stdout.split('\n').filter((line) => line.length > 120);
        assert.deepEqual(tooLong, []);
      });

      it('refuses an unknown option with its usage and exit code 2', async () => {
        const { status, stdout, stderr } = await ran(command, '--no-such-option');
        assert.deepEqual([status, stdout], [2, '']);
        assert.match(stderr, /^[a-z:-]+: Unknown option '--no-such-option'\.\nUsage: npm run /);
      });
    });
  }

  it('leave arguments and exit codes to their frame', () => {
    const all = readdirSync(path.join(root, 'scripts'), { recursive: true, encoding: 'utf8' });
    const own = all.filter(
      (file) =>
        /(?<!\.test)\.(ts|mjs|cjs)$/.test(file) &&
        !/^bench.*-program\.ts$/.test(file) &&
        !programs.includes(file),
    );
    const found = own.filter((file) =>
      /process\.(argv|exitCode|exit\()|import\.meta\.main|parseArgs\(/.test(
        readFileSync(path.join(root, 'scripts', file), 'utf8'),
      ),
    );
    assert.deepEqual(found, ['lib/command.ts']);
  });
});
