import * as v from 'valibot';
import { averageOf, type Average } from '../domain/metrics/statistics.ts';
import { nightMeasures } from '../domain/history/typical-range.ts';

/**
 * What version 1 of an analysis says that version 2 says otherwise. What it told without knowing is not told any more: an
 * efficiency without a time in bed, nights whose bedtime was estimated, a resting heart rate made from sleep, a social jet lag
 * without direction. Its numbers are of formula version 0, so that they are compared with no others.
 */
const orNull = v.nullable(v.number());
const reason = v.looseObject({ unavailable: v.string() });
const sectionOf = <T extends v.ObjectEntries>(entries: T) => v.union([reason, v.looseObject(entries)]);
const AnalysisV1 = v.looseObject({
  activity: sectionOf({
    days: v.array(
      v.looseObject({
        steps: orNull,
        distanceMeters: orNull,
        activeEnergyKcal: orNull,
        exerciseMinutes: orNull,
      }),
    ),
  }),
  sleep: sectionOf({
    nights: v.array(
      v.looseObject({
        day: v.string(),
        source: v.string(),
        bedtime: v.string(),
        onset: v.nullable(v.string()),
        wake: v.nullable(v.string()),
        tibMinutes: v.number(),
        tstMinutes: v.number(),
        solMinutes: orNull,
        wasoMinutes: orNull,
        se: v.number(),
      }),
    ),
    missingNights: v.array(v.looseObject({ day: v.string(), code: v.string() })),
    summary: v.looseObject({ meanMidpoint: v.nullable(v.string()), sdMidpointMinutes: orNull }),
  }),
  cardio: sectionOf({
    restingHeartRate: v.union([
      reason,
      v.looseObject({ bpm: v.number(), source: v.string(), n: v.number() }),
    ]),
    heartRate: v.unknown(),
    hrv: v.looseObject({ night: v.looseObject({}), day: v.unknown() }),
  }),
});
type AnalysisV1 = v.InferOutput<typeof AnalysisV1>;
type Section<Name extends keyof AnalysisV1> = Exclude<AnalysisV1[Name], { unavailable: string }>;

/** @throws v.ValiError for fields that are not version 1 of an analysis */
export function liftAnalysis(fields: Record<string, unknown>): Record<string, unknown> {
  const { activity, sleep, cardio, ...rest } = v.parse(AnalysisV1, fields);
  return {
    ...rest,
    schemaVersion: 2,
    formulaVersion: 0,
    activity: isMissing(activity) ? activity : liftActivity(activity),
    sleep: isMissing(sleep) ? { unavailable: codeOf(sleep.unavailable) } : liftSleep(sleep),
    cardio: isMissing(cardio) ? cardio : liftCardio(cardio),
    measures: [],
    typical: { ranges: Object.fromEntries(nightMeasures.map((measure) => [measure, null])), flags: [] },
  };
}

function isMissing(section: object): section is { unavailable: string } {
  return 'unavailable' in section;
}

function average(values: readonly (number | null)[]): Average | null {
  return averageOf(values.filter((value) => value !== null));
}

function liftActivity({ days }: Section<'activity'>): object {
  return {
    days: days.map((day) => ({ ...day, complete: day.steps !== null })),
    steps: average(days.map(({ steps }) => steps)),
    distanceMeters: average(days.map(({ distanceMeters }) => distanceMeters)),
    activeEnergyKcal: average(days.map(({ activeEnergyKcal }) => activeEnergyKcal)),
    exerciseMinutes: average(days.map(({ exerciseMinutes }) => exerciseMinutes)),
  };
}

function liftSleep({ nights: all, missingNights, summary, ...rest }: Section<'sleep'>): object {
  const nights = all.filter(({ bedtime }) => bedtime !== 'estimated').map(liftNight);
  const untold = all
    .filter(({ bedtime }) => bedtime === 'estimated')
    .map(({ day }) => ({ day, code: 'model/too-uncertain' }));
  const missing = [...missingNights.map(({ day, code }) => ({ day, code: codeOf(code) })), ...untold];
  const midpoint = untold.length > 0 ? null : summary.meanMidpoint;
  return {
    ...rest,
    nights,
    missingNights: missing.sort((a, b) => (a.day < b.day ? -1 : 1)),
    summary: {
      nights: nights.length,
      kind: nights.at(0)?.source ?? null,
      tstMinutes: average(nights.map(({ tstMinutes }) => tstMinutes)),
      sleep24hMinutes: null,
      se: average(nights.map(({ se }) => se)),
      sleepMaintenance: average(nights.map(({ sleepMaintenance }) => sleepMaintenance)),
      solMinutes: average(nights.map(({ solMinutes }) => solMinutes)),
      wasoMinutes: average(nights.map(({ wasoMinutes }) => wasoMinutes)),
      midpoint: midpoint === null ? null : midpointOf(midpoint, summary.sdMidpointMinutes, nights.length),
      socialJetLag: null,
    },
  };
}

function liftNight(night: Section<'sleep'>['nights'][number]) {
  // Version 1 took the first to the last sample for the time in bed; where it knew how long falling asleep took, it was told.
  const isBedKnown = night.solMinutes !== null;
  const period =
    night.onset !== null && night.wake !== null
      ? (Date.parse(night.wake) - Date.parse(night.onset)) / 60_000
      : 0;
  return {
    ...night,
    bedtime: isBedKnown ? 'healthkit' : 'unknown',
    tibMinutes: isBedKnown ? night.tibMinutes : null,
    se: isBedKnown ? night.se : null,
    sleepMaintenance: period > 0 ? Math.min(1, night.tstMinutes / period) : null,
    silentMinutes: 0,
    partial: null,
    estimated: null,
  };
}

function midpointOf(clock: string, sd: number | null, n: number): object {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number];
  const ofDay = 60 * hours + minutes;
  return { clock, minutes: { mean: ofDay < 720 ? ofDay : ofDay - 1440, sd, n } };
}

/** Version 1 said that there were no samples wherever it had found no night. */
function codeOf(code: string): string {
  if (code === 'no-samples') return 'night-not-found';
  return code === 'model/no-heart-rate' ? 'too-sparse' : code;
}

function liftCardio({ restingHeartRate, heartRate, hrv }: Section<'cardio'>): object {
  const none = { unavailable: 'no-samples' };
  const isOwn = !isMissing(restingHeartRate) && restingHeartRate.source === 'healthkit';
  const { bpm, n } = isOwn ? restingHeartRate : { bpm: 0, n: 0 };
  return {
    restingHeartRate: isOwn ? { bpm, average: { mean: bpm, sd: null, n } } : none,
    lowestSleepingHeartRate: none,
    heartRate,
    hrv: { night: isMissing(hrv.night) ? hrv.night : { ...hrv.night, average: null }, day: hrv.day },
  };
}
