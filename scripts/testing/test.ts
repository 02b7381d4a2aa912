// Builds, checks, runs the tests that need only Node, then those that need the emulators, and closes with one line,
// "N passed, N failed". Nothing is left out after a failure but what cannot work without what failed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { check } from './check.ts';
import { runEmulators } from '../local-stack/emulators.ts';
import { root } from '../lib/root.ts';
import { reportCoverage } from './coverage.ts';
import { mochaStep, readCounts } from './mocha.ts';
import { nodeStep, runNode, step } from './steps.ts';
import type { Result } from './steps.ts';

const functions = path.join(root, 'functions');
const emulatorTestTimeoutMs = 60_000;
const emulatorTests = ['contract', 'rules', 'emulator', 'e2e', 'fault'];

async function unitTests(work: string): Promise<boolean> {
  return runNode(
    mochaStep({ countsFile: path.join(work, 'unit.json'), coverageFolder: path.join(work, 'coverage') }),
  );
}

async function testsOnEmulators(work: string): Promise<boolean> {
  const {
    args,
    cwd,
    env = {},
  } = mochaStep({
    countsFile: path.join(work, 'emulators.json'),
    coverageFolder: path.join(work, 'coverage'),
    specs: emulatorTests.map((folder) => `test/${folder}/**/*.test.ts`),
    timeoutMs: emulatorTestTimeoutMs,
  });
  const command = [process.execPath, ...args];
  return (await runEmulators({ mode: 'exec', command, cwd, env, ports: 'free' })) === 0;
}

/** Prints the closing line. A failed step that is no test run counts as one failure, so that the line never hides it. */
function close(results: Result[], countFiles: string[]): boolean {
  const counts = countFiles.map(readCounts);
  const failedSteps = results.filter(({ ok }) => !ok).map(({ name }) => name);
  const passed = counts.reduce((sum, { passes }) => sum + passes, 0);
  const failedTests = counts.reduce((sum, { failures }) => sum + failures, 0);
  const failed = failedTests + failedSteps.filter((name) => !name.startsWith('tests')).length;
  if (failedSteps.length > 0) console.log(`\nfailed steps: ${failedSteps.join(', ')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && failedSteps.length === 0;
}

/** @returns whether everything passed; `unitOnly` leaves out what needs the emulators */
export async function test({ unitOnly }: { unitOnly: boolean }): Promise<boolean> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'test-'));
  try {
    const results: Result[] = [];
    const build = await nodeStep({ name: 'build', args: ['build.mjs'], cwd: functions });
    results.push(build, ...(await check()));

    const countFiles = [path.join(work, 'unit.json')];
    results.push(await step('tests without emulators', () => unitTests(work)));
    if (!unitOnly) {
      countFiles.push(path.join(work, 'emulators.json'));
      results.push(await step('tests on the emulators', () => testsOnEmulators(work)));
      results.push(await step('coverage', () => reportCoverage(path.join(work, 'coverage'))));
    }
    return close(results, countFiles);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
