import assert from 'node:assert/strict';
import type { Analysis } from '../../../../src/domain/analysis/analysis.ts';
import type { NightDocument } from '../../../../src/domain/analysis/sections/sleep.ts';
import { addDays } from '../../../../src/domain/local-time.ts';
import { available, comparedWeek, factsOf, type Fact } from '../../../../src/domain/narrative/facts.ts';
import { someAnalysis } from '../../../support/stored-documents.ts';

const none = { unavailable: 'no-samples' } as const;
const week = Array.from({ length: 7 }, (_, i) => addDays('2025-06-09', i));
const typical = { ranges: {}, flags: [] } as unknown as Analysis['typical'];
const nothing = {
  ...someAnalysis(),
  formulaVersion: 2,
  window: { start: '', end: '', timeZone: 'UTC', days: week },
  coverage: {
    days: week.map((day) => ({ day, timeZone: 'UTC', minutes: 1440, wornMinutes: null, valid: false })),
    validDays: 0,
    gaps: [],
    sources: [],
    samples: 0,
    userEnteredSamples: 0,
  },
  activity: none,
  rhythm: none,
  sleep: none,
  cardio: none,
  respiration: none,
  measures: [],
  typical,
  models: [],
} satisfies Analysis;

/** A whole night that ended on a day at 07:00, of so many minutes asleep. */
const night = (day: string, tstMinutes: number, rest: Partial<NightDocument> = {}): NightDocument => ({
  day,
  source: 'healthkit-stages',
  bedtime: 'healthkit',
  start: `${day}T07:00:00.000Z`,
  end: `${day}T07:00:00.000Z`,
  onset: new Date(Date.parse(`${day}T07:00:00Z`) - tstMinutes * 60_000).toISOString(),
  wake: `${day}T07:00:00.000Z`,
  midpoint: `${day}T03:00:00.000Z`,
  tibMinutes: 480,
  tstMinutes,
  solMinutes: null,
  wasoMinutes: null,
  se: 0.9,
  sleepMaintenance: 0.95,
  awakenings: null,
  awakeningsOver5Minutes: null,
  stageMinutes: { deep: 60, rem: 90 },
  unscoredMinutes: 0,
  silentMinutes: 0,
  partial: null,
  estimated: null,
  confidence: null,
  ...rest,
});
const average = (mean: number, sd = 10, n = 7) => ({ mean, sd, n });
const summary = {
  nights: 3,
  kind: 'healthkit-stages',
  tstMinutes: average(437),
  sleep24hMinutes: average(450),
  se: average(0.914, 0.02),
  sleepMaintenance: average(0.95, 0.02),
  solMinutes: average(12),
  wasoMinutes: average(20),
  midpoint: { clock: '03:05', minutes: average(185) },
  socialJetLag: { minutes: 75, freeNights: 2, workNights: 5 },
} as const;
const range = (median: number) => ({ median, sd: null, min: median, max: median, n: 1 });
const activityDay = (day: string, steps: number) => ({ day, steps, complete: true });
const measured: Analysis = {
  ...nothing,
  coverage: {
    ...nothing.coverage,
    days: nothing.coverage.days.map((day) => ({ ...day, wornMinutes: 1000, valid: true })),
    validDays: 6,
    gaps: [
      { start: '', end: '', minutes: 50 },
      { start: '', end: '', minutes: 520 },
    ],
  },
  sleep: {
    nights: [night(week[1]!, 400), night(week[2]!, 480), night(week[3]!, 431)],
    naps: [],
    missingNights: [{ day: week[4]!, code: 'watch-off' }],
    summary,
  },
  activity: {
    days: [activityDay(week[0]!, 9000), activityDay(week[1]!, 7000), activityDay(week[2]!, 7524)],
    steps: average(7841.6, 1000),
    distanceMeters: average(6234, 500),
    activeEnergyKcal: null,
    exerciseMinutes: null,
  } as unknown as Analysis['activity'],
  rhythm: { basis: 'activityCount', is: 0.666, ra: 0.905, sri: -12.4 } as Analysis['rhythm'],
  cardio: {
    restingHeartRate: { bpm: 57, average: average(57.5, 1) },
    lowestSleepingHeartRate: { bpm: 49.6, average: average(49.6, 1), nights: [] },
    heartRate: none,
    hrv: { night: { medianMs: 61.4, cv: 0.2, n: 20, average: average(60.6, 3) }, day: none },
  },
  respiration: { nights: [], breathing: range(14.49), oxygen: { ...range(0.966), shareBelow90: 0 } },
};

const said = (analysis: Analysis, units?: 'metric' | 'imperial') =>
  Object.fromEntries(
    factsOf(analysis, units).map(({ id, value, unit }) => [id, unit ? `${value} ${unit}` : value]),
  );
const sleeping = (nights: NightDocument[], rest: object = {}): Analysis => ({
  ...measured,
  sleep: { nights, naps: [], missingNights: [], summary: { ...summary, ...rest } },
});

describe('factsOf', () => {
  it('says of what was not measured nothing, and nothing of a watch to somebody who has none', () => {
    assert.deepEqual(said(nothing), { 'window.days': '7 days' });
  });

  it('says every number as it may be said: minutes, shares in percent, whole numbers', () => {
    assert.deepEqual(said(measured), {
      'window.days': '7 days',
      'coverage.validDays': '6 days',
      'coverage.gaps': '570 min',
      'sleep.nights': '3 nights',
      'sleep.missing': '1 nights',
      'sleep.tst': '437 min',
      'sleep.se': '91 %',
      'sleep.midpoint': '03:05 clock',
      'sleep.laterOnFreeDays': '75 min',
      'night.longest': '480 min',
      'night.shortest': '400 min',
      'night.earliestOnset': '23:00 clock',
      'night.latestOnset': '00:20 clock',
      'sleep.deep': '60 min',
      'sleep.rem': '90 min',
      'night.missing.2025-06-13': 'watch-off code',
      'activity.steps': '7842 steps',
      'activity.distance': '6.2 km',
      'day.mostSteps': '9000 steps',
      'day.leastSteps': '7000 steps',
      'rhythm.is': 0.67,
      'rhythm.ra': 0.91,
      'rhythm.sri': -12,
      'cardio.resting': '58 bpm',
      'cardio.lowestSleeping': '50 bpm',
      'cardio.hrvNight': '61 ms',
      'respiration.rate': '14 breaths/min',
      'respiration.oxygen': '97 %',
    });
  });

  it('says which night or day a fact is about', () => {
    const about = (id: string) => {
      const { about: what, day } = factsOf(measured).find((fact) => fact.id === id)!;
      return [what, day];
    };
    assert.deepEqual(about('night.longest'), ['night', '2025-06-11']);
    assert.deepEqual(about('night.missing.2025-06-13'), ['night', '2025-06-13']);
    assert.deepEqual(about('day.mostSteps'), ['day', '2025-06-09']);
    assert.deepEqual(about('sleep.tst'), [undefined, undefined]);
  });

  it('says distances in miles to whom reads them so', () => {
    // 6234 m / 1609.344 m = 3.87.
    assert.equal(said(measured, 'imperial')['activity.distance'], '3.9 mi');
  });

  it('does not tell the relative amplitude of steps, which says nothing', () => {
    const rhythm = { ...measured.rhythm, basis: 'stepCount' } as Analysis['rhythm'];
    assert.equal(said({ ...measured, rhythm })['rhythm.ra'], undefined);
  });

  it('names the longest of at least three nights, when it is one', () => {
    const longest = (...minutes: number[]) =>
      factsOf(sleeping(minutes.map((each, i) => night(week[i + 1]!, each)))).find(
        ({ id }) => id === 'night.longest',
      )?.day;
    assert.equal(longest(480, 400, 420), '2025-06-10');
    assert.equal(longest(480, 400), undefined);
    assert.equal(longest(480, 480, 420), undefined);
    assert.equal(longest(480, 470, 470), '2025-06-10');
  });

  it('never takes a night in part for the shortest one, and says what was measured of it', () => {
    const part = night(week[4]!, 100, { partial: { from: '', to: '' }, wake: null });
    const facts = said(sleeping([night(week[1]!, 400), night(week[2]!, 480), night(week[3]!, 431), part]));
    assert.equal(facts['night.shortest'], '400 min');
    const silent = night(week[4]!, 100, { silentMinutes: 30 });
    const all = [night(week[1]!, 400), night(week[2]!, 480), night(week[3]!, 431), silent];
    assert.equal(said(sleeping(all))['night.shortest'], '400 min');
    assert.equal(facts['sleep.partial'], '1 nights');
    assert.equal(facts['night.partial.2025-06-13'], '100 min');
  });

  it('calls a guess one: no measured nights, no efficiency, no middle of sleep, and times to ten minutes where there is no duration', () => {
    const guess = night(week[1]!, 400, {
      source: 'sleep-model',
      estimated: { tstMinutes: { low: 300, high: 500 }, midpoint: { low: '', high: '' } },
      tstMinutes: null,
      onset: '2025-06-09T23:13:00.000Z',
    });
    const facts = said(sleeping([guess], { kind: 'estimated', nights: 1 }));
    assert.deepEqual(
      [
        facts['sleep.nights'],
        facts['sleep.estimated'],
        facts['sleep.tst'],
        facts['sleep.tstEstimated'],
        facts['sleep.se'],
        facts['sleep.midpoint'],
      ],
      [undefined, '1 nights', undefined, '437 min', undefined, undefined],
    );
    assert.equal(facts['night.aboutFrom.2025-06-10'], '23:10 clock');
    assert.equal(facts['night.aboutTo.2025-06-10'], '07:00 clock');
  });

  it('mentions a night out of the usual range only when two measures of it are', () => {
    const flag = (day: string, measure: string, value: number) => ({ day, measure, value, side: 'above' });
    const flags = [
      flag('2025-06-10', 'tstMinutes', 600),
      flag('2025-06-12', 'lowestHeartRateBpm', 61.4),
      flag('2025-06-12', 'breathsPerMinute', 18.26),
    ];
    const facts = said({ ...measured, typical: { ranges: {}, flags } as unknown as Analysis['typical'] });
    assert.deepEqual(
      Object.entries(facts).filter(([id]) => id.startsWith('night.unusual')),
      [
        ['night.unusual.2025-06-12.lowestHeartRateBpm', '61 bpm'],
        ['night.unusual.2025-06-12.breathsPerMinute', '18.3 breaths/min'],
      ],
    );
  });

  describe('compared with the week before', () => {
    const changes = (now: Analysis, before: Analysis) =>
      factsOf(now, 'metric', comparedWeek(before)).flatMap(({ id, earlier, change }: Fact) =>
        change ? [[id, earlier, change]] : [],
      );
    const before: Analysis = {
      ...sleeping([], { tstMinutes: average(380), se: average(0.9, 0.02) }),
      activity: { ...measured.activity, steps: average(9500, 800) },
      cardio: {
        ...measured.cardio,
        restingHeartRate: { bpm: 60, average: average(60, 1) },
      },
    };

    it('are beyond chance and beyond what does not matter, or the same', () => {
      assert.deepEqual(changes(measured, before), [
        ['sleep.tst', 380, 'higher'],
        ['sleep.se', 90, 'same'],
        ['activity.steps', 9500, 'lower'],
        // 2.5 bpm matter to nobody.
        ['cardio.resting', 60, 'same'],
        ['cardio.lowestSleeping', 50, 'same'],
        ['cardio.hrvNight', 61, 'same'],
      ]);
      assert.ok(factsOf(measured).every((fact) => !('earlier' in fact)));
    });

    it('are only weeks with four nights or days in both', () => {
      const few = sleeping([], { tstMinutes: average(300, 10, 3), se: null });
      assert.deepEqual(
        changes(measured, few).filter(([id]) => String(id).startsWith('sleep')),
        [],
      );
    });

    it('are only weeks of one kind of source and of the same formulas', () => {
      const app = sleeping([], { kind: 'app-total', tstMinutes: average(380) });
      assert.ok(!changes(measured, app).some(([id]) => id === 'sleep.tst'));
      assert.deepEqual(changes(measured, { ...before, formulaVersion: 0 }), []);
    });

    it('are a change only where the numbers that are said show it', () => {
      const halves = (mean: number): Analysis => ({
        ...measured,
        cardio: {
          ...measured.cardio,
          lowestSleepingHeartRate: { bpm: 50, average: average(mean, 0.5), nights: [] },
        },
      });
      const told = changes(halves(53.5), halves(50)).find(([id]) => id === 'cardio.lowestSleeping')!;
      assert.deepEqual(told, ['cardio.lowestSleeping', 50, 'same']);
    });
  });

  it('has no number in a label, which a text could quote', () => {
    for (const { label } of factsOf(measured)) assert.doesNotMatch(label, /\p{N}/u);
  });

  it('tells every fact once', () => {
    const ids = factsOf(measured).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

it('available tells numbers from a reason', () => {
  assert.equal(available(none), false);
  assert.equal(available({ steps: 1 }), true);
});
