import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import { tiers } from './tiers.ts';

const functions = path.join(root, 'functions');

describe('the tiers of tests', () => {
  it('run every file of tests in exactly one suite', () => {
    const all = fs.globSync(['test/**/*.test.ts', '../scripts/**/*.test.ts'], { cwd: functions });
    for (const { suites } of Object.values(tiers)) {
      const run = suites.flatMap(({ files }) => fs.globSync(files, { cwd: functions }));
      assert.deepEqual(run.sort(), all.sort());
    }
  });
});
