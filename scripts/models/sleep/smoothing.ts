// A hidden Markov model over the sleep model's minutes. It was tried and is not in the product: `npm run evaluate-sleep` shows what it
// does to the awakenings of nights that it has not seen.
import type { StageThresholds } from '../../../functions/src/domain/metrics/staging.ts';
import type { Counts, ToldNight } from './figures.ts';
import { awakeningsError, countsOf, kappaThreeClasses } from './figures.ts';
import { unscored } from './scored-night.ts';

/** How one minute follows another, learned from the nights of the training. */
export interface Smoothing {
  /** What the evidence of a minute weighs against the transitions: its neighbours have been heard already. */
  weight: number;
  /** [from][to]: chance that a minute of wake, NREM or REM is followed by each; rows sum to 1. */
  transitions: number[][];
}

const classes = [0, 1, 2] as const;

/**
 * Wake (0), NREM (1) or REM (2) for every minute: the likeliest sequence of a hidden Markov model (Viterbi 1967), whose evidence
 * of a minute is the model's probabilities over their thresholds, so that transitions without a preference change nothing.
 *
 * @param probabilities [minutes x 3]: wake, NREM, REM
 */
export function likeliestStages(
  probabilities: Float32Array,
  thresholds: StageThresholds,
  smoothing: Smoothing,
): Uint8Array {
  const minutes = probabilities.length / 3;
  const stages = new Uint8Array(minutes);
  const moves = smoothing.transitions.map((row) => row.map(Math.log));
  const cameFrom = new Uint8Array(3 * minutes);
  let scores = [0, 0, 0];
  for (let minute = 0; minute < minutes; minute++) {
    const evidence = evidenceOf(probabilities, minute, thresholds);
    const before = scores;
    scores = classes.map((to) => {
      const from = minute === 0 ? to : largest(classes.map((from) => before[from]! + moves[from]![to]!));
      cameFrom[3 * minute + to] = from;
      const move = minute === 0 ? 0 : moves[from]![to]!;
      return before[from]! + move + smoothing.weight * Math.log(evidence[to]!);
    });
  }
  let stage = largest(scores);
  for (let minute = minutes - 1; minute >= 0; minute--) {
    stages[minute] = stage;
    stage = cameFrom[3 * minute + stage]!;
  }
  return stages;
}

/** No probability is nought: a single minute must not forbid a sequence. */
const least = 1e-6;

/** How much a minute speaks for each class, so that the largest is what the thresholds make of the minute alone. */
function evidenceOf(probabilities: Float32Array, minute: number, { wake, rem }: StageThresholds): number[] {
  const [pWake, pNrem, pRem] = [0, 1, 2].map((k) => Math.max(least, probabilities[3 * minute + k]!)) as [
    number,
    number,
    number,
  ];
  const [nrem, dreaming] = [pNrem, (pRem * (1 - rem)) / rem];
  const asleep = (pNrem + pRem) / Math.max(nrem, dreaming);
  return [(pWake * (1 - wake)) / wake, nrem * asleep, dreaming * asleep];
}

/** The index of the largest; of equal ones NREM before REM before wake. */
function largest(values: readonly number[]): number {
  let best = 1;
  for (const index of [2, 0]) if (values[index]! > values[best]!) best = index;
  return best;
}

/** How the scored minutes of nights follow one another; nothing is impossible that was not seen. */
export function transitionsOf(nights: readonly Int8Array[]): number[][] {
  const counts = classes.map(() => [0.5, 0.5, 0.5]);
  for (const stages of nights) {
    for (let minute = 1; minute < stages.length; minute++) {
      const [from, to] = [stages[minute - 1]!, stages[minute]!];
      if (from !== unscored && to !== unscored) counts[from]![to]!++;
    }
  }
  return counts.map((row) => row.map((count) => count / row.reduce((sum, each) => sum + each, 0)));
}

const weights = [0.2, 0.4, 0.6, 1, 1.5, 2.5, 4];

/** A night that the networks of a fold were not trained on, and what they say of it. */
export interface InnerNight {
  truth: Int8Array;
  probabilities: Float32Array;
}

/** The weight with the fewest awakenings too many or too few, of those that do not lower kappa; that with the highest if all do. */
export function chosenSmoothing(nights: readonly InnerNight[], thresholds: StageThresholds): Smoothing {
  const transitions = transitionsOf(nights.map(({ truth }) => truth));
  const told = (smoothing: Smoothing): Counts[] =>
    nights.map(({ truth, probabilities }) =>
      countsOf(toldBy(truth, probabilities, likeliestStages(probabilities, thresholds, smoothing))),
    );
  const even = { weight: 1, transitions: classes.map(() => [1 / 3, 1 / 3, 1 / 3]) };
  const alone = kappaThreeClasses(told(even));
  const tried = weights.map((weight) => {
    const counts = told({ weight, transitions });
    return { weight, kappa: kappaThreeClasses(counts), error: awakeningsError(counts) };
  });
  const allowed = tried.filter(({ kappa }) => kappa >= alone);
  const best = allowed.length
    ? allowed.reduce((a, b) => (b.error < a.error ? b : a))
    : tried.reduce((a, b) => (b.kappa > a.kappa ? b : a));
  return { weight: best.weight, transitions };
}

/** A night as told by stages of every minute. */
export function toldBy(truth: Int8Array, probabilities: Float32Array, said: ArrayLike<number>): ToldNight {
  return {
    truth,
    said: Int8Array.from(said),
    wakeProbability: Float64Array.from(truth, (_, minute) => probabilities[3 * minute]!),
  };
}
