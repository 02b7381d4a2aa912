// Figures of scored nights, each with a 95 % interval from a bootstrap over people.
import { randomNumbers } from '../pat/generated-week.ts';
import { unscored, wake } from './scored-night.ts';

export interface Figure {
  value: number;
  interval: [low: number, high: number];
}

const bootstraps = 1000;
const bins = 10;
/** Steps of P(wake) that the area under the ROC curve tells apart. */
const scores = 1000;

/** A figure of some people, and its 95 % interval over bootstrap samples of them. `of` may be given a person repeatedly. */
export function figure<T>(people: readonly T[], of: (people: readonly T[]) => number): Figure {
  const random = randomNumbers(2019);
  const samples = Float64Array.from({ length: bootstraps }, () =>
    of(people.map(() => people[Math.floor(random() * people.length)]!)),
  ).sort();
  const at = (quantile: number) => samples[Math.round(quantile * (bootstraps - 1))]!;
  return { value: of(people), interval: [at(0.025), at(0.975)] };
}

/** What was said of a night, by minute, beside the truth. */
export interface ToldNight {
  truth: Int8Array;
  /** Wake, nrem or rem; unscored where nothing was said. */
  said: Int8Array;
  /** P(wake) */
  wakeProbability: Float64Array;
}

/** What can be summed over nights. */
export interface Counts {
  /** [truth][said] */
  confusion: number[][];
  binMinutes: number[];
  binSaid: number[];
  binAwake: number[];
  /** Minutes by the step of P(wake). */
  awakeByScore: Uint16Array;
  asleepByScore: Uint16Array;
  /** Sleep told minus sleep scored, minutes, over the minutes that have both. */
  bias: number;
  /** Stretches awake between the first and the last minute asleep: told, and scored. */
  awakenings: [told: number, scored: number];
}

/** Counts of one night, made once: a bootstrap only adds them up. */
export function countsOf({ truth, said, wakeProbability }: ToldNight): Counts {
  const counts: Counts = {
    confusion: [0, 0, 0].map(() => [0, 0, 0]),
    binMinutes: Array<number>(bins).fill(0),
    binSaid: Array<number>(bins).fill(0),
    binAwake: Array<number>(bins).fill(0),
    awakeByScore: new Uint16Array(scores),
    asleepByScore: new Uint16Array(scores),
    bias: 0,
    awakenings: [awakenings(said), awakenings(truth)],
  };
  truth.forEach((stage, i) => {
    const told = said[i]!;
    if (stage === unscored || told === unscored) return;
    counts.confusion[stage]![told]!++;
    const bin = Math.min(bins - 1, Math.floor(wakeProbability[i]! * bins));
    counts.binMinutes[bin]!++;
    counts.binSaid[bin]! += wakeProbability[i]!;
    counts.binAwake[bin]! += stage === wake ? 1 : 0;
    const byScore = stage === wake ? counts.awakeByScore : counts.asleepByScore;
    byScore[Math.min(scores - 1, Math.floor(wakeProbability[i]! * scores))]!++;
    counts.bias += (told === wake ? 0 : 1) - (stage === wake ? 0 : 1);
  });
  return counts;
}

/** Stretches awake after the first and before the last minute asleep; minutes of which nothing is known are passed over. */
export function awakenings(stages: Int8Array): number {
  const known = stages.filter((stage) => stage !== unscored);
  const first = known.findIndex((stage) => stage !== wake);
  const last = known.findLastIndex((stage) => stage !== wake);
  let found = 0;
  for (let i = first + 1; i < last; i++) if (known[i] === wake && known[i - 1] !== wake) found++;
  return found;
}

/** Cohen's kappa of wake, NREM and REM. */
export function kappaThreeClasses(nights: readonly Counts[]): number {
  return kappaOf(pooled(nights));
}

export function kappaWake(nights: readonly Counts[]): number {
  const { sleepSleep, sleepWake, wakeSleep, wakeWake } = binary(nights);
  return kappaOf([
    [wakeWake, wakeSleep],
    [sleepWake, sleepSleep],
  ]);
}

/** Share of the minutes awake that are called wake. */
export function specificityWake(nights: readonly Counts[]): number {
  const { wakeSleep, wakeWake } = binary(nights);
  return wakeWake / (wakeWake + wakeSleep);
}

/** Share of the minutes asleep that are called sleep. */
export function sensitivitySleep(nights: readonly Counts[]): number {
  const { sleepSleep, sleepWake } = binary(nights);
  return sleepSleep / (sleepSleep + sleepWake);
}

/** Mean gap between P(wake) and the share awake, in ten bins. */
export function calibrationError(nights: readonly Counts[]): number {
  const sum = (of: (counts: Counts) => number) => nights.reduce((total, counts) => total + of(counts), 0);
  let gaps = 0;
  for (let bin = 0; bin < bins; bin++) {
    gaps += Math.abs(sum(({ binSaid }) => binSaid[bin]!) - sum(({ binAwake }) => binAwake[bin]!));
  }
  return gaps / sum(({ binMinutes }) => binMinutes.reduce((total, minutes) => total + minutes, 0));
}

export const sleepBias = (nights: readonly Counts[]): number => mean(nights.map(({ bias }) => bias));
export const sleepError = (nights: readonly Counts[]): number =>
  mean(nights.map(({ bias }) => Math.abs(bias)));
export const awakeningsTold = (nights: readonly Counts[]): number =>
  mean(nights.map(({ awakenings }) => awakenings[0]));
export const awakeningsScored = (nights: readonly Counts[]): number =>
  mean(nights.map(({ awakenings }) => awakenings[1]));
export const awakeningsError = (nights: readonly Counts[]): number =>
  mean(nights.map(({ awakenings: [told, scored] }) => Math.abs(told - scored)));

/**
 * Chance that a minute awake has a higher P(wake) than a minute asleep of anybody; equal ones, to a thousandth, count
 * half.
 */
export function aucWake(nights: readonly Counts[]): number {
  let below = 0;
  let higher = 0;
  let awakeMinutes = 0;
  for (let step = 0; step < scores; step++) {
    let awake = 0;
    let asleep = 0;
    for (const { awakeByScore, asleepByScore } of nights) {
      awake += awakeByScore[step]!;
      asleep += asleepByScore[step]!;
    }
    higher += awake * (below + asleep / 2);
    below += asleep;
    awakeMinutes += awake;
  }
  return higher / (awakeMinutes * below);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pooled(nights: readonly Counts[]): number[][] {
  return [0, 1, 2].map((truth) =>
    [0, 1, 2].map((said) => nights.reduce((sum, { confusion }) => sum + confusion[truth]![said]!, 0)),
  );
}

function binary(nights: readonly Counts[]) {
  const [awake, nrem, rem] = pooled(nights) as [number[], number[], number[]];
  return {
    wakeWake: awake[0]!,
    wakeSleep: awake[1]! + awake[2]!,
    sleepWake: nrem[0]! + rem[0]!,
    sleepSleep: nrem[1]! + nrem[2]! + rem[1]! + rem[2]!,
  };
}

function kappaOf(confusion: readonly (readonly number[])[]): number {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const agreed = confusion.reduce((sum, row, i) => sum + row[i]!, 0) / total;
  const chance = confusion.reduce((sum, row, i) => {
    const column = confusion.reduce((of, other) => of + other[i]!, 0);
    return sum + (row.reduce((of, count) => of + count, 0) * column) / total ** 2;
  }, 0);
  return chance < 1 ? (agreed - chance) / (1 - chance) : 0;
}
