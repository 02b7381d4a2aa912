import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  averageDailyTotal,
  interdailyStability,
  intradailyVariability,
  leastActive,
  mostActive,
  relativeAmplitude,
  rhythm,
  transitionRates,
  type ActivitySeries,
} from '../../../../src/domain/metrics/rhythm.ts';
import { lowess } from '../../../../src/domain/metrics/statistics.ts';

const day = 1440;

/** Minutes from a clock minute on, without a clock change. */
function minutes(count: number, activity: (i: number) => number, firstClockMinute = 0): ActivitySeries {
  return {
    values: Float64Array.from({ length: count }, (_, i) => activity(i)),
    clockMinutes: Uint16Array.from({ length: count }, (_, i) => (firstClockMinute + i) % day),
  };
}
/** Whole days in which each minute's activity follows from its clock hour. */
const days = (count: number, activity: (clockHour: number, day: number) => number) =>
  minutes(count * day, (i) => activity(Math.floor((i % day) / 60), Math.floor(i / day)));
function without(series: ActivitySeries, start: number, end: number): ActivitySeries {
  return { ...series, values: series.values.slice().fill(NaN, start, end) };
}
function near(actual: number | null | undefined, expected: number) {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < 1e-12,
    `${actual} is not ${expected}`,
  );
}

const clock = (hour: number) => hour * 60;
const afternoons = (hour: number) => (hour < 12 ? 0 : 1);
const everyOtherHour = (hour: number) => hour % 2;

/** Some days of counts with quiet and busy stretches, and a gap or none. */
const anySeries = fc
  .record({
    firstClockMinute: fc.integer({ min: 0, max: day - 1 }),
    stretches: fc.array(fc.tuple(fc.integer({ min: 20, max: 400 }), fc.constantFrom(0, 0, 3, 40, 900)), {
      minLength: 20,
      maxLength: 30,
    }),
    noise: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 7, maxLength: 31 }),
  })
  .map(({ firstClockMinute, stretches, noise }) => {
    const levels = stretches.flatMap(([length, level]) => new Array<number>(length).fill(level));
    return minutes(levels.length, (i) => levels[i]! + noise[i % noise.length]!, firstClockMinute);
  });
const anyGappySeries = fc
  .tuple(anySeries, fc.array(fc.tuple(fc.nat(9000), fc.nat(600)), { maxLength: 4 }))
  .map(([series, gaps]) =>
    gaps.reduce((left, [start, length]) => without(left, start, start + length), series),
  );

describe('interdailyStability', () => {
  it('is (24 D - 1) / (23 D) for D days that are alike', () => {
    near(interdailyStability(days(2, afternoons)), 47 / 46);
    near(interdailyStability(days(7, afternoons)), 167 / 161);
  });

  it('is the variance of the mean day over the variance of the hours', () => {
    // Afternoons of 60 an hour on the first day only. The mean day has 12 hours of 0 and 12 of 30: variance
    // 12 * 12 / 24 * 900 / 23 = 5400 / 23. The 48 hours hold 12 times 60: variance 12 * 36 / 48 * 3600 / 47.
    const series = days(2, (hour, day) => (day === 0 ? afternoons(hour) : 0));
    near(interdailyStability(series), 5400 / 23 / ((12 * 36 * 3600) / 48 / 47));
  });

  it('goes by the clock across a day of 23 hours', () => {
    const clockMinutes = Uint16Array.from(
      [0, 1, 2].flatMap((d) =>
        Array.from({ length: day }, (_, i) => i).filter((i) => d !== 1 || i < 120 || i >= 180),
      ),
    );
    const values = Float64Array.from(clockMinutes, (minute) => afternoons(Math.floor(minute / 60)));
    // 71 hours, 36 of 60 and 35 of 0: variance 36 * 35 / 71 * 3600 / 70; the mean day: 6 * 3600 / 23.
    near(interdailyStability({ values, clockMinutes }), 6 / 23 / (18 / 71));
  });

  it('scales an hour up when half of it was measured, and leaves it out below that', () => {
    const series = days(2, (hour, day) => (day === 0 ? afternoons(hour) : 0));
    near(interdailyStability(without(series, clock(13), clock(13) + 30)), interdailyStability(series)!);
    // Without the first day's 13:00, the mean day has 13 hours of 0 and 11 of 30, and there are too few hours.
    assert.equal(interdailyStability(without(series, clock(13), clock(13) + 31)), null);
    const threeDays = days(3, (hour, day) => (day === 0 ? afternoons(hour) : 0));
    const profile = (900 * 4 * ((11 * 13) / 24)) / 9 / 23; // 11 hours of 20
    const hours = (3600 * ((11 * 60) / 71)) / 70;
    near(interdailyStability(without(threeDays, clock(13), clock(13) + 31)), profile / hours);
  });

  it('is not known of less than 48 hours, nor when nothing varies', () => {
    assert.equal(interdailyStability(minutes(2 * day - 60, (i) => i)), null);
    assert.equal(interdailyStability(days(7, () => 0)), null);
    assert.equal(
      interdailyStability(
        without(
          days(7, () => 0.1),
          100,
          117,
        ),
      ),
      null,
    ); // flat but for rounding
    assert.equal(interdailyStability(minutes(0, () => 0)), null);
  });
});

describe('intradailyVariability', () => {
  it('is the mean squared step over the variance of the hours', () => {
    // 24 hours of 0 and 24 of 60: variance 12 * 3600 / 47. Three steps of 60 in 47, or 47 of them.
    near(intradailyVariability(days(2, afternoons)), 3 / 12);
    near(intradailyVariability(days(2, everyOtherHour)), 47 / 12);
  });

  it('counts the last, cut off hour as it is', () => {
    // 24 hours of 0, 24 of 60 and half an hour of 30: mean 30, variance 900; 47 steps of 60 and one of 30.
    const series = minutes(2 * day + 30, (i) => everyOtherHour(Math.floor(i / 60)) || (i >= 2 * day ? 1 : 0));
    near(intradailyVariability(series), (47 * 3600 + 900) / 48 / 900);
  });

  it('takes no step across an hour that is left out', () => {
    // Without the hour at 10:00: 23 hours of 0 and 24 of 60, variance 12 * 3600 / 47; 45 steps of 60.
    near(intradailyVariability(without(days(2, everyOtherHour), clock(10), clock(11))), 47 / 12);
  });

  it('is not known without neighbouring hours that vary', () => {
    assert.equal(intradailyVariability(days(7, () => 5)), null);
    assert.equal(intradailyVariability(minutes(60, (i) => i)), null);
  });
});

describe('leastActive and mostActive', () => {
  const ordinary = days(3, (hour) => (hour >= 1 && hour < 6 ? 0 : hour >= 8 && hour < 18 ? 10 : 1));

  it('find the 5 and the 10 hours of the mean day', () => {
    assert.deepEqual(leastActive(ordinary), { mean: 0, onset: clock(1) });
    assert.deepEqual(mostActive(ordinary), { mean: 10, onset: clock(8) });
    near(mostActive(days(2, (hour) => (hour >= 9 && hour < 18 ? 10 : 1)))?.mean, (9 * 10 + 1) / 10);
  });

  it('wrap at midnight', () => {
    const series = days(2, (hour) => (hour >= 22 || hour < 3 ? 1 : hour < 17 ? 2 : 3));
    assert.deepEqual(leastActive(series), { mean: 1, onset: clock(22) });
    assert.equal(mostActive(days(2, (hour) => (hour >= 19 || hour < 5 ? 4 : 1)))?.onset, clock(19));
  });

  it('go by the clock, wherever the series starts', () => {
    const series = minutes(3 * day, (i) => ((i + 900) % day < 300 ? 0 : 1), 900);
    assert.deepEqual(leastActive(series), { mean: 0, onset: 0 });
  });

  it('take the first after midnight of those that tie', () => {
    assert.equal(leastActive(days(2, (hour) => (hour < 7 || hour >= 22 ? 0 : 1)))?.onset, 0);
    assert.equal(leastActive(days(2, (hour) => (hour >= 3 && hour < 10 ? 0.1 : 1)))?.onset, clock(3));
  });

  it('have no onset when the day is flat', () => {
    assert.deepEqual(leastActive(days(3, () => 0)), { mean: 0, onset: null });
    assert.deepEqual(mostActive(days(3, () => 0.1))?.onset, null);
  });

  it('take the mean of a clock minute over the days it was measured on', () => {
    // 10 hours of 10 on one day; on the other they were not measured, and do not count as 0.
    assert.equal(mostActive(without(ordinary, day + clock(8), day + clock(18)))?.mean, 10);
  });

  it('pass over a stretch of which less than half was ever measured', () => {
    const everyDay = (start: number, end: number) =>
      [0, 1, 2].reduce((series, d) => without(series, d * day + start, d * day + end), ordinary);
    // Any 5 hours with 01:00 to 02:59 in them have 150 minutes at most of the quiet time left: means above 0.
    assert.deepEqual(leastActive(everyDay(clock(1), clock(3) + 30)), { mean: 0, onset: clock(1) });
    assert.notEqual(leastActive(everyDay(clock(1), clock(3) + 31))?.mean, 0);
  });

  it('need 16 hours of the day', () => {
    assert.equal(leastActive(minutes(959, (i) => i)), null);
    assert.notEqual(leastActive(minutes(960, (i) => i)), null);
  });
});

describe('relativeAmplitude', () => {
  it('is (M10 - L5) / (M10 + L5)', () => {
    near(relativeAmplitude(days(2, (hour) => (hour < 5 ? 1 : hour >= 8 && hour < 18 ? 10 : 2))), 9 / 11);
    near(relativeAmplitude(days(2, () => 7)), 0);
  });

  it('is not known without activity', () => {
    assert.equal(relativeAmplitude(days(7, () => 0)), null);
    assert.equal(relativeAmplitude(minutes(0, () => 0)), null);
  });
});

describe('averageDailyTotal', () => {
  it('is the mean of the days', () => {
    near(averageDailyTotal(days(2, (_, day) => day + 1)), (1440 + 2880) / 2);
  });

  it('scales a day that the series cuts off', () => {
    near(averageDailyTotal(minutes(720 + day, (i) => (i < 720 ? 1 : 2), 720)), (1440 + 2880) / 2);
  });

  it('scales a day of which half was measured, and leaves it out below that', () => {
    const series = days(3, (_, day) => day + 1);
    near(averageDailyTotal(without(series, 0, 720)), 2880);
    near(averageDailyTotal(without(series, 0, 721)), (2880 + 4320) / 2);
  });

  it('takes a day of 25 hours as one', () => {
    // 02:00 to 02:59 twice. 5 a minute in the first three hours that pass, 1 in the other 22.
    const clockMinutes = Uint16Array.from({ length: 1500 }, (_, i) => (i < 180 ? i : i - 60));
    const values = Float64Array.from({ length: 1500 }, (_, i) => (i < 180 ? 5 : 1));
    near(averageDailyTotal({ values, clockMinutes }), ((900 + 1320) * 1440) / 1500);
  });

  it('is not known of less than 24 hours', () => {
    assert.equal(averageDailyTotal(minutes(1439, () => 1)), null);
  });
});

describe('transitionRates', () => {
  /** Runs of rest of the given lengths, each followed by one minute of activity. */
  const resting = (lengths: number[]) =>
    Float64Array.from(lengths.flatMap((length) => [...new Array<number>(length).fill(4), 5]));

  it('finds a constant rate', () => {
    // Of 128 runs 64 last one minute, 32 two, ...: at every length half of them end.
    const lengths = [64, 32, 16, 8, 4, 2, 1, 1].flatMap((count, i) => new Array<number>(count).fill(i + 1));
    near(transitionRates(resting(lengths)).kRa, 0.5);
  });

  it('weighs the rates by the root of the runs behind them', () => {
    // N = 9 7 6 5 4 3 2 1 at lengths 1 to 6, 8 and 10. With 7 rates each is smoothed by itself alone.
    const weights = [16, 13, 11, 9, 7, 5, 3].map(Math.sqrt);
    const rates = [2 / 9, 1 / 7, 1 / 6, 1 / 5, 1 / 4, 1 / 3 / 2, 1 / 2 / 2];
    const expected =
      weights.reduce((sum, weight, i) => sum + weight * rates[i]!, 0) /
      weights.reduce((sum, weight) => sum + weight);
    near(transitionRates(resting([1, 1, 2, 3, 4, 5, 6, 8, 10])).kRa, expected);
  });

  it('averages over the longest stretch near the curve', () => {
    const counts: Record<number, number> = {
      1: 40,
      2: 20,
      3: 12,
      4: 9,
      5: 4,
      6: 5,
      7: 3,
      8: 1,
      9: 9,
      10: 1,
      12: 1,
    };
    Object.assign(counts, { 13: 1, 14: 2, 16: 1, 20: 3, 25: 1, 30: 1, 31: 1, 40: 1, 60: 2, 90: 1, 95: 1 });
    const lengths = Object.entries(counts).flatMap(([length, count]) =>
      new Array<number>(count).fill(Number(length)),
    );
    // Computed with NumPy, by another program: the rates of 10 to 90 minutes.
    near(transitionRates(resting(lengths)).kRa, 0.05099730501964492);
  });

  it('takes activity above the threshold as active, and looks at active runs the same way', () => {
    const lengths = [64, 32, 16, 8, 4, 2, 1, 1].flatMap((count, i) => new Array<number>(count).fill(i + 1));
    const turned = resting(lengths).map((value) => (value > 4 ? 4 : 5));
    near(transitionRates(turned).kAr, 0.5);
    assert.equal(transitionRates(turned).kRa, null); // all rest lasts one minute
    assert.deepEqual(transitionRates(turned, 3.5), { kRa: null, kAr: null }); // never at rest
  });

  it('leaves out a run that borders on a gap', () => {
    const lengths = [64, 32, 16, 8, 4, 2, 1, 1].flatMap((count, i) => new Array<number>(count).fill(i + 1));
    const gap = [NaN, ...new Array<number>(9).fill(0), NaN];
    const cut = [5, 0, 0, 0, NaN, 0, 0, 5];
    const values = Float64Array.from([...resting(lengths), ...cut, ...gap, 5]);
    near(transitionRates(values).kRa, 0.5);
  });

  it('is not known of too few lengths of runs', () => {
    assert.deepEqual(transitionRates(resting([1, 2, 3, 4, 5, 6, 7])), { kRa: null, kAr: null });
    assert.deepEqual(transitionRates(new Float64Array(7 * day)), { kRa: null, kAr: null });
    assert.deepEqual(transitionRates(new Float64Array(0)), { kRa: null, kAr: null });
  });
});

describe('lowess', () => {
  it('fits each point by the weighted line through its neighbours', () => {
    // Expected values: numpy.polyfit of degree 1 through the 4 nearest points with tricube weights.
    const fitted = lowess([1, 2, 4, 7, 8, 10, 13], [3, 1, 4, 1, 5, 9, 2], 0.6)!;
    const expected = [2.042334150432895, 2.466784613030849, 4, 1, 4.182907903526097, 9, 2.321628796314165];
    expected.forEach((value, i) => near(fitted[i], value));
  });

  it('leaves a straight line as it is', () => {
    const x = [1, 2, 3, 5, 8, 13, 21, 34];
    const fitted = lowess(
      x,
      x.map((value) => 3 - 2 * value),
      0.5,
    )!;
    x.forEach((value, i) => assert.ok(Math.abs(fitted[i]! - (3 - 2 * value)) < 1e-9));
  });

  it('needs two points to share a fit', () => {
    assert.equal(lowess([1, 2, 3], [1, 2, 3], 0.3), null);
    assert.equal(lowess([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 0.3), null);
  });
});

describe('rhythm', () => {
  it('puts it all together', () => {
    const series = days(7, (hour) => (hour >= 1 && hour < 6 ? 0 : hour >= 8 && hour < 18 ? 10 : 1));
    const actual = rhythm(series);
    near(actual.is, 167 / 161);
    near(actual.ra, 1);
    near(actual.adat, 60 * (100 + 9));
    assert.deepEqual(actual.l5, { mean: 0, onset: '01:00' });
    assert.deepEqual(actual.m10, { mean: 10, onset: '08:00' });
    near(actual.cosinor?.mesor, 109 / 24);
    assert.equal(actual.kRa, null);
  });

  it('names no number that it cannot know', () => {
    assert.deepEqual(rhythm(days(7, () => 0)), {
      is: null,
      iv: null,
      ra: null,
      l5: { mean: 0, onset: null },
      m10: { mean: 0, onset: null },
      adat: 0,
      kRa: null,
      kAr: null,
      cosinor: { mesor: 0, amplitude: 0, acrophaseHour: null, r2: null },
    });
    const nothing = {
      is: null,
      iv: null,
      ra: null,
      l5: null,
      m10: null,
      adat: null,
      kRa: null,
      kAr: null,
      cosinor: null,
    };
    assert.deepEqual(rhythm(minutes(0, () => 0)), nothing);
    assert.deepEqual(rhythm(days(7, () => NaN)), nothing);
  });

  it('serves the threshold to kRA and kAR alone', () => {
    const series = minutes(7 * day, (i) => (i * i) % 97);
    const low = rhythm(series, { activeThreshold: 4 });
    const high = rhythm(series, { activeThreshold: 80 });
    assert.notEqual(low.kRa ?? low.kAr, high.kRa ?? high.kAr);
    assert.deepEqual({ ...low, kRa: 0, kAr: 0 }, { ...high, kRa: 0, kAr: 0 });
  });

  it('gives finite numbers or null, whatever the gaps, and RA and rates within 0 and 1', () => {
    fc.assert(
      fc.property(anyGappySeries, (series) => {
        const { l5, m10, cosinor, ...numbers } = rhythm(series);
        for (const value of [
          ...Object.values(numbers),
          l5?.mean,
          m10?.mean,
          cosinor?.mesor,
          cosinor?.amplitude,
          cosinor?.acrophaseHour,
          cosinor?.r2,
        ]) {
          assert.ok(value === null || value === undefined || Number.isFinite(value));
        }
        for (const value of [numbers.ra, numbers.kRa, numbers.kAr]) {
          assert.ok(value === null || (value >= 0 && value <= 1));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on the unit', () => {
    fc.assert(
      fc.property(anyGappySeries, fc.constantFrom(0.001, 1 / 3, 7, 1000), (series, factor) => {
        const scaled = { ...series, values: series.values.map((value) => value * factor) };
        const one = rhythm(series, { activeThreshold: 10 });
        const other = rhythm(scaled, { activeThreshold: 10 * factor });
        const same = (actual: number | null | undefined, expected: number | null | undefined) =>
          assert.ok(
            actual === expected || Math.abs(actual! - expected!) <= 1e-9 * Math.abs(expected!),
            `${actual} is not ${expected}`,
          );
        same(other.is, one.is);
        same(other.iv, one.iv);
        same(other.ra, one.ra);
        same(other.adat, one.adat === null ? null : one.adat * factor);
        same(other.l5?.mean, one.l5 ? one.l5.mean * factor : undefined);
        assert.equal(other.m10?.onset, one.m10?.onset);
        assert.equal(other.l5?.onset, one.l5?.onset);
      }),
      { numRuns: 20 },
    );
  });
});
