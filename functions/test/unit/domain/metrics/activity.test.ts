import assert from 'node:assert/strict';
import { activityDays, type ActivityDay } from '../../../../src/domain/metrics/activity.ts';
import { layMinutes } from '../../../../src/domain/samples/minutes.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import type { SampleType } from '../../../../src/domain/samples/sample-types.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { at, dayMs, minuteMs, phone, sampleOf, span } from '../../../support/build.ts';

const start = at('2025-06-10T00:00');
const window: Window = {
  days: [0, 1].map((n) => ({
    day: `2025-06-1${n}`,
    timeZone: 'UTC',
    start: start + n * dayMs,
    end: start + (n + 1) * dayMs,
  })),
  start,
  end: start + 2 * dayMs,
};
const during = (type: SampleType, from: number, to: number, value: number, rest: Partial<Sample> = {}) =>
  span(type, start + from * minuteMs, start + to * minuteMs, value, rest);
const steps = (from: number, to: number, value: number, rest: Partial<Sample> = {}) =>
  during('stepCount', from, to, value, rest);
/** The watch is on the wrist from minute to minute. */
const worn = (from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / 20) + 1 }, (_, i) =>
    sampleOf('heartRate', start + Math.min(from + 20 * i, to) * minuteMs, { value: 60 }),
  );

/** Awake throughout, but for the minutes asleep and those of which that is not known. */
function daysOf(
  samples: Sample[],
  asleep: [from: number, to: number][] = [],
  open: [from: number, to: number][] = [],
): ActivityDay[] {
  const minutes = layMinutes(window, samples);
  const states = new Int8Array(minutes.count);
  for (const [from, to] of asleep) states.fill(1, from, to);
  for (const [from, to] of open) states.fill(-1, from, to);
  const byType = Map.groupBy(samples, ({ type }) => type);
  return activityDays(window, minutes, byType, samples[0]?.start ?? start, states);
}
const unknown = {
  steps: null,
  distanceMeters: null,
  activeEnergyKcal: null,
  basalEnergyKcal: null,
  exerciseMinutes: null,
  flightsClimbed: null,
  minutesOver60StepsPerMinute: null,
  minutesOver100StepsPerMinute: null,
  sedentaryBouts: null,
  longestSedentaryMinutes: null,
  complete: false,
};

describe('activityDays', () => {
  it('knows nothing of a day of which nothing was measured', () => {
    assert.deepEqual(daysOf([]), [
      { day: '2025-06-10', ...unknown },
      { day: '2025-06-11', ...unknown, complete: true },
    ]);
  });

  it('adds up each type by itself', () => {
    const byPhone = { source: phone };
    const [day] = daysOf([
      steps(600, 610, 1000, byPhone),
      steps(700, 701, 17, byPhone),
      during('distanceWalkingRunning', 600, 610, 712.5, byPhone),
      during('activeEnergyBurned', 600, 620, 33.25, byPhone),
      during('basalEnergyBurned', 0, 60, 70, byPhone),
      during('appleExerciseTime', 600, 610, 10, byPhone),
      during('flightsClimbed', 605, 606, 3, byPhone),
    ]);
    assert.deepEqual(day, {
      ...unknown,
      day: '2025-06-10',
      steps: 1017,
      distanceMeters: 712.5,
      activeEnergyKcal: 33.25,
      basalEnergyKcal: 70,
      exerciseMinutes: 10,
      flightsClimbed: 3,
      minutesOver60StepsPerMinute: 10,
      minutesOver100StepsPerMinute: 10,
    });
  });

  it('splits a sample over midnight by overlap', () => {
    const days = daysOf([steps(1430, 1445, 150, { source: phone })]);
    assert.deepEqual(
      days.map((day) => day.steps),
      [100, 50],
    );
    const thirds = daysOf([steps(1439, 1442, 1, { source: phone })]);
    assert.deepEqual(
      thirds.map((day) => day.steps),
      [0.333333, 0.666667],
    );
  });

  it('counts cadence from 60 and from 100 steps a minute on', () => {
    const [day] = daysOf([
      steps(600, 601, 59.9),
      steps(601, 602, 60),
      steps(602, 603, 99.9),
      steps(603, 604, 100),
      steps(604, 606, 240),
    ]);
    assert.deepEqual([day!.minutesOver60StepsPerMinute, day!.minutesOver100StepsPerMinute], [5, 3]);
  });

  it("takes a day's total in one sample for the total, and leaves its minutes unknown", () => {
    const [first, second] = daysOf([
      steps(0, 1440, 8421, { source: phone }),
      steps(1500, 1501, 60, { source: phone }),
    ]);
    assert.deepEqual(
      [first!.steps, first!.minutesOver60StepsPerMinute, first!.sedentaryBouts],
      [8421, null, null],
    );
    assert.deepEqual([second!.steps, second!.minutesOver60StepsPerMinute], [60, 1]);
  });

  describe('a complete day', () => {
    const complete = (samples: Sample[], until = window.end) => {
      const minutes = layMinutes({ ...window, end: until }, samples);
      const byType = Map.groupBy(samples, ({ type }) => type);
      return activityDays({ ...window, end: until }, minutes, byType, samples[0]!.start, null)[0]!.complete;
    };

    it('was worn for ten hours', () => {
      assert.equal(complete(worn(480, 480 + 600)), true);
      assert.equal(complete(worn(480, 480 + 580)), false);
    });

    it('is over, to a pause of the sensors', () => {
      assert.equal(complete(worn(0, 1440), start + dayMs - 30 * minuteMs), true);
      assert.equal(complete(worn(0, 1440), start + dayMs - 31 * minuteMs), false);
    });

    it('without a wearable is not the one on which the samples begin', () => {
      const walk = (minute: number) => steps(minute, minute + 1, 50, { source: phone });
      assert.equal(complete([walk(600), walk(900)]), false);
      assert.equal(complete([walk(-600), walk(600), walk(900)]), true);
    });
  });

  describe('sedentary bouts', () => {
    const bouts = (samples: Sample[], asleep?: [number, number][]) => {
      const [{ sedentaryBouts, longestSedentaryMinutes }] = daysOf(samples, asleep) as [ActivityDay];
      return [sedentaryBouts, longestSedentaryMinutes];
    };

    it('are at least 30 worn minutes without a step', () => {
      // Worn 08:00 to 12:00; steps at 08:00, 08:30 (29 minutes between), 09:01 (30 between) and 12:00.
      const walk = [480, 510, 541, 720].map((minute) => steps(minute, minute + 1, 10));
      assert.deepEqual(bouts([...worn(480, 720), ...walk]), [2, 178]);
    });

    it('are not sleep', () => {
      const samples = [...worn(0, 700), steps(0, 1, 5), steps(700, 701, 5)];
      assert.deepEqual(bouts(samples), [1, 699]);
      assert.deepEqual(bouts(samples, [[1, 480]]), [1, 220]);
      assert.deepEqual(bouts(samples, [[1, 690]]), [0, 0]);
    });

    it('are not a watch on its charger', () => {
      const walks = [460, 480].map((minute) => steps(minute, minute + 1, 5));
      const samples = [...worn(440, 500), ...worn(700, 720), ...walks];
      assert.deepEqual(bouts(samples), [0, 0]);
    });

    it('are not told where it is not known what was slept', () => {
      const samples = [...worn(0, 700), steps(0, 1, 5), steps(700, 701, 5)];
      const told = (open: [number, number]) => daysOf(samples, [], [open])[0]!.longestSedentaryMinutes;
      assert.equal(told([100, 220]), 480);
      assert.equal(told([100, 221]), null);
    });

    it('are unknown where no wearable was worn', () => {
      assert.deepEqual(bouts([steps(480, 481, 5, { source: phone })]), [null, null]);
    });

    it('end with the day', () => {
      const days = daysOf([...worn(1300, 1500), steps(1400, 1401, 5), steps(1480, 1481, 5)]);
      assert.deepEqual(
        days.map((day) => [day.sedentaryBouts, day.longestSedentaryMinutes]),
        [
          [2, 100],
          [1, 40],
        ],
      );
    });
  });
});
