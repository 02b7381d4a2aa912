import assert from 'node:assert/strict';
import {
  layMinutes,
  minuteMeans,
  minuteTotals,
  samplesNear,
  type Minutes,
} from '../../../../src/domain/samples/minutes.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import type { SampleType } from '../../../../src/domain/samples/sample-types.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { at, minuteMs, other, phone, span } from '../../../support/build.ts';

const start = at('2025-06-10T00:00');
/** Three hours from midnight, in UTC. */
const window: Window = {
  days: [{ day: '2025-06-10', timeZone: 'UTC', start, end: start + 1440 * minuteMs }],
  start,
  end: start + 180 * minuteMs,
};

type Times = [from: number, to: number];
/** From minute to minute of the window. */
const during = (type: SampleType, [from, to]: Times, value: number, rest: Partial<Sample> = {}) =>
  span(type, start + from * minuteMs, start + to * minuteMs, value, rest);
const steps = (times: Times, value: number, rest: Partial<Sample> = {}) =>
  during('stepCount', times, value, rest);
const beat = (minute: number, value = 60, rest: Partial<Sample> = {}) =>
  during('heartRate', [minute, minute], value, rest);

/** What is known of single minutes; the others must be unknown. */
function known(values: Float64Array): Record<number, number> {
  const found: Record<number, number> = {};
  values.forEach((value, i) => {
    if (!Number.isNaN(value)) found[i] = Math.round(value * 1e9) / 1e9;
  });
  return found;
}

function totals(samples: Sample[], type: SampleType = 'stepCount') {
  const worn = samples.flatMap(({ source }) => (source.kind === 'phone' ? [] : wearer({ source })));
  const { total, resolved } = minuteTotals(layMinutes(window, [...worn, ...samples]), samples, type);
  return { total: known(total), resolved: known(resolved) };
}

/** Runs of worn minutes, as [first, last]. */
function wornRuns({ worn }: Pick<Minutes, 'worn'>): Times[] {
  const runs: Times[] = [];
  worn.forEach((on, i) => {
    if (!on) return;
    if (runs.at(-1)?.[1] === i - 1) runs.at(-1)![1] = i;
    else runs.push([i, i]);
  });
  return runs;
}
/** Somebody who has worn this wearable for an hour of the day before: enough to know when it is worn. */
const wearer = (rest: Partial<Sample> = {}) => [-700, -670, -640].map((minute) => beat(minute, 60, rest));
const wear = (...samples: Sample[]) => wornRuns(layMinutes(window, [...wearer(), ...samples]));

describe('layMinutes', () => {
  it('has the day and the clock of every minute, over a change of the clock', () => {
    const zone = 'Europe/Berlin';
    const [first, second, end] = ['2025-10-25T22:00', '2025-10-26T23:00', '2025-10-27T23:00'].map(at) as [
      number,
      number,
      number,
    ];
    const days = [
      { day: '2025-10-26', timeZone: zone, start: first, end: second },
      { day: '2025-10-27', timeZone: zone, start: second, end },
    ];
    const { count, day, clock } = layMinutes({ days, start: first, end }, []);
    assert.equal(count, 1500 + 1440);
    assert.deepEqual([day[1499], day[1500]], [0, 1]);
    // 02:00 to 03:00 comes twice.
    assert.deepEqual(
      [clock[120], clock[179], clock[180], clock[239], clock[240], clock[1499], clock[1500]],
      [120, 179, 120, 179, 180, 1439, 0],
    );
  });

  it('takes the clock of each day from its own zone', () => {
    const middle = at('2025-06-10T04:00');
    const days = [
      { day: '2025-06-09', timeZone: 'Europe/Berlin', start: at('2025-06-08T22:00'), end: middle },
      { day: '2025-06-10', timeZone: 'America/New_York', start: middle, end: at('2025-06-11T04:00') },
    ];
    const { clock, day } = layMinutes({ days, start: days[0]!.start, end: days[1]!.end }, []);
    assert.deepEqual([day[1799], clock[1799], day[1800], clock[1800]], [0, 5 * 60 + 59, 1, 0]);
  });

  it('begins where it is told, not only on whole minutes or quarters', () => {
    const from = start + 7 * minuteMs + 30_000;
    const days = [{ ...window.days[0]!, timeZone: 'Asia/Kathmandu' }];
    const { clock, count } = layMinutes({ days, start: from, end: from + 20 * minuteMs + 1 }, []);
    assert.equal(count, 21);
    // Kathmandu is 5:45 ahead.
    assert.deepEqual(
      [...clock.slice(0, 3), clock[20]].map((minute) => minute! - 345),
      [7, 8, 9, 27],
    );
  });
});

describe('samplesNear', () => {
  it('finds every sample that may say something about a minute, wherever the window lies', () => {
    const samples = Array.from({ length: 200 }, (_, i) => beat(7 * i));
    for (let from = -200; from < 1600; from += 13) {
      const [first, last] = [start + from * minuteMs, start + (from + 50) * minuteMs];
      // An hour is the longest that tells minutes, half an hour the longest gap of wear.
      const near = samples.filter(
        (one) => one.start >= first - 90 * minuteMs && one.start < last + 90 * minuteMs,
      );
      assert.deepEqual(samplesNear(samples, first, last), near);
    }
  });
});

describe('wear', () => {
  it('lasts from a sign of life to the next when they are at most 30 minutes apart', () => {
    assert.deepEqual(wear(beat(10), beat(40)), [[10, 40]]);
    assert.deepEqual(wear(beat(10), beat(41)), [
      [10, 10],
      [41, 41],
    ]);
  });

  it('covers the minutes of a sample, its last one only as far as it is touched', () => {
    assert.deepEqual(wear(steps([10, 20], 100)), [[10, 19]]);
    assert.deepEqual(wear(steps([10.5, 20.5], 100)), [[10, 20]]);
  });

  it('is known of watches and other wearables, never of the steps of a phone', () => {
    const band = { source: other };
    assert.deepEqual(wear(steps([10, 20], 100, { source: phone })), []);
    assert.deepEqual(wear(...wearer(band), steps([10, 20], 100, band)), [[10, 19]]);
    const both = layMinutes(window, [...wearer(), ...wearer(band), beat(10), beat(20, 60, band)]);
    assert.deepEqual(
      [wornRuns({ worn: both.watchWorn }), wornRuns({ worn: both.otherWorn })],
      [[[10, 10]], [[20, 20]]],
    );
    assert.deepEqual(wornRuns(both), [
      [10, 10],
      [20, 20],
    ]);
  });

  it('is not known from steps alone, nor from a single measurement: silence says nothing then', () => {
    const all = Array.from({ length: 180 }, (_, minute) => steps([minute, minute + 1], 10));
    assert.deepEqual(layMinutes(window, all).wearKnown, false);
    assert.deepEqual(wornRuns(layMinutes(window, all)), []);
    assert.equal(layMinutes(window, [beat(10)]).wearKnown, false);
    assert.equal(layMinutes(window, [...all, beat(10)]).wearKnown, true);
  });

  it("is known of a ring whose app writes under the phone's name", () => {
    const ring = { source: phone };
    assert.deepEqual(
      wornRuns(layMinutes(window, [...wearer(ring), beat(10, 60, ring), beat(30, 60, ring)])),
      [[10, 30]],
    );
  });

  it('is not shown by what was typed in, by estimates, by long samples or by sleep', () => {
    assert.deepEqual(wear(beat(10, 60, { userEntered: true })), []);
    assert.deepEqual(wear(during('basalEnergyBurned', [10, 20], 10)), []);
    assert.deepEqual(wear(steps([10, 71], 100)), []);
    assert.deepEqual(wear(during('sleepAnalysis', [10, 60], 3)), []);
    assert.deepEqual(wear(steps([10, 70], 100)), [[10, 69]]);
  });

  it('does not begin or end with the window', () => {
    assert.deepEqual(wear(beat(-10), beat(5)), [[0, 5]]);
    assert.deepEqual(wear(beat(-25), beat(6)), [[6, 6]]);
    assert.deepEqual(wear(beat(-10), beat(200)), []);
    assert.deepEqual(wear(beat(175), beat(190)), [[175, 179]]);
    assert.deepEqual(wear(beat(-5), beat(185)), []);
    assert.deepEqual(wear(steps([-20, 10], 5)), [[0, 9]]);
  });
});

describe('minuteTotals', () => {
  it('spreads a sample evenly over the minutes it covers, by overlap', () => {
    assert.deepEqual(totals([steps([10, 14], 100, { source: phone })]).total, {
      10: 25,
      11: 25,
      12: 25,
      13: 25,
    });
    // Half a minute, one, half a minute.
    assert.deepEqual(totals([steps([10.5, 12.5], 100, { source: phone })]).total, { 10: 25, 11: 50, 12: 25 });
    assert.deepEqual(totals([steps([10.25, 10.75], 7, { source: phone })]).total, { 10: 7 });
  });

  it('counts a sample without length in its minute', () => {
    assert.deepEqual(totals([steps([10, 10], 7, { source: phone })]).total, { 10: 7 });
    assert.deepEqual(totals([steps([10.9, 10.9], 7, { source: phone })]).total, { 10: 7 });
  });

  it('counts of a sample that reaches into the window only its share', () => {
    assert.deepEqual(totals([steps([-2, 2], 100, { source: phone })]).total, { 0: 25, 1: 25 });
    assert.deepEqual(totals([steps([178, 182], 100, { source: phone })]).total, { 178: 25, 179: 25 });
  });

  it('adds up the samples of one source', () => {
    const two = [steps([10, 11], 10, { source: phone }), steps([10, 12], 10, { source: phone })];
    assert.deepEqual(totals(two).total, { 10: 15, 11: 5 });
  });

  it('takes the higher of two sources of one kind, never their sum', () => {
    const tablet = { source: { kind: 'phone' as const, key: 'tablet' } };
    const two = [steps([10, 12], 20, { source: phone }), steps([11, 13], 30, tablet)];
    assert.deepEqual(totals(two).total, { 10: 10, 11: 15, 12: 15 });
  });

  it('counts a walk once that watch and phone both counted: as the watch did', () => {
    const both = [
      steps([10, 12], 200),
      steps([10, 12], 190, { source: phone }),
      steps([10, 12], 230, { source: other }),
    ];
    assert.deepEqual(totals(both).total, { 10: 100, 11: 100 });
  });

  it("counts the phone's walk while the watch is off", () => {
    const walks = [steps([10, 12], 200), steps([100, 102], 180, { source: phone })];
    assert.deepEqual(totals(walks).total, { 10: 100, 11: 100, 100: 90, 101: 90 });
  });

  it('does not count what only the phone saw while the watch was on the wrist and counting', () => {
    const worn = [steps([10, 11], 50), beat(25), beat(50), steps([30, 31], 70, { source: phone })];
    const { total } = totals(worn);
    assert.equal(total[30], 0);
    assert.equal(
      Object.values(total).reduce((sum, value) => sum + value),
      50,
    );
  });

  it('counts the phone where the watch is worn but never counts steps', () => {
    assert.deepEqual(totals([beat(25), beat(50), steps([30, 31], 70, { source: phone })]).total, { 30: 70 });
  });

  it('is zero where a wearable that counts was worn and counted nothing, and unknown where it was not worn', () => {
    const { total } = totals([steps([10, 11], 50), steps([15, 16], 5)]);
    assert.deepEqual(total, { 10: 50, 11: 0, 12: 0, 13: 0, 14: 0, 15: 5 });
    const band = { source: other };
    assert.deepEqual(totals([steps([10, 11], 50, band), steps([12, 13], 5, band)]).total, {
      10: 50,
      11: 0,
      12: 5,
    });
  });

  it('lets the phone go before another wearable that was worn and counted nothing', () => {
    const band = { source: other };
    const samples = [
      steps([10, 11], 50, band),
      steps([14, 15], 5, band),
      steps([12, 13], 30, { source: phone }),
    ];
    assert.deepEqual(totals(samples).total, { 10: 50, 11: 0, 12: 30, 13: 0, 14: 5 });
  });

  it('leaves minutes unresolved where only a sample of more than an hour tells, and counts it for the total', () => {
    const long = steps([0, 61], 61, { source: phone });
    const { total, resolved } = totals([long]);
    assert.equal(Object.values(total).length, 61);
    assert.equal(total[60], 1);
    assert.deepEqual(resolved, {});
    const hour = totals([steps([0, 60], 60, { source: phone })]);
    assert.equal(Object.keys(hour.resolved).length, 60);
  });

  it('prefers any source that resolves a minute to a long sample, the best long one where none does', () => {
    const samples = [
      steps([0, 100], 100),
      steps([0, 100], 300, { source: phone }),
      steps([10, 11], 40, { source: phone }),
    ];
    const { total, resolved } = totals(samples);
    // Of the watch's 100 the phone has seen 40 in one minute; the other 60 lie in the other 99.
    assert.deepEqual(
      [total[9], total[10], total[11]].map((value) => Math.round(100 * value!)),
      [61, 4000, 61],
    );
    assert.deepEqual(resolved, { 10: 40 });
  });

  it('counts a total of a day beside the minutes of the same day once', () => {
    const sum = (samples: Sample[]) =>
      Math.round(Object.values(totals(samples).total).reduce((all, value) => all + value, 0));
    const walks = [steps([10, 20], 1000, { source: phone }), steps([100, 110], 800, { source: phone })];
    const day = (value: number, source = phone) => steps([0, 180], value, { source });
    assert.equal(sum([...walks, day(1800)]), 1800);
    assert.equal(sum([...walks, day(2500)]), 2500, 'the total has seen more');
    assert.equal(sum([...walks, day(900)]), 1800, 'the total has seen less');
    assert.equal(sum([...walks, steps([0, 90], 1000, { source: phone }), day(2500)]), 2500, 'it grew');
    // Of a worse kind of source, where the better one knows most minutes.
    const worn = [...Array.from({ length: 7 }, (_, i) => beat(20 * i)), steps([10, 20], 1000)];
    assert.equal(sum([...worn, day(5000, other)]), 1000);
  });

  it('looks at its own type only', () => {
    assert.deepEqual(totals([steps([10, 11], 50)], 'flightsClimbed').total, {});
  });
});

describe('minuteMeans', () => {
  const means = (...samples: Sample[]) =>
    known(minuteMeans(layMinutes(window, samples), samples, 'heartRate'));

  it('are the mean of a minute', () => {
    assert.deepEqual(means(beat(10, 60), beat(10.5, 70), beat(11, 80)), { 10: 65, 11: 80 });
  });

  it('are of the best source there, never a mix', () => {
    const band = { source: other };
    assert.deepEqual(
      means(
        beat(10, 60),
        beat(10, 90, band),
        beat(11, 70, band),
        beat(12, 50, { source: phone }),
        beat(12, 99, band),
      ),
      { 10: 60, 11: 70, 12: 50 },
    );
  });

  it('know nothing outside the window', () => {
    assert.deepEqual(means(beat(-1), beat(180)), {});
  });

  it('exist for measurements only', () => {
    assert.throws(() => minuteMeans(layMinutes(window, []), [], 'stepCount'), RangeError);
  });

  it('do not overflow in a minute with very many samples', () => {
    const many = Array.from({ length: 70_000 }, () => beat(3, 61));
    assert.deepEqual(means(...many.slice(0, 10)), { 3: 61 });
    assert.equal(minuteMeans(layMinutes(window, []), many, 'heartRate')[3], 61);
  });
});
