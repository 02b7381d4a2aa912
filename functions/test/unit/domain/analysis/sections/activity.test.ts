import assert from 'node:assert/strict';
import type { Sample } from '../../../../../src/domain/samples/sample.ts';
import { analysisOf, beats, during, section, sleep } from '../../../../support/analysis.ts';

describe('activity', () => {
  it('counts minutes asleep out of sedentary time, and tells none where sleep is not known', () => {
    const quiet = [
      ...beats(-20, 601, 60, 10),
      during('stepCount', 600, 601, 5),
      during('stepCount', -30, -29, 5),
    ];
    const longest = (samples: Sample[]) =>
      section(analysisOf(samples).activity).days.at(-1)!.longestSedentaryMinutes;
    assert.equal(longest(quiet), null);
    assert.equal(longest([...quiet, sleep('core', 0, 480)]), 120);
  });

  it('averages complete days only: one that is not over has its number and is in no mean', () => {
    const walk = (day: number, steps: number) =>
      during('stepCount', day * 1440 + 600, day * 1440 + 660, steps);
    const { days, steps } = section(
      analysisOf([...beats(0, 2 * 1440 + 700, 60, 10), walk(0, 3000), walk(1, 5000), walk(2, 900)]).activity,
    );
    assert.deepEqual(
      days.map((day) => [day.steps, day.complete]),
      [
        [3000, true],
        [5000, true],
        [900, false],
      ],
    );
    assert.deepEqual(steps, { mean: 4000, sd: Math.sqrt(2) * 1000, n: 2 });
  });
});
