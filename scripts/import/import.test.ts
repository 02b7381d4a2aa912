import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { progress } from './progress.ts';
import { createWorkFolder, importFolder } from './work-folder.ts';
import { writeExport } from '../sample-data/make-export.ts';
import { exportOf, recordXml } from '../../functions/test/support/exported.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';
import { byTier } from '../../functions/test/support/tier.ts';

const root = path.resolve(import.meta.dirname, '../..');
const command = ['scripts/run.mjs', 'import'];

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Folders of the run that are still there. */
  leftBehind: string[];
}

function run(args: string[], { node = [] as string[], env = {} } = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...node, ...command, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (status) => {
      resolve({ status, stdout, stderr, leftBehind: foldersOf(child.pid!) });
    });
  });
}

function foldersOf(pid: number): string[] {
  if (!fs.existsSync(importFolder)) return [];
  return fs.readdirSync(importFolder).filter((name) => name.startsWith(`run-${pid}-`));
}

describe('npm run import', () => {
  const folder = temporaryFolder();

  it('says what it would send, sends nothing, and leaves nothing behind', async () => {
    const file = folder.path('export.zip');
    await writeExport(file, { days: 2, lastDay: '2025-06-15' });
    // Whoever would listen on these ports is not there.
    const nowhere = {
      FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9',
      LOCAL_STACK_FUNCTIONS_URL: 'http://127.0.0.1:9',
    };
    const { status, stdout, stderr, leftBehind } = await run([file], { env: nowhere });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\n936 samples from 2025-06-14 to 2025-06-15, in 1 recording, /);
    assert.match(stdout, /heartRate +552 {2}2025-06-14 to 2025-06-15/);
    assert.match(stdout, /\n +1 {2}not read: Correlation\n/);
    assert.match(stdout, /Nothing was sent\. --apply sends it to the local stack\.\n$/);
    assert.match(stderr, /reading export\.zip 100 %/);
    assert.deepEqual(leftBehind, []);

    const applied = await run([file, '--apply'], { env: nowhere });
    assert.equal(applied.status, 1);
    assert.equal(
      applied.stderr,
      'import: The local stack does not answer: run "npm start" in another terminal, or name a project with --project.\n',
    );
  });

  it('ends with one sentence that names the file when it cannot be read', async () => {
    const bad = folder.write(
      'bad.xml',
      '<!DOCTYPE HealthData [<!ENTITY a "b">]><HealthData>&a;</HealthData>',
    );
    const { status, stdout, stderr, leftBehind } = await run([bad]);
    assert.deepEqual([status, stdout], [1, '']);
    assert.equal(
      stderr.trimEnd().split('\n').at(-1),
      `import: ${bad}: The export declares XML entities. Apple Health does not, so it is not read.`,
    );
    assert.deepEqual(leftBehind, []);
  });

  it('asks for the time zone when no sample names one, and says when there is no sample at all', async () => {
    const nothing = await run([folder.write('nothing.xml', exportOf('<Me/>'))]);
    assert.match(
      nothing.stderr,
      /import: There is no sample that can be used; --help tells what is read\.\n$/,
    );
    const unzoned = await run([folder.write('unzoned.xml', exportOf(recordXml()))]);
    assert.match(unzoned.stderr, /import: No sample names its time zone: give the person's with --time-zone/);
    const csv = folder.write('heartrate_seconds_merged.csv', 'Id,Time,Value\n1,4/12/2016 7:21:00 AM,97\n');
    assert.match((await run([csv])).stderr, /Its times name no zone: give --time-zone/);
    assert.match((await run([csv, '--time-zone', 'America/Chicago'])).stdout, /1 sample from 2016-04-12/);
  });

  it('stops at Ctrl-C without leaving health data behind', async () => {
    const file = folder.path('export.xml');
    await writeExport(file, { days: 20, lastDay: '2025-06-15', megabytes: 15 });
    const child = spawn(process.execPath, [...command, file], { cwd: root });
    const ended = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('20 %')) child.kill('SIGINT');
    });
    assert.equal(await ended, 130);
    assert.match(said, /stopped\. The same command goes on where it was\./);
    assert.deepEqual(foldersOf(child.pid!), []);
  }).timeout(30_000);

  const { megabytes, samples } = byTier(
    { megabytes: 200, samples: '507,019' },
    { megabytes: 60, samples: '152,659' },
  );
  it(`needs less than 256 MiB for an export of ${megabytes} MB`, async () => {
    const file = folder.path('export.zip');
    await writeExport(file, { days: 2 * megabytes, lastDay: '2025-06-15', megabytes });
    const peakFile = folder.path('peak');
    const { status, stdout, stderr } = await run([file], {
      node: ['--import', path.join(root, 'scripts/bench/peak-memory.ts')],
      env: { PEAK_MEMORY_FILE: peakFile },
    });
    assert.equal(status, 0, stderr);
    assert.ok(stdout.includes(`\n${samples} samples`), stdout);
    const peakMiB = Number(fs.readFileSync(peakFile, 'utf8')) / 1024;
    assert.ok(peakMiB < 256, `${peakMiB.toFixed(0)} MiB`);
  }).timeout(180_000);

  it('removes what a killed run has left, and leaves a living one alone', () => {
    const living = createWorkFolder(folder.path());
    fs.mkdirSync(folder.path('run-2147483646-x'));
    createWorkFolder(folder.path());
    assert.ok(fs.existsSync(living));
    assert.ok(!fs.existsSync(folder.path('run-2147483646-x')));
    assert.equal(fs.statSync(living).mode & 0o077, 0);
  });

  it('refuses arguments that make no sense', async () => {
    for (const [args, sentence] of [
      [[], /FILE is missing/],
      [['a', '--time-zone', 'Mars'], /--time-zone must be an IANA time zone/],
      [['a', '--send'], /--send/],
    ] as const) {
      const { status, stderr } = await run([...args]);
      assert.equal(status, 2);
      assert.match(stderr, sentence);
    }
  });
});

describe('the progress of an import', () => {
  function drawn(isTTY: boolean) {
    let text = '';
    let now = 0;
    const bar = progress({
      label: 'sending',
      total: 100,
      text: (amount) => `${Math.round(amount)} B`,
      output: { isTTY, write: (piece) => (text += piece) },
      now: () => now,
    });
    const at = (seconds: number, done: number) => {
      now = seconds * 1000;
      bar.update(done);
    };
    return { bar, at, text: () => text };
  }

  it('is a bar with rate and remaining time on a terminal, below the lines that stay', () => {
    const { bar, at, text } = drawn(true);
    at(2, 50);
    assert.equal(
      text(),
      `\r\x1b[K[${'='.repeat(12)}${' '.repeat(12)}] sending  50 %  50 B of 100 B, 25 B/s, 0:02 left`,
    );
    bar.say('waiting');
    assert.ok(text().includes('\r\x1b[Kwaiting\n[====='));
    at(4, 100);
    bar.end();
    assert.match(text(), /\] sending 100 % {2}100 B of 100 B, 25 B\/s in 0:04\n$/);
  });

  it('is a line at every tenth where there is no terminal, without control characters', () => {
    const { at, text } = drawn(false);
    for (let done = 1; done <= 100; done++) at(done, done);
    assert.equal(text().split('\n').length, 11);
    assert.ok(!text().includes('\x1b') && !text().includes('\r'));
  });
});
