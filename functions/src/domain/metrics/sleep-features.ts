import { median } from './statistics.ts';

/**
 * What the sleep model sees of a window in bed. The definition is the one the model was trained with; changing
 * anything here needs a new model (see functions/models/sleep-tcn-v4.json).
 */

/** Heart rate bridges a gap when the minutes on either side of it lie at most this far apart, and edges as far. */
const bridgeMinutes = 15;
/** Fewer observed minutes say nothing about what is usual in this window. */
const leastObserved = 5;
/** A heart that hardly changes must not be blown up to a restless one. */
const leastSpreadBpm = 3;
const largestZ = 5;
/** Turns a median absolute deviation into a standard deviation, for a normal distribution. */
const deviationOfMad = 1.4826;

/** Which threshold of the model fits the input: heart rate every minute, or about every 5 minutes. */
export type Modality = 'hr' | 'hr_sparse5min';

/**
 * The model's input of one window, row-major [5 x minutes]:
 *
 * 0. `hr_z`: heart rate, short gaps interpolated, minus the window's median, in robust standard deviations,
 *    within -5..5; 0 where there is none
 * 1. `hr_valid`: 1 where heart rate was observed or interpolated
 * 2. `hr_observed`: 1 where it was observed
 * 3. ln(1 + activity); 0 where there is none
 * 4. `activity_valid`: 1 where activity was observed
 *
 * Activity is the count feature of an accelerometer, which HealthKit does not give: pass null. Steps or energy
 * are something else, and the model has never seen them.
 *
 * @param heartRate bpm, one value a minute, NaN for none
 * @param activity counts, one value a minute, NaN for none; or null
 * @throws RangeError when the two differ in length
 */
export function sleepFeatures(heartRate: Float64Array, activity: Float64Array | null): Float32Array {
  const minutes = heartRate.length;
  if (activity && activity.length !== minutes) {
    throw new RangeError('Heart rate and activity must cover the same minutes.');
  }
  const features = new Float32Array(5 * minutes);
  const row = (index: number) => features.subarray(index * minutes, (index + 1) * minutes);

  const observed = observedMinutes(heartRate);
  if (observed.length >= leastObserved) {
    const filled = bridged(heartRate, observed);
    const values = observed.map((minute) => heartRate[minute]!);
    const centre = median(values);
    const spread = Math.max(spreadOf(values), leastSpreadBpm);
    const [z, valid, seen] = [row(0), row(1), row(2)];
    filled.forEach((bpm, minute) => {
      if (Number.isNaN(bpm)) return;
      z[minute] = Math.min(largestZ, Math.max(-largestZ, (bpm - centre) / spread));
      valid[minute] = 1;
    });
    for (const minute of observed) seen[minute] = 1;
  }

  if (activity) {
    const [logCount, valid] = [row(3), row(4)];
    activity.forEach((count, minute) => {
      if (!Number.isFinite(count)) return;
      logCount[minute] = Math.log1p(Math.max(count, 0));
      valid[minute] = 1;
    });
  }
  return features;
}

/** Robust standard deviation: 1.4826 times the median absolute deviation. Of heart rate without its gaps, bpm. */
export function spreadOf(values: ArrayLike<number>): number {
  const centre = median(values);
  return deviationOfMad * median(Array.from(values, (value) => Math.abs(value - centre)));
}

/**
 * Which kind of heart rate a window holds: `hr` when at least half of its minutes are observed, else
 * `hr_sparse5min`; null when the model must not be run, because fewer than 5 minutes are observed or less than
 * half of the window is observed or interpolated.
 *
 * @param heartRate bpm, one value a minute, NaN for none
 */
export function modality(heartRate: Float64Array): Modality | null {
  const observed = observedMinutes(heartRate);
  if (observed.length < leastObserved) return null;
  const half = heartRate.length / 2;
  if (observed.length >= half) return 'hr';
  const valid = bridged(heartRate, observed).reduce((count, bpm) => count + (Number.isNaN(bpm) ? 0 : 1), 0);
  return valid >= half ? 'hr_sparse5min' : null;
}

function observedMinutes(heartRate: Float64Array): number[] {
  const observed: number[] = [];
  heartRate.forEach((bpm, minute) => {
    if (Number.isFinite(bpm)) observed.push(minute);
  });
  return observed;
}

/** Heart rate with short gaps interpolated and the edges held; NaN in longer gaps. */
function bridged(heartRate: Float64Array, observed: readonly number[]): Float64Array {
  const filled = new Float64Array(heartRate.length).fill(NaN);
  const first = observed[0]!;
  const last = observed.at(-1)!;
  filled.fill(heartRate[first]!, Math.max(0, first - bridgeMinutes), first);
  filled.fill(heartRate[last]!, last, last + 1 + bridgeMinutes);
  for (let index = 0; index + 1 < observed.length; index++) {
    const [from, to] = [observed[index]!, observed[index + 1]!];
    const [start, end] = [heartRate[from]!, heartRate[to]!];
    filled[from] = start;
    if (to - from > bridgeMinutes) continue;
    for (let minute = from + 1; minute < to; minute++) {
      filled[minute] = start + ((end - start) * (minute - from)) / (to - from);
    }
  }
  return filled;
}
