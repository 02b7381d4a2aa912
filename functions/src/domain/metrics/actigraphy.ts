import { mean, standardDeviation } from './statistics.ts';

/**
 * Epoch-by-epoch sleep from wrist activity, by published weights. All take activity counts per minute, Oakley also of other
 * epochs (NaN = not measured), and answer one score per epoch: 1 sleep, 0 wake. A minute whose window is incomplete, at the edges of
 * the series or because of a gap, is wake: a gap never adds sleep. The weights were made for the counts of certain
 * devices; on steps they mean nothing.
 */

/** Minutes scored asleep by each algorithm. */
export interface ActigraphySleep {
  coleKripke: number;
  coleKripkeRescored: number;
  sadeh: number;
  scripps: number;
  oakley40: number;
}

/**
 * Minutes asleep over the whole series, day and night, by all algorithms.
 *
 * @param values counts per minute
 * @param epochs the same by shorter epochs, where they are known: Oakley's kernel is made for them
 */
export function actigraphySleep(values: Float64Array, epochs?: Epochs): ActigraphySleep {
  const asleep = (scores: Uint8Array) => scores.reduce((minutes, score) => minutes + score, 0);
  return {
    coleKripke: asleep(coleKripke(values)),
    coleKripkeRescored: asleep(coleKripkeRescored(values)),
    sadeh: asleep(sadeh(values)),
    scripps: asleep(scripps(values)),
    oakley40: epochs
      ? (asleep(oakley(epochs.values, 40, epochs.seconds)) * epochs.seconds) / 60
      : asleep(oakley(values, 40)),
  };
}

/** Lengths of an epoch, s, for which Oakley has a kernel. */
export type EpochSeconds = 15 | 30 | 60 | 120;

/** Counts of epochs that follow each other. */
export interface Epochs {
  seconds: EpochSeconds;
  /** NaN = not measured. */
  values: Float64Array;
}

const coleKripkeWeights = [106, 54, 58, 76, 230, 74, 67, 0, 0];
/** D < 1 in whole numbers: the weights are thousandths, the activity thirtieths. */
const coleKripkeLimit = 1000 * 30;

/**
 * Cole-Kripke for the mean activity per minute: D = 0.001 (106 a-4 + 54 a-3 + 58 a-2 + 76 a-1 + 230 a + 74 a+1 +
 * 67 a+2), sleep when D < 1 (Cole 1992, Sleep 15:461). The activity a is the mean of the minute's 2-second samples,
 * counts / 30; the window is centred, four minutes to either side, as in pyActigraphy.
 */
export function coleKripke(values: Float64Array): Uint8Array {
  return below(weightedSums(values, coleKripkeWeights), coleKripkeLimit);
}

/** After so many minutes of wake, so many minutes of sleep become wake (rules a to c). */
const afterWake = [
  { wake: 4, sleep: 1 },
  { wake: 10, sleep: 3 },
  { wake: 15, sleep: 4 },
];
/** At most so many minutes between two runs of so many minutes of wake become wake (rules d and e). */
const betweenWake = [
  { wake: 10, between: 6 },
  { wake: 20, between: 10 },
];

/** Cole-Kripke, rescored by `webster`. */
export function coleKripkeRescored(values: Float64Array): Uint8Array {
  const sums = weightedSums(values, coleKripkeWeights);
  const half = coleKripkeWeights.length >> 1;
  const open = sums.map((sum, i) => (Number.isNaN(sum) && i >= half && i < sums.length - half ? 1 : 0));
  return webster(below(sums, coleKripkeLimit), open);
}

/**
 * The rescoring rules of Webster 1982 (Sleep 5:389) on scores per minute (1 sleep, 0 wake). As in pyActigraphy,
 * every rule reads the first scores, not those that another rule left; rules a to c need all of their minutes of
 * sleep; and what lies between two runs of wake may itself hold wake.
 *
 * @param open 1 where a gap left the score open, though it says wake. The rules take such a minute for whichever
 *   they look for: taken for wake alone, it could break up the sleep that a rule needs, and a gap would add sleep.
 */
export function webster(first: Uint8Array, open: ArrayLike<number> = []): Uint8Array {
  const scores = first.slice();
  for (const { wake, sleep } of afterWake) {
    for (let i = 0, before = 0; i + sleep <= first.length; i++) {
      let after = 0;
      while (after < sleep && (first[i + after] === 1 || open[i + after] === 1)) after++;
      if (before >= wake && after === sleep) scores.fill(0, i, i + sleep);
      before = first[i] === 0 ? before + 1 : 0;
    }
  }
  for (const { wake, between } of betweenWake) {
    let lastEnd = -Infinity;
    for (let start = 0, end = 0; start < first.length; start = end) {
      do end++;
      while (end < first.length && first[end] === first[start]);
      if (first[start] === 1 || end - start < wake) continue;
      if (start - lastEnd <= between) scores.fill(0, lastEnd, start);
      lastEnd = end;
    }
  }
  return scores;
}

/**
 * Sadeh: PS = 7.601 - 0.065 mean - 1.08 NAT - 0.056 sd - 0.703 ln(a + 1), sleep when PS >= 0 (Sadeh 1994, Sleep
 * 17:201). Mean and NAT (the number of minutes with 50 to under 100 counts) are over 11 centred minutes, sd (n - 1)
 * over the minute and the five before it. As in pyActigraphy, `a` is the minute after the one that is scored.
 *
 * A minute of exactly 50 counts is in NAT: the paper has "equal to or higher than 50". pyActigraphy 1.2.2 counts above 50, and so
 * scores a few minutes more as sleep in a recording that has such minutes.
 */
export function sadeh(values: Float64Array): Uint8Array {
  const scores = new Uint8Array(values.length);
  for (let i = 5; i < values.length - 5; i++) {
    const window = values.subarray(i - 5, i + 6);
    const natural = window.filter((value) => value >= 50 && value < 100).length;
    const average = mean(window);
    const index =
      7.601 -
      0.065 * average -
      1.08 * natural -
      0.056 * standardDeviation(window.subarray(0, 6)) -
      0.703 * Math.log(values[i + 1]! + 1);
    // Not a number, hence not sleep, when any of the eleven was not measured.
    scores[i] = index >= 0 ? 1 : 0;
  }
  return scores;
}

const scrippsWeights = [
  0.0064, 0.0074, 0.0112, 0.0112, 0.0118, 0.0118, 0.0128, 0.0188, 0.028, 0.0664, 0.03, 0.0112, 0.01, 0, 0, 0,
  0, 0, 0, 0, 0,
];

/**
 * Scripps Clinic: D = 0.204 (0.0064 a-10 + ... + 0.0664 a-1 + 0.0300 a + 0.0112 a+1 + 0.0100 a+2), sleep when
 * D < 1 (Kripke 2010, J Sleep Res 19:612). The window is centred, ten minutes to either side, as in pyActigraphy.
 */
export function scripps(values: Float64Array): Uint8Array {
  return below(weightedSums(values, scrippsWeights), 1 / 0.204);
}

/** Oakley's weights by epoch, in fiftieths: whole counts then meet a whole threshold exactly. */
const oakleyWeights: Record<EpochSeconds, number[]> = {
  15: [2, 2, 2, 2, 10, 10, 10, 10, 200, 10, 10, 10, 10, 2, 2, 2, 2],
  30: [2, 2, 10, 10, 100, 10, 10, 2, 2],
  60: [2, 10, 50, 10, 2],
  120: [6, 25, 6],
};

/**
 * Oakley: A = 0.04 a-2 + 0.2 a-1 + a + 0.2 a+1 + 0.04 a+2 of minutes, sleep when A is below the threshold (Oakley 1997, as
 * described in the Actiware manual, which spreads the weights over the epochs of the same two minutes on either side and
 * scales the epoch itself to a minute). Common thresholds are 20, 40 and 80 counts. 'auto' is 0.88888 times the total
 * count per mobile minute, of epochs with a count or more for each 15 s; it depends on the whole series, so that with 'auto' a
 * gap may move the threshold.
 *
 * @returns one score an epoch
 */
export function oakley(
  values: Float64Array,
  threshold: number | 'auto' = 40,
  epochSeconds: EpochSeconds = 60,
): Uint8Array {
  const limit = threshold === 'auto' ? automaticThreshold(values, epochSeconds) : threshold;
  return below(weightedSums(values, oakleyWeights[epochSeconds]), 50 * limit);
}

function automaticThreshold(values: Float64Array, epochSeconds: number): number {
  const total = values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);
  const mobile = values.filter((value) => value >= epochSeconds / 15).length;
  return (0.88888 * total) / ((mobile * epochSeconds) / 60);
}

/** Sum of the values around each epoch, weighted; NaN where one of them is missing or outside the series. */
function weightedSums(values: Float64Array, weights: number[]): Float64Array {
  const half = weights.length >> 1;
  const sums = new Float64Array(values.length).fill(NaN);
  for (let i = half; i < values.length - half; i++) {
    let sum = 0;
    for (let j = 0; j < weights.length; j++) sum += weights[j]! * values[i - half + j]!;
    sums[i] = sum;
  }
  return sums;
}

function below(sums: Float64Array, limit: number): Uint8Array {
  return Uint8Array.from(sums, (sum) => (sum < limit ? 1 : 0));
}
