import { finite, mean, median, standardDeviation } from './statistics.ts';

export interface RestingHeartRate {
  /** Beats per minute. */
  bpm: number;
  source: 'healthkit' | 'sleep-minimum';
  /** How many values (healthkit) or measured minutes (sleep-minimum) the number rests on. */
  n: number;
}

export interface HeartRateVariability {
  medianMs: number;
  /** Standard deviation (n - 1) / mean, no unit; null for a single value. */
  cv: number | null;
  n: number;
}

/**
 * The lowest mean of the measured minutes in any window of `windowMinutes`. A window counts when at least
 * `leastShare` of its minutes were measured. The default is one sixth, 5 of 30 minutes: at rest a watch measures
 * about every 5 minutes.
 *
 * @param heartRatePerMinute beats per minute of consecutive minutes; NaN = not measured
 * @returns the mean in beats per minute, the index of the window's first minute, and its measured minutes
 */
export function lowestRollingMean(
  heartRatePerMinute: Float64Array,
  windowMinutes = 30,
  leastShare = 1 / 6,
): { mean: number; start: number; n: number } | null {
  let lowest: { mean: number; start: number; n: number } | null = null;
  for (let start = 0; start + windowMinutes <= heartRatePerMinute.length; start++) {
    let sum = 0;
    let n = 0;
    for (let i = start; i < start + windowMinutes; i++) {
      if (Number.isNaN(heartRatePerMinute[i]!)) continue;
      sum += heartRatePerMinute[i]!;
      n++;
    }
    if (n === 0 || n < leastShare * windowMinutes) continue;
    if (!lowest || sum / n < lowest.mean) lowest = { mean: sum / n, start, n };
  }
  return lowest;
}

/**
 * Resting heart rate: the median of HealthKit's own values when there are any, else the lowest 30-minute mean in
 * sleep, which is lower than the awake rate HealthKit reports; the source says which.
 *
 * @param healthKit resting heart rates, beats per minute
 * @param sleepHeartRate beats per minute of consecutive minutes; NaN = not measured or not asleep
 */
export function restingHeartRate(from: {
  healthKit: number[];
  sleepHeartRate: Float64Array;
}): RestingHeartRate | null {
  const own = finite(from.healthKit);
  if (own.length > 0) return { bpm: median(own), source: 'healthkit', n: own.length };
  const lowest = lowestRollingMean(from.sleepHeartRate);
  return lowest && { bpm: lowest.mean, source: 'sleep-minimum', n: lowest.n };
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
