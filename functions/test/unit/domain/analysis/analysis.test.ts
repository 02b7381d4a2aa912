import assert from 'node:assert/strict';
import {
  conclude,
  prepare,
  type Analysis,
  type StagedNight,
} from '../../../../src/domain/analysis/analysis.ts';
import { mergeSamples } from '../../../../src/domain/samples/day.ts';
import { available } from '../../../../src/domain/narrative/facts.ts';
import type { Unavailable } from '../../../../src/domain/fault.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { sleepValue, type SampleType } from '../../../../src/domain/samples/sample-types.ts';
import { at, dayMs, minuteMs, other, phone, span } from '../../../support/build.ts';

const card = { name: 'stand-in', version: '0', sha256: '0'.repeat(64) };
const midnight = at('2025-06-10T00:00');

/** The analysis of the days, with a model that finds NREM everywhere. */
function analysisOf(samples: Sample[], days: number | 'all' = 7): Analysis {
  const preparation = prepare(mergeSamples([], samples, new Set()), days)!;
  const staged = preparation.toStage.map((night): StagedNight => {
    const probabilities = Float32Array.from({ length: 3 * night.minutes }, (_, i) =>
      i % 3 === 1 ? 0.75 : 0.125,
    );
    return { night, probabilities, thresholds: { wake: 0.5, rem: 0.5 } };
  });
  return conclude(preparation, staged, [card]);
}

function section<T extends object>(value: T | Unavailable): T {
  assert.ok(available(value), JSON.stringify(value));
  return value;
}

/** From minute to minute after midnight of 10 June. */
const during = (type: SampleType, from: number, to: number, value: number, rest: Partial<Sample> = {}) =>
  span(type, midnight + from * minuteMs, midnight + to * minuteMs, value, rest);
const sleep = (state: keyof typeof sleepValue, from: number, to: number, rest: Partial<Sample> = {}) =>
  during('sleepAnalysis', from, to, sleepValue[state], rest);
const beats = (from: number, to: number, bpm: number, step = 1): Sample[] => {
  const samples: Sample[] = [];
  for (let i = from; i < to; i += step) samples.push(during('heartRate', i, i, bpm));
  return samples;
};
/** Days of steps of the watch, one a minute from 08:00 to 22:00, with the watch on all day. */
const activeDays = (days: number): Sample[] =>
  Array.from({ length: days }, (_, day) => {
    const from = day * 1440;
    const hours = Array.from({ length: 14 }, (_, hour) =>
      during('stepCount', from + 480 + hour * 60, from + 540 + hour * 60, 60),
    );
    return [...beats(from, from + 1440, 60, 20), ...beats(from + 1439, from + 1440, 60), ...hours];
  }).flat();

describe('an analysis', () => {
  it('is none without samples', () => {
    assert.equal(prepare([], 7), undefined);
  });

  it('names its window in UTC, with its days and the zone of the last of them', () => {
    const zone = { timeZone: 'Europe/Berlin' };
    const { window } = analysisOf([
      during('heartRate', 600, 600, 60, zone),
      during('heartRate', 2600, 2600, 60, zone),
    ]);
    assert.deepEqual(window, {
      start: '2025-06-09T22:00:00.000Z',
      end: '2025-06-11T19:21:00.000Z',
      timeZone: 'Europe/Berlin',
      days: ['2025-06-10', '2025-06-11'],
    });
  });

  it('says of each section that nothing was measured, where nothing was', () => {
    const {
      activity,
      rhythm,
      sleep: nights,
      cardio,
      respiration,
      models,
      actigraphySleep,
    } = analysisOf([during('bodyTemperature', 600, 600, 36.6)]);
    const none = { unavailable: 'no-samples' };
    assert.deepEqual([activity, rhythm, nights, cardio, respiration], [none, none, none, none, none]);
    assert.deepEqual([models, actigraphySleep], [[], undefined]);
  });

  it('holds no NaN and no infinity: a database would keep them', () => {
    const strange = [
      during('sleepAnalysis', 0, 0, 1),
      during('sleepTotal', 100, 100, 0),
      during('stepCount', 600, 600, 0),
      during('heartRate', 600, 600, 60),
      during('oxygenSaturation', 600, 600, 0.9),
      during('activityCount', 700, 700, 0),
      ...activeDays(3),
    ];
    JSON.stringify(analysisOf(strange), (key, value: unknown) => {
      assert.ok(typeof value !== 'number' || Number.isFinite(value), key);
      return value;
    });
  });

  describe('rhythm', () => {
    const rhythmOf = (samples: Sample[]) => analysisOf(samples).rhythm;

    it('is there from three valid days on', () => {
      assert.deepEqual(rhythmOf(activeDays(2)), { unavailable: 'recording/not-enough-wear' });
      const { basis, l5, m10, ra, adat } = section(rhythmOf(activeDays(3)));
      assert.equal(basis, 'stepCount');
      assert.deepEqual(l5, { mean: 0, onset: '00:00' });
      assert.deepEqual(m10, { mean: 1, onset: '08:00' });
      assert.equal(ra, 1);
      assert.equal(Math.round(adat!), 840);
    });

    it('is not there where only totals are known, or only a phone', () => {
      const totals = [0, 1, 2].map((day) =>
        during('stepCount', day * 1440, (day + 1) * 1440, 8000, { source: phone }),
      );
      assert.deepEqual(rhythmOf(totals), { unavailable: 'recording/unresolved-minutes' });
      const walks = [0, 1, 2].map((day) =>
        during('stepCount', day * 1440 + 600, day * 1440 + 660, 800, { source: phone }),
      );
      assert.deepEqual(rhythmOf(walks), { unavailable: 'recording/no-wearable' });
    });

    it('leaves out the walks that only the phone saw while the watch was off', () => {
      const off = activeDays(4).filter(({ start }) => start < midnight + 3 * dayMs);
      const walk = during('stepCount', 3 * 1440 + 1000, 3 * 1440 + 1060, 6000, { source: phone });
      assert.deepEqual(section(rhythmOf([...off, walk])).m10, { mean: 1, onset: '08:00' });
    });

    it("is that of an actigraph's counts where there are any, with the minutes asleep by the published algorithms", () => {
      const counts = Array.from({ length: 3 * 1440 }, (_, i) =>
        during('activityCount', i, i + 1, i % 1440 < 480 ? 0 : 500, { source: other }),
      );
      const { rhythm, actigraphySleep } = analysisOf([...counts, ...activeDays(3)]);
      assert.equal(section(rhythm).basis, 'activityCount');
      assert.deepEqual(section(rhythm).m10!.mean, 500);
      // Of three times 480 quiet minutes Oakley leaves out the first two, whose window is incomplete, and every minute
      // with activity right beside it: three before it, two after it.
      assert.equal(actigraphySleep!.oakley40, 3 * 480 - 2 - 3 - 2);
    });
  });

  describe('sleep regularity', () => {
    const sriOf = (samples: Sample[]) => {
      const { sri, sriBasis } = section(analysisOf(samples).rhythm);
      return { sri, sriBasis };
    };
    const night = (day: number) => sleep('core', day * 1440, day * 1440 + 420);

    it('is 100 for nights that are all alike', () => {
      const nights = [0, 1, 2, 3, 4, 5, 6].map(night);
      assert.deepEqual(sriOf([...activeDays(7), ...nights]), { sri: 100, sriBasis: 'sleep' });
    });

    it('knows nothing of a night that was not measured: it was not spent awake', () => {
      const nights = [0, 1, 2, 4, 5, 6].map(night);
      // The night of the 13th is missing: its 24 hours pair with the day before and the day after.
      const { sri } = sriOf([...activeDays(7), ...nights]);
      assert.equal(sri, null, 'four days of pairs are too few');
    });

    it('is not read off totals of an app, which say nothing about minutes', () => {
      const totals = [0, 1, 2, 3, 4, 5, 6].map((day) =>
        during('sleepTotal', day * 1440, day * 1440 + 480, 420),
      );
      assert.deepEqual(sriOf([...activeDays(7), ...totals]), { sri: null, sriBasis: null });
    });
  });

  describe('a night', () => {
    const nightsOf = (samples: Sample[]) => section(analysisOf(samples).sleep).nights;
    const stages = sleep('deep', 0, 420);
    const inBed = sleep('inBed', -10, 430, { source: phone });
    const asleep = sleep('asleep', 5, 405, { source: phone });
    const total = during('sleepTotal', -10, 430, 410, { source: phone });
    const heart = beats(-10, 430, 58);

    it('is told by the best there is: stages, then the model, then plain sleep, then a total', () => {
      for (const [samples, source, tst] of [
        [[stages, inBed, asleep, total, ...heart], 'healthkit-stages', 420],
        [[inBed, asleep, total, ...heart], 'sleep-model', 440],
        [[inBed, asleep, total], 'healthkit-asleep', 400],
        [[total], 'app-total', 410],
      ] as const) {
        const [night, ...others] = nightsOf([...samples]);
        assert.equal(others.length, 0);
        assert.deepEqual([night!.day, night!.source, night!.tstMinutes], ['2025-06-10', source, tst]);
      }
    });

    it('names the model only where its answer is in the analysis', () => {
      assert.deepEqual(analysisOf([inBed, ...heart]).models, [card]);
      assert.deepEqual(analysisOf([inBed, stages, ...heart]).models, []);
    });

    it('of an app that told several totals is the longest sleep, not the last', () => {
      const nap = during('sleepTotal', 900, 960, 45, { source: phone });
      const longer = during('sleepTotal', -10, 430, 415, { source: phone });
      assert.deepEqual(
        nightsOf([total, nap, longer]).map(({ tstMinutes }) => tstMinutes),
        [415],
      );
    });

    it('is not made from a total over no time', () => {
      assert.deepEqual(analysisOf([during('sleepTotal', 300, 300, 0)]).sleep, { unavailable: 'no-samples' });
    });

    it('that is missing is named with the reason, and a nap is a nap', () => {
      const { nights, naps, missingNights, summary } = section(
        analysisOf([
          stages,
          sleep('core', 800, 840),
          sleep('inBed', 1440 - 60, 1440 + 400),
          during('heartRate', 3 * 1440 - 1, 3 * 1440 - 1, 60),
        ]).sleep,
      );
      assert.deepEqual(
        nights.map(({ day }) => day),
        ['2025-06-10'],
      );
      assert.deepEqual(naps, [
        {
          day: '2025-06-10',
          start: '2025-06-10T13:20:00.000Z',
          end: '2025-06-10T14:00:00.000Z',
          tstMinutes: 40,
        },
      ]);
      assert.deepEqual(missingNights, [
        { day: '2025-06-11', code: 'model/no-heart-rate' },
        { day: '2025-06-12', code: 'no-samples' },
      ]);
      assert.equal(summary.nights, 1);
    });

    it('of which only the time in bed is known and nothing else is unavailable, with the reason', () => {
      assert.deepEqual(analysisOf([inBed]).sleep, { unavailable: 'model/no-heart-rate' });
    });

    it('is not asleep where the watch was off: its minutes are not scored', () => {
      // In bed from 00:00 to 07:00, heart rate to 04:00 only; the model would call all of it asleep.
      const [night] = nightsOf([sleep('inBed', 0, 420, { source: phone }), ...beats(0, 240, 58)]);
      assert.equal(night!.source, 'sleep-model');
      // The last value is held for a quarter of an hour.
      assert.equal(night!.tstMinutes, 255);
      assert.equal(night!.tibMinutes, 420);
    });
  });

  describe('the heart', () => {
    const cardioOf = (samples: Sample[]) => section(analysisOf(samples).cardio);
    const night = sleep('core', 0, 420);

    it('rests as HealthKit says, else as it was at its lowest in sleep, and the source says which', () => {
      const asleep = [
        ...beats(0, 200, 60),
        ...beats(200, 260, 50),
        ...beats(260, 420, 60),
        ...beats(420, 460, 45),
      ];
      const own = [during('restingHeartRate', 500, 600, 57), during('restingHeartRate', 700, 800, 59)];
      assert.deepEqual(cardioOf([night, ...asleep, ...own]).restingHeartRate, {
        bpm: 58,
        source: 'healthkit',
        n: 2,
      });
      // 45 was after waking up.
      assert.deepEqual(cardioOf([night, ...asleep]).restingHeartRate, {
        bpm: 50,
        source: 'sleep-minimum',
        n: 30,
      });
      assert.deepEqual(cardioOf(asleep).restingHeartRate, { unavailable: 'no-samples' });
    });

    it('has its mean, least and most over the minutes that were measured', () => {
      const { heartRate, walkingHeartRateBpm } = cardioOf([
        ...beats(0, 2, 60),
        ...beats(10, 12, 100),
        during('walkingHeartRateAverage', 0, 600, 98),
        during('walkingHeartRateAverage', 700, 800, 90),
      ]);
      assert.deepEqual(heartRate, { meanBpm: 80, minBpm: 60, maxBpm: 100, minutes: 4 });
      assert.equal(walkingHeartRateBpm, 94);
    });

    it('varies by night and by day, kept apart', () => {
      const sdnn = (minute: number, value: number) =>
        during('heartRateVariabilitySDNN', minute, minute + 1, value);
      const { hrv } = cardioOf([
        night,
        sdnn(10, 60),
        sdnn(419, 70),
        sdnn(420, 30),
        sdnn(900, 40),
        sdnn(901, 44),
      ]);
      const median = (part: typeof hrv.night) => section(part).medianMs;
      assert.deepEqual([median(hrv.night), median(hrv.day)], [65, 40]);
      assert.deepEqual(cardioOf([night, sdnn(10, 60)]).hrv.day, { unavailable: 'no-samples' });
    });

    it('has no numbers from before the window', () => {
      const early = [
        during('restingHeartRate', -600, -500, 40),
        during('walkingHeartRateAverage', -600, -500, 40),
      ];
      const samples = [
        ...early,
        ...[0, 1, 2, 3, 4, 5, 6].flatMap((day) => beats(day * 1440 + 600, day * 1440 + 610, 70)),
      ];
      const { restingHeartRate, walkingHeartRateBpm } = cardioOf(samples);
      assert.deepEqual([restingHeartRate, walkingHeartRateBpm], [{ unavailable: 'no-samples' }, null]);
    });
  });

  it('breathes night by night, and over the window', () => {
    const value = (type: SampleType, minute: number, of: number) => during(type, minute, minute, of);
    const { nights, breathing, oxygen } = section(
      analysisOf([
        sleep('core', 0, 420),
        sleep('core', 1440, 1860),
        value('respiratoryRate', 0, 14),
        value('respiratoryRate', 400, 16),
        value('respiratoryRate', 420, 20),
        value('oxygenSaturation', 1500, 0.97),
        value('oxygenSaturation', 1600, 0.89),
        value('oxygenSaturation', 1700, 0.95),
      ]).respiration,
    );
    assert.deepEqual(
      nights.map(({ day, breathing: rate, oxygen: share }) => [
        day,
        rate?.median,
        rate?.n,
        share?.median,
        share?.shareBelow90,
      ]),
      [
        ['2025-06-10', 15, 2, undefined, undefined],
        ['2025-06-11', undefined, undefined, 0.95, 1 / 3],
      ],
    );
    assert.equal(section(breathing).median, 16);
    assert.equal(section(oxygen).n, 3);
  });

  it('counts minutes asleep out of sedentary time', () => {
    const quiet = [
      ...beats(0, 601, 60, 20),
      during('stepCount', 600, 601, 5),
      during('stepCount', -30, -29, 5),
    ];
    const longest = (samples: Sample[]) =>
      section(analysisOf(samples).activity).days.at(-1)!.longestSedentaryMinutes;
    assert.equal(longest(quiet), 600);
    assert.equal(longest([...quiet, sleep('core', 0, 480)]), 120);
  });
});
