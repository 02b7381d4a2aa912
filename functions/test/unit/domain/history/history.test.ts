import assert from 'node:assert/strict';
import { anyonesHabit, habitOf, habitualNight, type Habit } from '../../../../src/domain/history/habit.ts';
import { flagsOf, typicalRanges } from '../../../../src/domain/history/typical-range.ts';
import {
  digestsBefore,
  mondayOf,
  type NightValues,
  type WeekDigest,
} from '../../../../src/domain/history/week-digest.ts';
import { addDays, startOfDay } from '../../../../src/domain/local-time.ts';
import { at, hourMs } from '../../../support/build.ts';

/** Asleep for all of some hours of the clock, on so many days. */
function digest(monday: string, hours: [from: number, to: number][], sleepDays = 7): WeekDigest {
  const sleepBins = new Array<number>(48).fill(0);
  for (const [from, to] of hours)
    for (let bin = 2 * from; bin < 2 * to; bin++) sleepBins[(bin + 48) % 48]! += 30 * sleepDays;
  return { monday, sleepBins, sleepDays, nights: [] };
}

describe('the weeks before', () => {
  it('begin on Mondays', () => {
    assert.deepEqual(['2025-06-09', '2025-06-15', '2025-06-16', '1969-12-31', '2024-12-31'].map(mondayOf), [
      '2025-06-09',
      '2025-06-09',
      '2025-06-16',
      '1969-12-29',
      '2024-12-30',
    ]);
  });

  it('are four, in the order of time, whatever is given', () => {
    const mondays = Array.from({ length: 9 }, (_, i) => addDays('2025-06-30', -7 * i));
    const before = digestsBefore(
      mondays.map((monday) => digest(monday, [])),
      '2025-06-11',
    );
    assert.deepEqual(
      before.map(({ monday }) => monday),
      ['2025-05-12', '2025-05-19', '2025-05-26', '2025-06-02'],
    );
  });
});

describe('the habit', () => {
  const clock = ({ start, minutes }: Habit) => [start / 60, ((start + minutes) % 1440) / 60];

  it("is anybody's until seven days with sleep are known", () => {
    assert.equal(habitOf([]), anyonesHabit);
    assert.equal(habitOf([digest('2025-06-02', [[-1, 7]], 6)]), anyonesHabit);
    assert.equal(habitOf([digest('2025-06-02', [[-1, 7]], 7)]).learned, true);
  });

  it('holds four fifths of the sleep, and an hour on either side', () => {
    // 80 % of 8 hours are 6.5: of those that are equal, the first after midnight.
    const habit = habitOf([digest('2025-06-02', [[0, 8]])]);
    assert.deepEqual([habit.core.start, habit.core.minutes], [0, 390]);
    assert.deepEqual(clock(habit), [23, 7.5]);
  });

  it('is the day of somebody who works at night', () => {
    const [from, to] = clock(habitOf([digest('2025-06-02', [[8, 15]])]));
    assert.ok(from! >= 7 && to! <= 16, `${from} to ${to}`);
  });

  it('reaches over both of a shift that changes by the week', () => {
    const habit = habitOf([digest('2025-05-26', [[-1, 6]]), digest('2025-06-02', [[8, 15]])]);
    assert.ok(habit.minutes >= 13 * 60 && habit.minutes < 1440, String(habit.minutes));
  });

  it('is nearly the whole day of somebody who sleeps at all hours', () => {
    assert.equal(habitOf([digest('2025-06-02', [[0, 24]])]).minutes, 1290);
  });

  it('lies in the night that ends on a day, also where the clocks change', () => {
    const night = (day: string) => {
      const start = startOfDay('Europe/Berlin', day);
      const local = { day, timeZone: 'Europe/Berlin', start, end: start + 24 * hourMs };
      return habitualNight(local, { ...anyonesHabit, start: 22 * 60, minutes: 9 * 60 });
    };
    const plain = night('2025-06-10');
    assert.deepEqual([plain.night.start, plain.night.end], [at('2025-06-09T20:00'), at('2025-06-10T05:00')]);
    assert.deepEqual([plain.core.start, plain.core.end], [at('2025-06-09T22:00'), at('2025-06-10T04:00')]);
    // It ends at seven on the wall.
    assert.equal(night('2025-03-30').night.end, at('2025-03-30T05:00'));
    assert.equal(night('2025-10-26').night.end, at('2025-10-26T06:00'));
  });

  it('of the day ends on the same day', () => {
    const start = at('2025-06-10T00:00');
    const local = { day: '2025-06-10', timeZone: 'UTC', start, end: start + 24 * hourMs };
    const byDay = habitualNight(local, {
      start: 480,
      minutes: 480,
      core: { start: 540, minutes: 360 },
      learned: true,
    });
    assert.deepEqual([byDay.night.start, byDay.night.end], [at('2025-06-10T08:00'), at('2025-06-10T16:00')]);
  });
});

describe('the typical range', () => {
  const nothing: Omit<NightValues, 'day'> = {
    tstMinutes: null,
    midpointMinutes: null,
    lowestHeartRateBpm: null,
    hrvMs: null,
    breathsPerMinute: null,
    oxygen: null,
    wristCelsius: null,
  };
  const weeksOf = (...values: number[]): WeekDigest[] => [
    {
      ...digest('2025-06-02', []),
      nights: values.map((tstMinutes) => ({ ...nothing, day: '2025-06-02', tstMinutes })),
    },
  ];

  it('is the median, and 3.5 robust standard deviations on either side', () => {
    // 400, 410, ... 540: median 470; distances 0 10 10 ... 70 70, their median 40.
    const { tstMinutes } = typicalRanges(weeksOf(...Array.from({ length: 15 }, (_, i) => 400 + 10 * i)));
    assert.equal(tstMinutes!.median, 470);
    assert.ok(Math.abs(tstMinutes!.high - (470 + 3.5 * 1.4826 * 40)) < 1e-9);
    assert.ok(Math.abs(tstMinutes!.low - (470 - 3.5 * 1.4826 * 40)) < 1e-9);
    assert.deepEqual([tstMinutes!.p10, tstMinutes!.p90, tstMinutes!.nights], [410, 530, 15]);
  });

  it('needs 14 nights with the measure', () => {
    assert.equal(typicalRanges(weeksOf(...Array<number>(13).fill(450))).tstMinutes, null);
    assert.ok(typicalRanges(weeksOf(...Array<number>(14).fill(450))).tstMinutes);
    assert.equal(typicalRanges(weeksOf(...Array<number>(14).fill(450))).hrvMs, null);
  });

  it('says of a night only on which side it lies', () => {
    const ranges = typicalRanges(weeksOf(...Array<number>(14).fill(450)));
    const flag = (tstMinutes: number | null) =>
      flagsOf({ ...nothing, day: '2025-06-10', tstMinutes }, ranges);
    assert.deepEqual(flag(480), [], 'values that are all alike leave half an hour');
    assert.deepEqual(flag(481), [
      {
        day: '2025-06-10',
        measure: 'tstMinutes',
        value: 481,
        side: 'above',
        low: 420,
        high: 480,
        nights: 14,
      },
    ]);
    assert.equal(flag(419)[0]!.side, 'below');
    assert.deepEqual(flag(null), []);
  });
});
