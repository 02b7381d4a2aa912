// What the product tells of the 31 nights of sleep-accel, each by a model that never saw that person. Everything that is chosen
// (level of rest, range, smoothing, intervals) is chosen for each person on the others.
import {
  characterOf,
  isWithin,
  type ModelRange,
  type NightCharacter,
} from '../../../functions/src/domain/metrics/model-range.ts';
import type { HeldOutError } from '../../../functions/src/domain/metrics/sleep-interval.ts';
import { isToldAsDuration, sleepInterval } from '../../../functions/src/domain/metrics/sleep-interval.ts';
import type { Night } from '../../../functions/src/domain/metrics/night.ts';
import { minuteMs } from '../../../functions/src/domain/time.ts';
import { heldOutError, measuredCoverage, share } from './conformal.ts';
import * as figures from './figures.ts';
import { figure, mean, type Counts, type Figure } from './figures.ts';
import { modalities, type Fold, type ModalityName } from './folds.ts';
import { nrem, thinned, unscored, wake, type ScoredNight } from './scored-night.ts';
import { chosenSmoothing, likeliestStages, toldBy } from './smoothing.ts';
import { toldInBed, toldWithoutBedtime, type Told } from './staged.ts';

export interface Person {
  night: ScoredNight;
  fold: Fold;
}

/** Errors of an estimate, minutes: estimate minus truth. */
export interface Errors {
  meanAbsolute: Figure;
  bias: Figure;
  /** Bias less and plus 1.96 standard deviations (Bland and Altman 1986). */
  lowerLimit: Figure;
  upperLimit: Figure;
}

export interface Interval extends HeldOutError {
  coverage: Figure;
}

/** Somebody without any sleep sample. */
export interface Estimated {
  people: number;
  found: number;
  /** Of those found, these are not told: unlike the nights of all others. */
  refused: Figure;
  errors: Record<'tst' | 'midpoint' | 'onset' | 'wake', Errors>;
  intervals: Record<'tst' | 'midpoint', Interval>;
  /** Share of the nights whose interval is narrow enough for a duration. */
  toldAsDuration: Figure;
}

export interface HeldOut {
  restLevel: number;
  byModality: Record<
    ModalityName,
    {
      range: ModelRange;
      /** Nights in bed that are refused by the range of all others. */
      refusedInBed: Figure;
      estimated: Estimated;
      inBed: Record<string, Figure>;
      smoothed: Record<string, Figure>;
    }
  >;
}

/** nights.md: more than this without any signal is no whole night. It is a definition: the nights here have no gaps. */
const mostMissing = 0.1;
const restLevels = [0.5, 0.6, 0.7, 0.8, 0.9];
/** Levels whose mean error is this close to the least are as good, minutes. */
const asGoodMinutes = 5;
/** What a night that was not found counts when levels are compared, minutes. */
const missedMinutes = 240;

export async function heldOut(people: readonly Person[]): Promise<HeldOut> {
  const kinds = modalities.map((name) => ({ name, people: people.map((person) => seenAs(person, name)) }));
  const levels = await chosenLevels(kinds.map((kind) => kind.people));
  const results = [];
  for (const kind of kinds) results.push([kind.name, await ofModality(kind.name, kind.people, levels.held)]);
  return { restLevel: levels.all, byModality: Object.fromEntries(results) as HeldOut['byModality'] };
}

function seenAs(person: Person, modality: ModalityName): Person {
  return modality === 'hr'
    ? person
    : { ...person, night: thinned(person.night, Number(person.night.person)) };
}

/** For each person the level that the others choose, and the one that all choose. */
async function chosenLevels(kinds: Person[][]): Promise<{ held: number[]; all: number }> {
  const people = kinds[0]!.length;
  const errors: number[][] = [];
  for (const level of restLevels) {
    const row = Array<number>(people).fill(0);
    for (const kind of kinds) {
      for (const [i, { night, fold }] of kind.entries()) {
        const found = errorsOf(night, (await toldWithoutBedtime(night, fold.model, level))?.night);
        row[i]! += Math.min(missedMinutes, Math.abs(found?.tst ?? Infinity)) / kinds.length;
      }
    }
    errors.push(row);
  }
  const chosen = (left: number): number => {
    const means = errors.map((row) => mean(row.filter((_, i) => i !== left)));
    const asGood = restLevels.filter((_, level) => means[level]! <= Math.min(...means) + asGoodMinutes);
    return mean(asGood);
  };
  return { held: Array.from({ length: people }, (_, left) => chosen(left)), all: chosen(-1) };
}

async function ofModality(name: ModalityName, people: Person[], levels: number[]) {
  const inBed: (Told | null)[] = [];
  for (const { night, fold } of people) inBed.push(await toldInBed(night, fold.model));
  const asked = people.flatMap((person, i) => (inBed[i] ? [{ ...person, told: inBed[i] }] : []));
  const characters = asked.map(({ told }) => characterOfTold(told));
  const ranges = asked.map((_, left) => rangeOf(characters.filter((_, i) => i !== left)));
  const rangeFor = (person: Person) =>
    rangeOf(characters.filter((_, i) => asked[i]!.night.person !== person.night.person));

  const smoothings = asked.map(({ fold, told }) =>
    chosenSmoothing(innerNights(people, fold, name), told.staged.thresholds),
  );
  const counts = asked.map(({ told }) => figures.countsOf(told.minutes));
  const smoothed = asked.map(({ night, told: { staged } }, i) => {
    const said = likeliestStages(staged.probabilities, staged.thresholds, smoothings[i]!);
    return figures.countsOf(toldBy(night.stages, staged.probabilities, said));
  });
  const estimated = [];
  for (const [i, person] of people.entries()) {
    const told = await toldWithoutBedtime(person.night, person.fold.model, levels[i]);
    if (told?.night) estimated.push({ person, told, night: told.night });
  }
  return {
    range: rangeOf(characters),
    refusedInBed: share(ranges.filter((range, i) => !isWithin(characters[i]!, range)).length, asked.length),
    estimated: estimatedOf(people.length, estimated, rangeFor),
    inBed: minuteFigures(counts.map((each) => [each])),
    smoothed: minuteFigures(smoothed.map((each) => [each])),
  };
}

function innerNights(people: readonly Person[], fold: Fold, name: ModalityName) {
  return Object.entries(fold.inner[name]).map(([person, rows]) => ({
    truth: people.find(({ night }) => night.person === person)!.night.stages,
    probabilities: Float32Array.from(rows.flat()),
  }));
}

export function characterOfTold({ staged: { night, probabilities } }: Told): NightCharacter {
  return characterOf(night, probabilities);
}

/** The range that holds all of these nights. */
export function rangeOf(nights: readonly NightCharacter[]): ModelRange {
  const wakes = nights.map(({ wakeProbability }) => wakeProbability);
  return {
    wakeProbability: [Math.min(...wakes), Math.max(...wakes)],
    spreadBpm: Math.max(...nights.map(({ spreadBpm }) => spreadBpm)),
    missingShare: mostMissing,
  };
}

/** Figures of what was said of minutes, of the nights of each person, whose time in bed is known. */
export function minuteFigures(people: readonly (readonly Counts[])[]): Record<string, Figure> {
  const names = [
    'aucWake',
    'kappaWake',
    'kappaThreeClasses',
    'sensitivitySleep',
    'specificityWake',
    'calibrationError',
    'sleepBias',
    'sleepError',
    'awakeningsTold',
    'awakeningsScored',
    'awakeningsError',
  ] as const;
  return Object.fromEntries(
    names.map((name) => [name, figure(people, (some) => figures[name](some.flat()))]),
  );
}

function estimatedOf(
  people: number,
  found: { person: Person; told: Told; night: Night }[],
  rangeFor: (person: Person) => ModelRange,
): Estimated {
  const told = found.filter(({ person, told }) => isWithin(characterOfTold(told), rangeFor(person)));
  const errors = told.map(({ person, night }) => errorsOf(person.night, night)!);
  const intervalOf = (kind: 'tst' | 'midpoint'): Interval => {
    const all = errors.map((each) => each[kind]);
    return { ...heldOutError(all), coverage: measuredCoverage(all) };
  };
  const intervals = { tst: intervalOf('tst'), midpoint: intervalOf('midpoint') };
  const narrow = told.filter(({ night }) =>
    isToldAsDuration(sleepInterval(night.tstMinutes!, intervals.tst)),
  );
  return {
    people,
    found: found.length,
    refused: share(found.length - told.length, found.length),
    errors: {
      tst: errorFigures(errors.map(({ tst }) => tst)),
      midpoint: errorFigures(errors.map(({ midpoint }) => midpoint)),
      onset: errorFigures(errors.map(({ onset }) => onset)),
      wake: errorFigures(errors.map(({ wake }) => wake)),
    },
    intervals,
    toldAsDuration: share(narrow.length, told.length),
  };
}

/** Estimate minus truth, minutes; null where nothing was told. */
function errorsOf({ start, stages }: ScoredNight, night: Night | null | undefined) {
  if (night?.onset == null || night.wake === null || night.tstMinutes === null) return null;
  const first = stages.findIndex((stage) => stage >= nrem);
  const last = stages.findLastIndex((stage) => stage >= nrem) + 1;
  const onset = (night.onset - start) / minuteMs - first;
  const wakeError = (night.wake - start) / minuteMs - last;
  const asleep = stages.filter((stage) => stage !== unscored && stage !== wake).length;
  return { tst: night.tstMinutes - asleep, onset, wake: wakeError, midpoint: (onset + wakeError) / 2 };
}

function errorFigures(errors: readonly number[]): Errors {
  const spread = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
  return {
    meanAbsolute: figure(errors, (some) => mean(some.map(Math.abs))),
    bias: figure(errors, mean),
    lowerLimit: figure(errors, (some) => mean(some) - 1.96 * spread(some)),
    upperLimit: figure(errors, (some) => mean(some) + 1.96 * spread(some)),
  };
}
