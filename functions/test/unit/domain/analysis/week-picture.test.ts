import assert from 'node:assert/strict';
import { conclude } from '../../../../src/domain/analysis/analysis.ts';
import { findingsOf } from '../../../../src/domain/analysis/findings.ts';
import { prepare, prepareWindow } from '../../../../src/domain/analysis/prepare.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { weekPicture, windowOf, type WeekPicture } from '../../../../src/domain/analysis/week-picture.ts';
import { at, dayMs, hourMs, minuteMs, sampleOf, span } from '../../../support/build.ts';
import { sampleWeekSamples } from '../../../support/report.ts';

function picture(samples: readonly Sample[]): WeekPicture {
  const sorted = [...samples].sort((a, b) => a.start - b.start);
  return weekPicture(prepare(sorted, 7)!, []);
}

/** Steps of a watch in every minute from one instant to another. */
function walk(from: string, to: string, rest: Partial<Sample> = {}): Sample[] {
  const samples: Sample[] = [];
  for (let start = at(from); start < at(to); start += minuteMs) {
    samples.push(span('stepCount', start, start + minuteMs, 60, rest));
  }
  return samples;
}

describe('windowOf', () => {
  it('is the window that the analysis was made of, also on days of 23 and 25 hours and after a journey', () => {
    for (const [endDay, timeZone] of [
      ['2025-06-15', 'Europe/Berlin'],
      ['2025-03-31', 'Europe/Berlin'],
      ['2025-11-03', 'America/New_York'],
    ] as const) {
      const preparation = prepare(sampleWeekSamples({ endDay, timeZone }), 7)!;
      assert.deepEqual(windowOf(conclude(findingsOf(preparation, []), [])), preparation.window);
    }
    const journey = [
      ...walk('2025-06-10T08:00', '2025-06-10T09:00', { timeZone: 'Europe/Berlin' }),
      ...walk('2025-06-11T20:00', '2025-06-11T21:00', { timeZone: 'Asia/Tokyo' }),
      ...walk('2025-06-12T20:00', '2025-06-12T21:00', { timeZone: 'America/Los_Angeles' }),
    ];
    const preparation = prepare(journey, 7)!;
    assert.deepEqual(windowOf(conclude(findingsOf(preparation, []), [])), preparation.window);
  });
});

describe('the picture of a week', () => {
  it('tells what was measured in each quarter of an hour, and nothing of the others', () => {
    const { days, activityType } = picture([
      ...walk('2025-06-10T10:00', '2025-06-10T10:30'),
      ...walk('2025-06-10T12:00', '2025-06-10T12:05'),
    ]);
    assert.equal(activityType, 'stepCount');
    const known = days[0]!.activity.flatMap((value, slot) => (value === null ? [] : [[slot, value]]));
    assert.deepEqual(known, [
      [40, 60],
      [41, 60],
      [48, 60],
    ]);
    assert.deepEqual(days[0]!.unmeasured, [
      { from: 0, to: 600 },
      { from: 630, to: 720 },
    ]);
    assert.deepEqual(days[0]!.outside, [{ from: 725, to: 1440 }]);
  });

  it('takes a worn watch that sent no steps for rest, and a minute without wear for a gap', () => {
    const { days } = picture([
      ...Array.from({ length: 4 }, (_, i) =>
        sampleOf('heartRate', at('2025-06-10T08:00') + 20 * i * minuteMs),
      ),
      ...walk('2025-06-10T10:00', '2025-06-10T10:05'),
      ...walk('2025-06-10T10:20', '2025-06-10T10:30'),
      ...walk('2025-06-10T11:30', '2025-06-10T11:31'),
    ]);
    assert.equal(days[0]!.activity[40], 20);
    assert.deepEqual(days[0]!.unmeasured.at(-1), { from: 630, to: 690 });
  });

  it('tells worn from counted where a watch measures no activity', () => {
    const beats = Array.from({ length: 13 }, (_, i) =>
      sampleOf('heartRate', at('2025-06-10T10:00') + i * 5 * minuteMs, { value: 60 }),
    );
    const { days, activityType } = picture(beats);
    assert.equal(activityType, null);
    assert.deepEqual(days[0]!.uncounted, [{ from: 600, to: 661 }]);
  });

  it('shows sleep where it was told, with its stages after the noon before', () => {
    const { days, nights } = picture([
      span('sleepAnalysis', '2025-06-09T23:00', '2025-06-10T02:00', 3),
      span('sleepAnalysis', '2025-06-10T02:00', '2025-06-10T02:10', 2),
      span('sleepAnalysis', '2025-06-10T02:10', '2025-06-10T06:00', 4),
      ...walk('2025-06-10T10:00', '2025-06-10T10:01'),
    ]);
    assert.deepEqual(
      days.map(({ day, asleep }) => [day, asleep]),
      [
        ['2025-06-09', [{ from: 1380, to: 1440 }]],
        [
          '2025-06-10',
          [
            { from: 0, to: 120 },
            { from: 130, to: 360 },
          ],
        ],
      ],
    );
    assert.deepEqual(nights, [
      { day: '2025-06-09', segments: null, unmeasured: null },
      {
        day: '2025-06-10',
        segments: [
          { state: 'core', from: 660, to: 840 },
          { state: 'awake', from: 840, to: 850 },
          { state: 'deep', from: 850, to: 1080 },
        ],
        unmeasured: null,
      },
    ]);
  });

  it('gives each hour its lowest, median and highest minute of heart rate; an hour without is not there', () => {
    const beat = (clock: string, value: number) => sampleOf('heartRate', `2025-06-10T${clock}`, { value });
    const { heartRate } = picture([
      beat('10:00', 60),
      beat('10:00', 70),
      beat('10:20', 80),
      beat('10:40', 62),
      beat('12:59', 90),
    ]);
    assert.deepEqual(heartRate, [
      { day: '2025-06-10', hour: 10, low: 62, median: 65, high: 80, minutes: 3 },
      { day: '2025-06-10', hour: 12, low: 90, median: 90, high: 90, minutes: 1 },
    ]);
  });

  it('parts heart rate variability by the nights, each value in one place', () => {
    const beat = (instant: string, value: number) => sampleOf('heartRateVariabilitySDNN', instant, { value });
    const { hrv } = picture([
      span('sleepAnalysis', '2025-06-09T23:00', '2025-06-10T06:00', 3),
      beat('2025-06-09T22:59', 20),
      beat('2025-06-09T23:00', 50),
      beat('2025-06-10T05:59', 70),
      beat('2025-06-10T06:00', 30),
    ]);
    assert.deepEqual(hrv, [
      { day: '2025-06-09', night: null, waking: { low: 20, median: 20, high: 20, n: 1 } },
      {
        day: '2025-06-10',
        night: { low: 50, median: 60, high: 70, n: 2 },
        waking: { low: 30, median: 30, high: 30, n: 1 },
      },
    ]);
  });

  it('leaves out the hour that the clocks skip and counts the one they repeat once', () => {
    const timeZone = 'Europe/Berlin';
    const all = (day: string, hours: number) =>
      walk(
        `${day}T00:00+0${day.startsWith('2025-03') ? 1 : 2}:00`,
        new Date(at(`${day}T00:00+0${day.startsWith('2025-03') ? 1 : 2}:00`) + hours * hourMs).toISOString(),
        { timeZone },
      );
    const spring = picture(all('2025-03-30', 23)).days[0]!;
    assert.deepEqual(spring.outside, [{ from: 120, to: 180 }]);
    const autumn = picture(all('2025-10-26', 25)).days[0]!;
    assert.deepEqual([autumn.outside, autumn.unmeasured], [[], []]);
    assert.ok(autumn.activity.every((value) => value === 60));
  });

  it('covers every minute of every day once', () => {
    for (const { asleep, unmeasured, uncounted, outside } of picture(sampleWeekSamples()).days) {
      const minutes = new Uint8Array(1440);
      for (const { from, to } of [...asleep, ...unmeasured, ...uncounted, ...outside]) {
        for (let i = from; i < to; i++) minutes[i]!++;
      }
      assert.ok(minutes.every((count) => count <= 1));
    }
  });

  it('agrees with the analysis of the same samples', () => {
    const preparation = prepare(sampleWeekSamples(), 7)!;
    const analysis = conclude(findingsOf(preparation, []), []);
    const drawn = weekPicture(preparation, []);
    assert.equal(drawn.samples, analysis.coverage.samples);
    assert.ok('nights' in analysis.sleep && 'heartRate' in analysis.cardio);
    assert.deepEqual(
      drawn.nights.filter(({ segments }) => segments).map(({ day }) => day),
      analysis.sleep.nights.map(({ day }) => day),
    );
    const { heartRate } = analysis.cardio;
    assert.ok('minutes' in heartRate);
    assert.equal(
      drawn.heartRate.reduce((sum, { minutes }) => sum + minutes, 0),
      heartRate.minutes,
    );
    assert.equal(Math.max(...drawn.heartRate.map(({ high }) => high)), heartRate.maxBpm);
  });

  it('says how many samples it knows of, also those that came after the analysis', () => {
    const samples = walk('2025-06-10T10:00', '2025-06-10T11:00');
    const analysis = conclude(findingsOf(prepare(samples, 7)!, []), []);
    const late = sampleOf('heartRate', '2025-06-10T10:30', { value: 60 });
    const beyond = sampleOf('heartRate', at('2025-06-10T10:30') + dayMs, { value: 60 });
    const drawn = weekPicture(prepareWindow(windowOf(analysis), [...samples, late, beyond]), []);
    assert.deepEqual([drawn.samples, analysis.coverage.samples], [61, 60]);
  });
});
