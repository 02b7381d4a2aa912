// How mocha is run: in functions/, reporting counts to a file and coverage to a folder.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import type { Step } from './steps.ts';

export interface Counts {
  passes: number;
  failures: number;
  pending: number;
}

export interface MochaRun {
  countsFile: string;
  coverageFolder: string;
  /** Instead of the files in functions/.mocharc.json. */
  specs?: string[];
  timeoutMs?: number;
}

export function mochaStep({ countsFile, coverageFolder, specs, timeoutMs }: MochaRun): Omit<Step, 'name'> {
  const args = ['node_modules/mocha/bin/mocha.js'];
  args.push('--reporter', path.join(root, 'scripts/testing/counting-reporter.cjs'));
  // The configuration file's own `spec` would be added to ours.
  if (specs) args.push('--no-config', '--extension', 'ts', ...specs);
  if (timeoutMs) args.push('--timeout', String(timeoutMs));
  return {
    args,
    cwd: path.join(root, 'functions'),
    env: { TEST_COUNTS_FILE: countsFile, NODE_V8_COVERAGE: coverageFolder },
  };
}

/** A run that ended without counts (a file that does not load, say) is one failure. */
export function readCounts(countsFile: string): Counts {
  try {
    return JSON.parse(fs.readFileSync(countsFile, 'utf8')) as Counts;
  } catch {
    return { passes: 0, failures: 1, pending: 0 };
  }
}
