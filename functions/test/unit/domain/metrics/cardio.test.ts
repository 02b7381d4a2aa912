import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  heartRateVariability,
  lowestRollingMean,
  restingHeartRate,
} from '../../../../src/domain/metrics/cardio.ts';

const asleep = (length: number, bpm: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => bpm(i));

describe('lowestRollingMean', () => {
  it('finds the lowest window', () => {
    assert.deepEqual(lowestRollingMean(Float64Array.of(60, 50, 40, 50, 60), 3), {
      mean: 140 / 3,
      start: 1,
      n: 3,
    });
    assert.deepEqual(lowestRollingMean(asleep(120, (i) => (i >= 40 && i < 70 ? 48 : 60))), {
      mean: 48,
      start: 40,
      n: 30,
    });
  });

  it('takes the mean of what was measured, from 5 of 30 minutes on', () => {
    const everySixth = asleep(30, (i) => (i % 6 === 0 ? 50 + i : NaN));
    assert.deepEqual(lowestRollingMean(everySixth), { mean: 62, start: 0, n: 5 });
    everySixth[0] = NaN;
    assert.equal(lowestRollingMean(everySixth), null);
    assert.deepEqual(lowestRollingMean(everySixth, 30, 0.1), { mean: 65, start: 0, n: 4 });
  });

  it('needs a whole window', () => {
    assert.equal(lowestRollingMean(asleep(29, () => 50)), null);
    assert.equal(
      lowestRollingMean(
        asleep(60, () => NaN),
        30,
        0,
      ),
      null,
    );
  });

  it('is not below the lowest value nor above the mean of a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 35, max: 180 }), { minLength: 30, maxLength: 90 }), (rates) => {
        const lowest = lowestRollingMean(Float64Array.from(rates))!;
        assert.ok(lowest.mean >= Math.min(...rates));
        assert.ok(lowest.mean <= rates.slice(0, 30).reduce((sum, rate) => sum + rate) / 30 + 1e-9);
      }),
    );
  });
});

describe('restingHeartRate', () => {
  const night = asleep(90, (i) => (i < 45 ? 55 : 65));

  it("is the median of HealthKit's own, when there are any", () => {
    const own = { bpm: 58, source: 'healthkit', n: 4 };
    assert.deepEqual(restingHeartRate({ healthKit: [57, 80, 59, 56], sleepHeartRate: night }), own);
  });

  it('is else the lowest half hour of sleep', () => {
    const lowest = { bpm: 55, source: 'sleep-minimum', n: 30 };
    assert.deepEqual(restingHeartRate({ healthKit: [], sleepHeartRate: night }), lowest);
    assert.deepEqual(restingHeartRate({ healthKit: [NaN], sleepHeartRate: night }), lowest);
  });

  it('is else not known', () => {
    assert.equal(restingHeartRate({ healthKit: [], sleepHeartRate: new Float64Array(0) }), null);
    assert.equal(restingHeartRate({ healthKit: [], sleepHeartRate: new Float64Array(90).fill(NaN) }), null);
  });
});

describe('heartRateVariability', () => {
  it('is the median and the coefficient of variation', () => {
    // Mean 5; squares of the deviations 9 1 1 1 0 0 4 16 = 32; sd = sqrt(32 / 7).
    const actual = heartRateVariability([2, 4, 4, 4, 5, 5, 7, 9]);
    assert.deepEqual(actual, { medianMs: 4.5, cv: Math.sqrt(32 / 7) / 5, n: 8 });
  });

  it('has no variation of a single value, and nothing of none', () => {
    assert.deepEqual(heartRateVariability([41]), { medianMs: 41, cv: null, n: 1 });
    assert.equal(heartRateVariability([]), null);
    assert.equal(heartRateVariability([NaN]), null);
  });
});
