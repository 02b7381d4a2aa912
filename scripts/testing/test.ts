// Builds, checks and runs the tests of a tier, and closes with one line, "N passed, N failed, N skipped". Nothing is left out
// after a failure but what cannot work without what failed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { check } from './check.ts';
import { runEmulators } from '../local-stack/emulators.ts';
import { root } from '../lib/root.ts';
import { mochaStep, readResults } from './mocha.ts';
import type { Results } from './mocha.ts';
import { nodeStep, runNode, step } from './steps.ts';
import type { Result } from './steps.ts';
import { tiers } from './tiers.ts';

const functions = path.join(root, 'functions');
const shownSlowest = 10;

async function runOnEmulators({ args, cwd, env = {} }: ReturnType<typeof mochaStep>): Promise<boolean> {
  const command = [process.execPath, ...args];
  return (await runEmulators({ mode: 'exec', command, cwd, env, ports: 'free' })) === 0;
}

/** Of what runs in the test processes; the functions' own run bundles, whose source maps report every loaded line as covered. */
function coverage(rawFolder: string): Promise<Result> {
  const c8 = ['node_modules/c8/bin/c8.js', 'report', `--temp-directory=${rawFolder}`];
  const of = ['--all', '--src=src', '--include=src/**/*.ts'];
  // A contents page for readers, which nothing runs, and a file of types only.
  const without = ['--exclude=src/index.ts', '--exclude=src/workflows/ports.ts'];
  const as = [`--reports-dir=${path.join(root, 'coverage')}`, '--reporter=text', '--reporter=lcovonly'];
  const args = [...c8, ...of, ...without, ...as, '--skip-full', '--check-coverage', '--lines=80'];
  return nodeStep({ name: 'coverage', args, cwd: functions });
}

function reportTests(all: Results[]): void {
  const slowest = all
    .flatMap(({ tests }) => tests)
    .sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0))
    .slice(0, shownSlowest);
  console.log('\nThe slowest tests:');
  for (const { duration = 0, fullTitle } of slowest)
    console.log(`  ${(duration / 1000).toFixed(1).padStart(6)} s  ${fullTitle}`);
  for (const { fullTitle } of all.flatMap(({ pending }) => pending)) console.log(`not run: ${fullTitle}`);
}

/** Prints the closing line. A failed step that is no test run counts as one failure, so that the line never hides it. */
function close(steps: Result[], all: Results[]): boolean {
  const failedSteps = steps.filter(({ ok }) => !ok).map(({ name }) => name);
  const sum = (count: (results: Results) => number) => all.reduce((total, one) => total + count(one), 0);
  const failed =
    sum(({ stats }) => stats.failures) + failedSteps.filter((name) => !name.startsWith('tests')).length;
  if (failedSteps.length > 0) console.log(`\nfailed steps: ${failedSteps.join(', ')}`);
  const [passed, skipped] = [sum(({ stats }) => stats.passes), sum(({ pending }) => pending.length)];
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && failedSteps.length === 0;
}

/** @returns whether everything passed; `unit` leaves out what needs the emulators */
export async function test({ unit, deep }: { unit: boolean; deep: boolean }): Promise<boolean> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'test-'));
  const coverageFolder = path.join(work, 'coverage');
  const tier = deep ? 'deep' : 'quick';
  try {
    const steps: Result[] = [await nodeStep({ name: 'build', args: ['build.mjs'], cwd: functions })];
    steps.push(...(await check()));

    const results: Results[] = [];
    for (const suite of tiers[tier].suites.filter(({ onEmulators }) => !unit || !onEmulators)) {
      const resultsFile = path.join(work, `${suite.name}.json`);
      const mocha = mochaStep(suite, tier, { resultsFile, coverageFolder });
      steps.push(await step(suite.name, () => (suite.onEmulators ? runOnEmulators : runNode)(mocha)));
      results.push(readResults(resultsFile));
    }
    if (!unit) steps.push(await coverage(coverageFolder));
    reportTests(results);
    return close(steps, results);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
