import type { UnavailableCode } from '../fault.ts';
import { isoInstant } from '../instant.ts';
import { localDay } from '../local-time.ts';
import { isWhole } from '../metrics/night.ts';
import { sleepMinutes } from '../metrics/sleep.ts';
import { median } from '../metrics/statistics.ts';
import type { SourceKind } from '../samples/sample.ts';
import { minuteMs } from '../time.ts';
import { ofType } from './by-type.ts';
import type { Findings } from './findings.ts';
import { measuresOf, type MeasureDay } from './measures.ts';
import { nightDocument, type NapDocument, type NightDocument } from './sections/sleep.ts';

/**
 * One local day of a person, small enough to read months of them at once: `users/{uid}/summaries/{day}`. A number that was not
 * measured is null. It holds no ranges and no flags: what it says follows from the samples and the habit of its week alone.
 */
export interface DaySummary {
  schemaVersion: 1;
  formulaVersion: number;
  day: string;
  timeZone: string;
  /** Whether the activity of the day may be averaged: it is over, and was measured for most of it. */
  complete: boolean;
  /** Null where nothing tells when a wearable was worn. */
  wornMinutes: number | null;
  /** Kinds of sources of the day's samples. */
  sources: SourceKind[];
  steps: number | null;
  distanceMeters: number | null;
  /** At 100 steps a minute or more. */
  activeMinutes: number | null;
  exerciseMinutes: number | null;
  flightsClimbed: number | null;
  activeEnergyKcal: number | null;
  basalEnergyKcal: number | null;
  /** The night that ended on the day. */
  night: NightDocument | null;
  /** Why there is none; null while its time is not over. */
  missingNight: UnavailableCode | null;
  naps: Omit<NapDocument, 'day'>[];
  /** Main sleep and naps; null where the night is not whole. */
  sleep24hMinutes: number | null;
  restingHeartRateBpm: number | null;
  lowestSleepingHeartRateBpm: number | null;
  /** Medians in the night. */
  hrvMs: number | null;
  breathsPerMinute: number | null;
  oxygen: number | null;
  wristCelsius: number | null;
  workouts: { activityType: number; start: string; minutes: number }[];
  /** The other types of the table, by name. */
  measures: Record<string, Omit<MeasureDay, 'day'> & { unit: string }>;
}

/** Changes with any formula or definition, so that numbers of different versions are never compared. */
export const formulaVersion = 2;

/** A document stays small, whatever was sent. */
const mostListed = 8;

/** The summaries of the days of a window, in their order. */
export function summariesOf(findings: Findings): DaySummary[] {
  const { preparation, byType, sleep, signs, activity } = findings;
  const { window, minutes, samples } = preparation;
  const measures = measuresOf(findings);
  const worn = new Array<number>(window.days.length).fill(0);
  for (let i = 0; i < minutes.count; i++) worn[minutes.day[i]!]! += minutes.worn[i]!;
  return window.days.map(({ day, timeZone, start, end }, d): DaySummary => {
    const known = sleep.nights.get(day)?.night;
    const missing = sleep.missing.find((one) => one.day === day);
    const naps = sleep.naps.filter((nap) => nap.day === day).map(({ period }) => period);
    const own = known && signs.get(day);
    const { complete, minutesOver100StepsPerMinute: activeMinutes, ...totals } = activity[d]!;
    const resting = ofType(byType, 'restingHeartRate').filter(
      (sample) => localDay(timeZone, sample.start) === day,
    );
    const workouts = ofType(byType, 'workout').filter((sample) => localDay(timeZone, sample.start) === day);
    return {
      schemaVersion: 1,
      formulaVersion,
      day,
      timeZone,
      complete,
      wornMinutes: minutes.wearKnown ? worn[d]! : null,
      sources: sourcesOf(samples.filter((sample) => sample.start >= start && sample.start < end)),
      steps: totals.steps,
      distanceMeters: totals.distanceMeters,
      activeMinutes,
      exerciseMinutes: totals.exerciseMinutes,
      flightsClimbed: totals.flightsClimbed,
      activeEnergyKcal: totals.activeEnergyKcal,
      basalEnergyKcal: totals.basalEnergyKcal,
      night: known ? nightDocument(known) : null,
      missingNight: missing?.code ?? null,
      naps: naps.slice(0, mostListed).map((nap) => ({
        start: isoInstant(nap.start),
        end: isoInstant(nap.end),
        tstMinutes: sleepMinutes(nap),
      })),
      sleep24hMinutes:
        known && isWhole(known)
          ? naps.reduce((sum, nap) => sum + sleepMinutes(nap), known.tstMinutes ?? 0)
          : null,
      restingHeartRateBpm: resting.length > 0 ? median(resting.map(({ value }) => value)) : null,
      lowestSleepingHeartRateBpm: own?.lowestHeartRateBpm ?? null,
      hrvMs: own?.hrv?.medianMs ?? null,
      breathsPerMinute: own?.breathing?.median ?? null,
      oxygen: own?.oxygen?.median ?? null,
      wristCelsius: own?.wristCelsius ?? null,
      workouts: workouts.slice(0, mostListed).map((workout) => ({
        activityType: workout.value,
        start: isoInstant(workout.start),
        minutes: (workout.end - workout.start) / minuteMs,
      })),
      measures: Object.fromEntries(
        measures.flatMap(({ type, unit, days }) =>
          days.flatMap(({ day: other, ...value }) => (other === day ? [[type, { ...value, unit }]] : [])),
        ),
      ),
    };
  });
}

export function sourcesOf(samples: readonly { source: { kind: SourceKind } }[]): SourceKind[] {
  return (['watch', 'phone', 'other'] as const).filter((kind) =>
    samples.some(({ source }) => source.kind === kind),
  );
}
