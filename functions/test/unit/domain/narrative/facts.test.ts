import assert from 'node:assert/strict';
import type { Analysis } from '../../../../src/domain/analysis/analysis.ts';
import { available, factsOf } from '../../../../src/domain/narrative/facts.ts';

const none = { unavailable: 'no-samples' } as const;
const nothing: Analysis = {
  schemaVersion: 1,
  window: { start: '', end: '', timeZone: 'UTC', days: ['2025-06-10', '2025-06-11'] },
  coverage: { days: [], validDays: 0, gaps: [], sources: [], samples: 0, userEnteredSamples: 0 },
  activity: none,
  rhythm: none,
  sleep: none,
  cardio: none,
  respiration: none,
  models: [],
} as unknown as Analysis;

/** Nights of so many minutes asleep, one a day from Tuesday 10 June 2025 on. */
const nights = (...minutes: number[]) =>
  minutes.map((tstMinutes, i) => ({ day: `2025-06-${10 + i}`, tstMinutes }));
const summary = {
  nights: 3,
  meanTstMinutes: 437,
  sdTstMinutes: 30,
  meanSe: 0.914,
  meanSolMinutes: 12,
  meanWasoMinutes: 20,
  meanMidpoint: '03:05',
  sdMidpointMinutes: 10,
  socialJetLagMinutes: 75,
};
const range = (median: number) => ({ median, sd: null, min: median, max: median, n: 1 });
const measured = {
  ...nothing,
  coverage: {
    ...nothing.coverage,
    validDays: 6,
    gaps: [
      { start: '', end: '', minutes: 50 },
      { start: '', end: '', minutes: 520 },
    ],
  },
  sleep: {
    nights: nights(400, 480, 431),
    naps: [],
    missingNights: [{ day: '2025-06-13', code: 'no-samples' }],
    summary,
  },
  activity: {
    days: [{ distanceMeters: 5000 }, { distanceMeters: null }, { distanceMeters: 7468 }],
    meanDailySteps: 7841.6,
  },
  rhythm: { is: 0.666, ra: 0.905, sri: -12.4 },
  cardio: { restingHeartRate: { bpm: 57.5 }, hrv: { night: { medianMs: 61.4 }, day: none } },
  respiration: { nights: [], breathing: range(14.49), oxygen: { ...range(0.966), shareBelow90: 0 } },
} as unknown as Analysis;

const said = (analysis: Analysis, units?: 'metric' | 'imperial') =>
  Object.fromEntries(
    factsOf(analysis, units).map(({ id, value, unit }) => [id, unit ? `${value} ${unit}` : value]),
  );

describe('factsOf', () => {
  it('says of what was not measured nothing', () => {
    assert.deepEqual(said(nothing), { 'window.days': '2 days', 'coverage.validDays': '0 days' });
  });

  it('says every number as it may be said: hours to a tenth, shares in percent, the rest whole', () => {
    assert.deepEqual(said(measured), {
      'window.days': '2 days',
      'coverage.validDays': '6 days',
      'coverage.gaps': '9.5 h',
      'sleep.nights': '3 nights',
      'sleep.missing': '1 nights',
      'sleep.tst': '7.3 h',
      'sleep.se': '91 %',
      'sleep.longest': 'wednesday weekday',
      'sleep.midpoint': '03:05 clock',
      'sleep.socialJetLag': '1.3 h',
      'activity.steps': '7842 steps',
      'activity.distance': '6.2 km',
      'rhythm.is': 0.67,
      'rhythm.ra': 0.91,
      'rhythm.sri': -12,
      'cardio.resting': '58 bpm',
      'cardio.hrvNight': '61 ms',
      'respiration.rate': '14 breaths/min',
      'respiration.oxygen': '97 %',
    });
  });

  it('says distances in miles to whom reads them so', () => {
    // 6234 m / 1609.344 m = 3.87.
    assert.equal(said(measured, 'imperial')['activity.distance'], '3.9 mi');
  });

  it('leaves out single numbers that are missing', () => {
    const partly = {
      ...measured,
      rhythm: { is: null, ra: null, sri: null },
      activity: { days: [{ distanceMeters: null }], meanDailySteps: null },
      cardio: { restingHeartRate: none, hrv: { night: none, day: none } },
      respiration: { nights: [], breathing: none, oxygen: none },
      sleep: none,
    } as unknown as Analysis;
    assert.deepEqual(Object.keys(said(partly)), ['window.days', 'coverage.validDays', 'coverage.gaps']);
  });

  it('names the longest of at least three nights, when it is one', () => {
    const longest = (...minutes: number[]) =>
      said({
        ...measured,
        sleep: { nights: nights(...minutes), naps: [], missingNights: [], summary },
      } as unknown as Analysis)['sleep.longest'];
    assert.equal(longest(480, 400, 420), 'tuesday weekday');
    assert.equal(longest(480, 400), undefined);
    assert.equal(longest(480, 480, 420), undefined);
    assert.equal(longest(480, 470, 470), 'tuesday weekday');
  });

  it('compares with the week before only what is worth it and was known then', () => {
    const before = {
      ...measured,
      activity: { days: [], meanDailySteps: 9000 },
      cardio: { restingHeartRate: { bpm: 57.9 }, hrv: { night: none, day: none } },
      sleep: { ...measured.sleep, summary: { ...summary, meanTstMinutes: 420 } },
    } as unknown as Analysis;
    const changes = factsOf(measured, 'metric', before).flatMap(({ id, earlier, change }) =>
      change ? [[id, earlier, change]] : [],
    );
    assert.deepEqual(changes, [
      ['sleep.tst', 7, 'higher'],
      ['sleep.se', 91, 'same'],
      ['activity.steps', 9000, 'lower'],
      ['cardio.resting', 58, 'same'],
    ]);
    assert.ok(factsOf(measured).every((fact) => !('earlier' in fact)));
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
