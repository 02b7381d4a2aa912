import assert from 'node:assert/strict';
import type { Sample } from '../../../../../src/domain/samples/sample.ts';
import { analysisOf, beats, during, section, sleep } from '../../../../support/analysis.ts';

describe('activity', () => {
  it('counts minutes asleep out of sedentary time', () => {
    const quiet = [
      ...beats(0, 601, 60, 20),
      during('stepCount', 600, 601, 5),
      during('stepCount', -30, -29, 5),
    ];
    const longest = (samples: Sample[]) =>
      section(analysisOf(samples).activity).days.at(-1)!.longestSedentaryMinutes;
    assert.equal(longest(quiet), 600);
    assert.equal(longest([...quiet, sleep('core', 0, 480)]), 120);
  });
});
