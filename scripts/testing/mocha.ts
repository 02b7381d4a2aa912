// How mocha is run, in functions/, and what it reports.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import type { Step } from './steps.ts';
import type { Suite, TierName } from './tiers.ts';

interface Test {
  fullTitle: string;
  /** ms; none of a test that was skipped */
  duration?: number;
}

/** Mocha's json. */
export interface Results {
  stats: { passes: number; failures: number };
  tests: Test[];
  pending: Test[];
}

/** Where a run leaves what it reports: the results, and V8's coverage of the processes. */
export interface Reports {
  resultsFile: string;
  coverageFolder: string;
}

export function mochaStep(
  { files, timeoutMs }: Suite,
  tier: TierName,
  { resultsFile, coverageFolder }: Reports,
): Omit<Step, 'name'> {
  const reporter = path.join(root, 'scripts/testing/reporter.cjs');
  return {
    args: [
      'node_modules/mocha/bin/mocha.js',
      ...['--reporter', reporter, '--reporter-option', `output=${resultsFile}`],
      ...['--timeout', String(timeoutMs), ...files],
    ],
    cwd: path.join(root, 'functions'),
    env: { TEST_TIER: tier, NODE_V8_COVERAGE: coverageFolder },
  };
}

/** A run that ended without results (a file that does not load, say) is one failure. */
export function readResults(resultsFile: string): Results {
  try {
    return JSON.parse(fs.readFileSync(resultsFile, 'utf8')) as Results;
  } catch {
    return { stats: { passes: 0, failures: 1 }, tests: [], pending: [] };
  }
}
