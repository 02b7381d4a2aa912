import { cosinor, type Cosinor } from './cosinor.ts';
import { isFlat, lowess, standardDeviation, variance } from './statistics.ts';

/** Activity per minute over a stretch of days, in the order of time and without jumps. */
export interface ActivitySeries {
  /** Activity of each minute (counts or steps), 0 or more; NaN = not measured. */
  values: Float64Array;
  /** Local clock minute 0..1439 of each epoch. The series may cross a clock change, so it is given, not computed. */
  clockMinutes: Uint16Array;
}

/** A stretch of the mean day. */
export interface DayStretch {
  /** Activity per minute. */
  mean: number;
  /** Clock minute 0..1439 of its first minute; null when every stretch of the day has the same mean. */
  onset: number | null;
}

/** Non-parametric and cosine description of a rest-activity rhythm. A number that cannot be computed is null. */
export interface Rhythm {
  is: number | null;
  iv: number | null;
  ra: number | null;
  l5: { mean: number; onset: string | null } | null;
  m10: { mean: number; onset: string | null } | null;
  adat: number | null;
  kRa: number | null;
  kAr: number | null;
  cosinor: Cosinor | null;
}

const hour = 60;
const day = 24 * hour;
/** What makes one day valid must be there of the mean day too: 16 of its 24 hours. */
const leastProfileMinutes = 16 * hour;
/** Over a single day the profile is the series itself, and its stability would be 1 whatever the person does. */
const leastStabilityHours = 48;

/**
 * All rhythm metrics of one series. `activeThreshold` (activity per minute; above it a minute is active) serves
 * kRA and kAR only, everything else uses the activity itself.
 */
export function rhythm(series: ActivitySeries, options: { activeThreshold?: number } = {}): Rhythm {
  const { kRa, kAr } = transitionRates(series.values, options.activeThreshold);
  const least = leastActive(series);
  const most = mostActive(series);
  return {
    is: interdailyStability(series),
    iv: intradailyVariability(series),
    ra: amplitudeOf(least, most),
    l5: withClock(least),
    m10: withClock(most),
    adat: averageDailyTotal(series),
    kRa,
    kAr,
    cosinor: meanDay(series) ? cosinor(series.values, series.clockMinutes) : null,
  };
}

/**
 * IS: variance of the mean 24 h profile of hourly sums / variance of the hourly sums, both with n - 1
 * (Witting 1990, Biol Psychiatry 27:563; Van Someren 1999, Chronobiol Int 16:505). Near 0 for noise; D days that
 * repeat exactly give (24 D - 1) / (23 D), a little more than 1, because of the n - 1.
 *
 * Hours are counted from the first epoch. An hour with missing epochs is scaled up when at least half of it was
 * measured and left out otherwise; the last one, cut off by the end of the series, counts as it is.
 *
 * @returns no unit; null when nothing varies or fewer than 48 hours can be used
 */
export function interdailyStability(series: ActivitySeries): number | null {
  const sums = hourlySums(series.values);
  const present = sums.filter((sum) => !Number.isNaN(sum));
  if (present.length < leastStabilityHours || isFlat(present)) return null;
  const totals = new Float64Array(24);
  const counts = new Float64Array(24);
  sums.forEach((sum, bin) => {
    if (Number.isNaN(sum)) return;
    const clockHour = Math.floor(series.clockMinutes[bin * hour]! / hour);
    totals[clockHour]! += sum;
    counts[clockHour]! += 1;
  });
  const profile = totals.map((total, i) => total / counts[i]!).filter((value) => !Number.isNaN(value));
  return variance(profile) / variance(present);
}

/**
 * IV: mean squared difference of neighbouring hourly sums / their variance with n - 1 (same sources and hours as
 * IS). Near 0 for a smooth wave, about 2 for noise. A difference needs both of its hours.
 *
 * @returns no unit; null when nothing varies or no two neighbouring hours can be used
 */
export function intradailyVariability(series: ActivitySeries): number | null {
  const sums = hourlySums(series.values);
  const present = sums.filter((sum) => !Number.isNaN(sum));
  let squares = 0;
  let pairs = 0;
  for (let bin = 1; bin < sums.length; bin++) {
    const step = sums[bin]! - sums[bin - 1]!;
    if (Number.isNaN(step)) continue;
    squares += step * step;
    pairs++;
  }
  return pairs === 0 || isFlat(present) ? null : squares / pairs / variance(present);
}

/**
 * L5: the least active 5 h of the mean 24 h minute profile, wrapped at midnight (Van Someren 1999). Of stretches
 * with the same mean the one that starts first after midnight is taken. A stretch needs half of its minutes.
 *
 * @returns null when fewer than 16 hours of the mean day were ever measured
 */
export function leastActive(series: ActivitySeries): DayStretch | null {
  return extremeStretch(series, 5 * hour, (mean, best) => mean < best);
}

/** M10: the most active 10 h of the mean 24 h minute profile; otherwise as `leastActive`. */
export function mostActive(series: ActivitySeries): DayStretch | null {
  return extremeStretch(series, 10 * hour, (mean, best) => mean > best);
}

/**
 * RA = (M10 - L5) / (M10 + L5), 0 to 1 (Van Someren 1999).
 *
 * @returns no unit; null without activity or without L5 and M10
 */
export function relativeAmplitude(series: ActivitySeries): number | null {
  return amplitudeOf(leastActive(series), mostActive(series));
}

function amplitudeOf(least: DayStretch | null, most: DayStretch | null): number | null {
  if (!least || !most || most.mean + least.mean === 0) return null;
  return (most.mean - least.mean) / (most.mean + least.mean);
}

/**
 * ADAT: mean over the local days of their total, each scaled to 1440 minutes from those measured, so that the first
 * and the last day, cut off by the series, count like the others (as pyActigraphy, not binarised, rescaled). A day
 * with less than half of its epochs measured is left out.
 *
 * @returns activity per day; null when less than 24 hours were measured
 */
export function averageDailyTotal({ values, clockMinutes }: ActivitySeries): number | null {
  let totals = 0;
  let days = 0;
  let minutes = 0;
  for (let start = 0, end = 0; start < values.length; start = end) {
    // A clock set back by an hour or two is no new day.
    do end++;
    while (end < values.length && clockMinutes[end]! > clockMinutes[end - 1]! - day / 2);
    const { sum, measured } = measuredSum(values, start, end);
    if (2 * measured < end - start) continue;
    totals += (sum * day) / measured;
    days++;
    minutes += measured;
  }
  return minutes < day ? null : totals / days;
}

/**
 * kRA and kAR: the probability per minute that rest (activity at or below the threshold) turns into activity, and
 * activity into rest, once either has lasted (Lim 2011, Sleep 34:1569).
 *
 * N_t is the number of runs that last t minutes or longer. At each run length t that occurs, with t' the next
 * longer one, p(t) = (N_t - N_t') / (N_t (t' - t)); the longest run has no such estimate. The rate is the mean of
 * p, weighted by sqrt(N_t + N_t'), over the longest stretch in which p stays less than one standard deviation (of
 * p) from its LOWESS curve (fraction 0.3, no iteration), as pyActigraphy computes it. A run that borders on a gap
 * has no known length and is left out.
 *
 * @param values activity per minute; NaN = not measured
 * @returns per minute; null where fewer than 8 different run lengths occur: too few to smooth
 */
export function transitionRates(
  values: Float64Array,
  activeThreshold = 4,
): { kRa: number | null; kAr: number | null } {
  const rest: number[] = [];
  const active: number[] = [];
  const stateAt = (i: number) => (Number.isNaN(values[i]!) ? undefined : values[i]! > activeThreshold);
  for (let start = 0, end = 0; start < values.length; start = end) {
    const state = stateAt(start);
    do end++;
    while (end < values.length && stateAt(end) === state);
    const cutBefore = start > 0 && stateAt(start - 1) === undefined;
    const cutAfter = end < values.length && stateAt(end) === undefined;
    if (state === undefined || cutBefore || cutAfter) continue;
    (state ? active : rest).push(end - start);
  }
  return { kRa: transitionRate(rest), kAr: transitionRate(active) };
}

function transitionRate(runs: number[]): number | null {
  runs.sort((one, other) => one - other);
  const lengths: number[] = [];
  const probabilities: number[] = [];
  const weights: number[] = [];
  for (let i = 0, next = 0; i < runs.length; i = next) {
    do next++;
    while (next < runs.length && runs[next] === runs[i]);
    if (next === runs.length) break;
    const lasting = runs.length - i;
    const outlasting = runs.length - next;
    lengths.push(runs[i]!);
    probabilities.push((lasting - outlasting) / lasting / (runs[next]! - runs[i]!));
    weights.push(Math.sqrt(lasting + outlasting));
  }
  const curve = lowess(lengths, probabilities, 0.3);
  if (!curve) return null;
  const deviation = isFlat(probabilities) ? Infinity : standardDeviation(probabilities);
  const steady = probabilities.map((probability, i) => Math.abs(probability - curve[i]!) < deviation);

  let best = { start: 0, end: 0 };
  for (let i = 0, start = 0; i < steady.length; i++) {
    if (!steady[i]) start = i + 1;
    else if (i + 1 - start > best.end - best.start) best = { start, end: i + 1 };
  }
  let sum = 0;
  let weight = 0;
  for (let i = best.start; i < best.end; i++) {
    sum += weights[i]! * probabilities[i]!;
    weight += weights[i]!;
  }
  return weight > 0 ? sum / weight : null;
}

function hourlySums(values: Float64Array): Float64Array {
  const sums = new Float64Array(Math.ceil(values.length / hour));
  for (let bin = 0; bin < sums.length; bin++) {
    const start = bin * hour;
    const end = Math.min(start + hour, values.length);
    const { sum, measured } = measuredSum(values, start, end);
    sums[bin] = 2 * measured >= end - start ? (sum * (end - start)) / measured : NaN;
  }
  return sums;
}

function measuredSum(values: Float64Array, start: number, end: number): { sum: number; measured: number } {
  let sum = 0;
  let measured = 0;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    measured++;
  }
  return { sum, measured };
}

/** Mean activity at each clock minute (NaN where never measured); null when too little of the day was measured. */
function meanDay({ values, clockMinutes }: ActivitySeries): Float64Array | null {
  const totals = new Float64Array(day);
  const counts = new Float64Array(day);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    totals[clockMinutes[i]!]! += values[i]!;
    counts[clockMinutes[i]!]! += 1;
  }
  const measured = counts.filter((count) => count > 0).length;
  return measured < leastProfileMinutes ? null : totals.map((total, i) => total / counts[i]!);
}

function extremeStretch(
  series: ActivitySeries,
  minutes: number,
  isBetter: (mean: number, best: number) => boolean,
): DayStretch | null {
  const profile = meanDay(series);
  if (!profile) return null;
  const wrapped = new Float64Array(day + minutes);
  wrapped.set(profile);
  wrapped.set(profile.subarray(0, minutes), day);
  const means = new Float64Array(day);
  for (let onset = 0; onset < day; onset++) {
    const { sum, measured } = measuredSum(wrapped, onset, onset + minutes);
    means[onset] = 2 * measured >= minutes ? sum / measured : NaN;
  }
  let best: number | undefined;
  for (let onset = 0; onset < day; onset++) {
    if (Number.isNaN(means[onset]!)) continue;
    // The order of a sum changes its last digits: such a difference does not make a stretch better.
    const tied =
      best !== undefined && Math.abs(means[onset]! - means[best]!) <= 1e-12 * Math.abs(means[best]!);
    if (best === undefined || (!tied && isBetter(means[onset]!, means[best]!))) best = onset;
  }
  if (best === undefined) return null;
  const known = means.filter((mean) => !Number.isNaN(mean));
  return { mean: means[best]!, onset: isFlat(known) ? null : best };
}

function withClock(stretch: DayStretch | null): { mean: number; onset: string | null } | null {
  if (!stretch) return null;
  const { mean, onset } = stretch;
  const digits = (value: number) => String(value).padStart(2, '0');
  return {
    mean,
    onset: onset === null ? null : `${digits(Math.floor(onset / hour))}:${digits(onset % hour)}`,
  };
}
