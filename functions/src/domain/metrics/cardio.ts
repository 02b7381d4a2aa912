import { averageOf, finite, mean, median, standardDeviation, type Average } from './statistics.ts';

/** HealthKit's own resting heart rate, as given: beats per minute. */
export interface RestingHeartRate {
  /** Median of the values. */
  bpm: number;
  /** Of the values, about one a day. */
  average: Average;
}

/** The lowest 30-minute mean of heart rate in sleep; lower than a resting heart rate, and never compared with one. */
export interface LowestSleepingHeartRate {
  /** Median over the nights, beats per minute. */
  bpm: number;
  average: Average;
  nights: { day: string; bpm: number }[];
}

export interface HeartRateVariability {
  medianMs: number;
  /** Standard deviation (n - 1) / mean, no unit; null for a single value. */
  cv: number | null;
  n: number;
}

/** Fewer readings make a mean of chance. */
const leastReadings = 10;
const windowMinutes = 30;
/** A watch at rest measures about every 5 minutes: its 10 readings take up to an hour. */
const longestWindowMinutes = 60;

/**
 * The lowest mean of 30 minutes in a row; where fewer than 10 of them were measured, of the 10 measured ones that lie within
 * an hour.
 *
 * @param heartRatePerMinute beats per minute of consecutive minutes; NaN = not measured
 * @returns beats per minute; null where there is no such stretch
 */
export function lowestHalfHour(heartRatePerMinute: Float64Array): number | null {
  const measured: { at: number; before: number }[] = [];
  let sum = 0;
  let first = 0;
  let lowest = Infinity;
  heartRatePerMinute.forEach((bpm, at) => {
    if (Number.isNaN(bpm)) return;
    measured.push({ at, before: sum });
    sum += bpm;
    while (measured[first]!.at <= at - windowMinutes) first++;
    const from = Math.min(first, measured.length - leastReadings);
    if (from < 0 || at - measured[from]!.at >= longestWindowMinutes || at < windowMinutes - 1) return;
    lowest = Math.min(lowest, (sum - measured[from]!.before) / (measured.length - from));
  });
  return lowest === Infinity ? null : lowest;
}

/** @param values of HealthKit, beats per minute */
export function restingHeartRate(values: number[]): RestingHeartRate | null {
  const average = averageOf(values);
  return average && { bpm: median(values), average };
}

/** @param nights one value a night, beats per minute */
export function lowestSleepingHeartRate(
  nights: LowestSleepingHeartRate['nights'],
): LowestSleepingHeartRate | null {
  const values = nights.map(({ bpm }) => bpm);
  const average = averageOf(values);
  return average && { bpm: median(values), average, nights };
}

/**
 * Median and coefficient of variation of HealthKit's SDNN values (ms). Each is of a minute or so: they are not
 * comparable with the norms of 24 h recordings (Task Force 1996, Circulation 93:1043).
 */
export function heartRateVariability(values: number[]): HeartRateVariability | null {
  const known = finite(values);
  if (known.length === 0) return null;
  const cv = known.length < 2 ? null : standardDeviation(known) / mean(known);
  return { medianMs: median(known), cv, n: known.length };
}
