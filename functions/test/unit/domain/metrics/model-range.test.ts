import assert from 'node:assert/strict';
import { characterOf, isWithin } from '../../../../src/domain/metrics/model-range.ts';

/** Valid minutes are 1; the model says wake with the given probabilities. */
const night = (valid: number[], wake: number[], spreadBpm = 4) => {
  const features = new Float32Array(5 * valid.length);
  features.set(valid, valid.length);
  const probabilities = Float32Array.from(wake.flatMap((probability) => [probability, 1 - probability, 0]));
  return characterOf({ minutes: valid.length, features, spreadBpm }, probabilities);
};
const range = { wakeProbability: [0.1, 0.3] as [number, number], spreadBpm: 8, missingShare: 0.1 };

describe('the range of the sleep model', () => {
  it('looks at the minutes with heart rate, and at how many have none', () => {
    assert.deepEqual(night([1, 1, 0, 1], [0.25, 0.25, 1, 0.25]), {
      wakeProbability: 0.25,
      spreadBpm: 4,
      missingShare: 0.25,
    });
  });

  const typical = { wakeProbability: 0.2, spreadBpm: 4, missingShare: 0 };
  for (const [what, is, within] of [
    ['a typical night', {}, true],
    ['a night at its edges', { wakeProbability: 0.3, spreadBpm: 8, missingShare: 0.1 }, true],
    ['a night all awake', { wakeProbability: 0.31 }, false],
    ['a night without any doubt', { wakeProbability: 0.09 }, false],
    ['a heart that leaps', { spreadBpm: 8.1 }, false],
    ['a watch that was off', { missingShare: 0.11 }, false],
    ['a night of which nothing is known', { wakeProbability: NaN, missingShare: 1 }, false],
  ] as const) {
    it(`${within ? 'holds' : 'does not hold'} ${what}`, () => {
      assert.equal(isWithin({ ...typical, ...is }, range), within);
    });
  }
});
