import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  heartRateVariability,
  lowestHalfHour,
  lowestSleepingHeartRate,
  restingHeartRate,
} from '../../../../src/domain/metrics/cardio.ts';

const asleep = (length: number, bpm: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => bpm(i));

describe('lowestHalfHour', () => {
  it('is the lowest mean of 30 minutes in a row', () => {
    assert.equal(lowestHalfHour(asleep(120, (i) => (i >= 40 && i < 70 ? 48 : 60))), 48);
    // One minute of the half hour lies outside of the quiet stretch.
    assert.equal(lowestHalfHour(asleep(120, (i) => (i >= 40 && i < 69 ? 48 : 78))), 49);
  });

  it('takes, where a watch at rest measures every 5 minutes, the 10 readings that lie within an hour', () => {
    const every = (minutes: number, length: number) =>
      asleep(length, (i) => (i % minutes === 0 ? 50 + i / minutes : NaN));
    // 0, 5, ... 45: ten readings from 50 to 59.
    assert.equal(lowestHalfHour(every(5, 120)), 54.5);
    assert.equal(lowestHalfHour(every(5, 45)), null, 'nine readings');
    assert.equal(lowestHalfHour(every(7, 480)), null, 'ten readings take longer than an hour');
  });

  it('is not moved by a single low reading, as a minimum would be', () => {
    const one = asleep(480, (i) => (i === 200 ? 35 : 55));
    assert.ok(lowestHalfHour(one)! > 54.3);
  });

  it('needs half an hour', () => {
    assert.equal(lowestHalfHour(asleep(29, () => 50)), null);
    assert.equal(lowestHalfHour(asleep(60, () => NaN)), null);
  });

  it('is not below the lowest value nor above the mean of a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 35, max: 180 }), { minLength: 30, maxLength: 90 }), (rates) => {
        const lowest = lowestHalfHour(Float64Array.from(rates))!;
        assert.ok(lowest >= Math.min(...rates));
        assert.ok(lowest <= rates.slice(0, 30).reduce((sum, rate) => sum + rate) / 30 + 1e-9);
      }),
    );
  });
});

describe('restingHeartRate', () => {
  it("is the median of HealthKit's own", () => {
    assert.deepEqual(restingHeartRate([57, 80, 59, 56]), {
      bpm: 58,
      average: { mean: 63, sd: Math.sqrt((36 + 289 + 16 + 49) / 3), n: 4 },
    });
    assert.equal(restingHeartRate([]), null);
  });
});

describe('lowestSleepingHeartRate', () => {
  it('is the median over the nights, so that it does not sink with their number', () => {
    const nights = [52, 49, 50].map((bpm, i) => ({ day: `2025-06-1${i}`, bpm }));
    assert.equal(lowestSleepingHeartRate(nights)!.bpm, 50);
    assert.equal(lowestSleepingHeartRate([]), null);
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
