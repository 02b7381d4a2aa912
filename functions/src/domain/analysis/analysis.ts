import { actigraphySleep, coleKripke, type ActigraphySleep } from '../metrics/actigraphy.ts';
import { activityDays, type ActivityDay } from '../metrics/activity.ts';
import {
  heartRateVariability,
  restingHeartRate,
  type HeartRateVariability,
  type RestingHeartRate,
} from '../metrics/cardio.ts';
import { coverageOf, validDaysForRhythm, type Coverage } from '../metrics/coverage.ts';
import type { Embedding } from '../metrics/embedding.ts';
import type { Unavailable, UnavailableCode } from '../fault.ts';
import { layMinutes, minuteMeans, minuteTotals, samplesNear, type Minutes } from '../samples/minutes.ts';
import { sleepRegularityIndex } from '../metrics/regularity.ts';
import { breathing, oxygen } from '../metrics/respiration.ts';
import { rhythm, type Rhythm } from '../metrics/rhythm.ts';
import type { Sample } from '../samples/sample.ts';
import type { SampleType } from '../samples/sample-types.ts';
import {
  asleepMs,
  episodesByDay,
  hasStages,
  isAsleep,
  nightOf,
  nightOfTotal,
  sleepEpisodes,
  sleepSegments,
  type Episode,
  type Night,
} from '../metrics/sleep.ts';
import { sleepSummary, type SleepSummary } from '../metrics/sleep-summary.ts';
import {
  nightsToStage,
  stagedSegments,
  type NightToStage,
  type StageThresholds,
} from '../metrics/staging.ts';
import { mean, median } from '../metrics/statistics.ts';
import { trailingWindow, type Window } from '../samples/window.ts';

/** An analysis as it is stored and shown. Instants are ISO 8601 in UTC; each section has its numbers or says why not. */
export interface Analysis {
  schemaVersion: 1;
  window: { start: string; end: string; timeZone: string; days: string[] };
  coverage: Coverage;
  activity: ActivitySection | Unavailable;
  rhythm: RhythmSection | Unavailable;
  sleep: SleepSection | Unavailable;
  cardio: CardioSection | Unavailable;
  respiration: RespirationSection | Unavailable;
  /** Of a whole week, where the operator has installed an encoder. */
  embedding: Embedding | Unavailable;
  /** Minutes asleep by the published algorithms; only where a research actigraph gave counts. */
  actigraphySleep?: ActigraphySleep;
  /** The models whose output is in this analysis. */
  models: { name: string; version: string; sha256: string }[];
}

export interface ActivitySection {
  days: ActivityDay[];
  meanDailySteps: number | null;
}

export interface RhythmSection extends Rhythm {
  /** Which activity the rhythm is of; steps and counts are not comparable. */
  basis: 'activityCount' | 'stepCount';
  sri: number | null;
  /** Which sleep the SRI compares: the nights of this analysis, or the Cole-Kripke scores of actigraph counts. */
  sriBasis: 'sleep' | 'coleKripke' | null;
}

export type NightDocument = Omit<Night, 'start' | 'end' | 'onset' | 'wake' | 'midpoint'> & {
  start: string;
  end: string;
  onset: string | null;
  wake: string | null;
  midpoint: string | null;
};

export interface SleepSection {
  nights: NightDocument[];
  naps: { day: string; start: string; end: string; tstMinutes: number }[];
  /** Days of the window without a night, and why. */
  missingNights: { day: string; code: UnavailableCode }[];
  summary: SleepSummary;
}

export interface CardioSection {
  restingHeartRate: RestingHeartRate | Unavailable;
  walkingHeartRateBpm: number | null;
  heartRate: { meanBpm: number; minBpm: number; maxBpm: number; minutes: number } | Unavailable;
  hrv: { night: HeartRateVariability | Unavailable; day: HeartRateVariability | Unavailable };
}

export interface RespirationSection {
  nights: { day: string; breathing: Breathing | null; oxygen: Oxygen | null }[];
  breathing: Breathing | Unavailable;
  oxygen: Oxygen | Unavailable;
}

type Breathing = NonNullable<ReturnType<typeof breathing>>;
type Oxygen = NonNullable<ReturnType<typeof oxygen>>;

/** What is known before the sleep model has been asked. */
export interface Preparation {
  window: Window;
  minutes: Minutes;
  samples: readonly Sample[];
  episodes: ReturnType<typeof episodesByDay>;
  toStage: NightToStage[];
}

/** The model's answer for one night of `Preparation.toStage`. */
export interface StagedNight {
  night: NightToStage;
  /** [minutes x 3]: wake, NREM, REM */
  probabilities: Float32Array;
  thresholds: StageThresholds;
}

const dayMs = 86_400_000;
/** The night that ends on the first day begins the day before. */
const leadInMs = dayMs;

/** Kinds of activity that count as being active rather than at rest: more than 4 counts, or any step. */
const activeThresholds = { activityCount: 4, stepCount: 0 } as const;

/**
 * Lays out the window and finds the nights that need the sleep model.
 *
 * @param all samples of the window's days and the day before (older ones are not looked at), without duplicates, in
 *   canonical order
 */
export function prepare(all: readonly Sample[], days: number | 'all'): Preparation | undefined {
  const window = trailingWindow(all, days);
  return window && prepareWindow(window, all);
}

/** The same for a window that is already known. */
export function prepareWindow(window: Window, all: readonly Sample[]): Preparation {
  const samples = all.filter(({ end }) => end >= window.start - leadInMs);
  const episodes = episodesByDay(window, sleepEpisodes(sleepSegments(samples)));
  const mainSleeps = new Map([...episodes].map(([day, { main }]) => [day, main]));
  return {
    window,
    minutes: layMinutes(window, samples),
    samples,
    episodes,
    toStage: nightsToStage(window, samples, mainSleeps),
  };
}

/** The analysis, once the models have answered. */
export function conclude(
  preparation: Preparation,
  staged: readonly StagedNight[],
  models: Analysis['models'],
  embedding: Analysis['embedding'] = { unavailable: 'model/not-installed' },
): Analysis {
  const { window, minutes, samples } = preparation;
  const byType: ByType = Map.groupBy(samples, ({ type }) => type);
  const nights = nightsByDay(preparation, staged);
  const asleep = asleepMinutes(minutes, preparation.episodes, nights);
  const states = sleepStates(window, minutes, nights, asleep);
  const all = [...nights.values()].map(({ night }) => night);
  const counts = countSeries(minutes, byType);
  const coverage = coverageOf(window, minutes, samples);

  const analysis: Analysis = {
    schemaVersion: 1,
    window: {
      start: iso(window.start),
      end: iso(window.end),
      timeZone: window.days.at(-1)!.timeZone,
      days: window.days.map(({ day }) => day),
    },
    coverage,
    activity: activitySection(window, minutes, samples, asleep),
    rhythm: rhythmSection(coverage, minutes, byType, counts, states),
    sleep: sleepSection(preparation, all),
    cardio: cardioSection(window, minutes, byType, all),
    respiration: respirationSection(window, byType, all),
    embedding,
    models: [...(staged.length > 0 ? models : []), ...('model' in embedding ? [embedding.model] : [])],
  };
  if (counts) analysis.actigraphySleep = actigraphySleep(counts);
  return analysis;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A night and its segments; an app's total has none. */
export interface KnownNight {
  night: Night;
  episode: Episode | null;
}

/** What is known of the nights of the window, by the day they end on. */
export function nightsByDay(
  preparation: Preparation,
  staged: readonly StagedNight[],
): Map<string, KnownNight> {
  const totals = preparation.samples.filter(({ type }) => type === 'sleepTotal');
  const nights = new Map<string, KnownNight>();
  for (const { day } of preparation.window.days) {
    const answer = staged.find(({ night }) => night.day === day);
    const night = nightOfDay(day, preparation, answer, totals);
    if (night) nights.set(day, night);
  }
  return nights;
}

/** The best that is known of the night that ends on `day`: stages, the model, plain sleep, an app's own total. */
function nightOfDay(
  day: string,
  { episodes, window }: Preparation,
  answer: StagedNight | undefined,
  totals: readonly Sample[],
): KnownNight | null {
  const main = episodes.get(day)!.main;
  if (main && hasStages(main)) {
    const night = nightOf(day, main, 'healthkit-stages', 'healthkit');
    return night && { night, episode: main };
  }
  if (answer) {
    const { start, bedtime } = answer.night;
    const { segments, confidence } = stagedSegments(answer.night, answer.probabilities, answer.thresholds);
    const episode: Episode = { segments, start, end: segments.at(-1)!.end };
    const night = nightOf(day, episode, 'sleep-model', bedtime, confidence);
    if (night) return { night, episode };
  }
  if (main) {
    const night = nightOf(day, main, 'healthkit-asleep', 'healthkit');
    if (night) return { night, episode: main };
  }
  const local = window.days.find((candidate) => candidate.day === day)!;
  // Of several, the night is the one with the most sleep; the others are naps.
  const [total] = totals
    .filter(({ start, end }) => end > start && end > local.start && end <= local.end)
    .sort((a, b) => b.value - a.value);
  return total ? { night: nightOfTotal(day, total), episode: null } : null;
}

/** 1 for every minute of the window of which most is known to be asleep. */
export function asleepMinutes(
  minutes: Minutes,
  episodes: Preparation['episodes'],
  nights: ReadonlyMap<string, { episode: Episode | null }>,
): Uint8Array {
  const asleep = new Uint8Array(minutes.count);
  const chosen = [...episodes].flatMap(([day, { naps }]) => [...naps, nights.get(day)?.episode ?? null]);
  for (const episode of chosen) {
    for (const { state, start, end } of episode?.segments ?? []) {
      if (!isAsleep(state)) continue;
      const first = Math.max(0, Math.round((start - minutes.start) / 60_000));
      asleep.fill(1, first, Math.max(first, Math.round((end - minutes.start) / 60_000)));
    }
  }
  return asleep;
}

/**
 * For every minute of the window 1 asleep, 0 awake, -1 not known: not worn, in a gap of a night, or in the 24 hours
 * up to noon of a day whose night is not known. Null when no night is known by the minute.
 */
function sleepStates(
  window: Window,
  minutes: Minutes,
  nights: ReadonlyMap<string, KnownNight>,
  asleep: Uint8Array,
): Int8Array | null {
  if (![...nights.values()].some(({ episode }) => episode)) return null;
  const states = Int8Array.from(minutes.worn, (worn) => (worn ? 0 : -1));
  const indexOf = (at: number): number => Math.max(0, Math.round((at - minutes.start) / 60_000));
  for (const { day, start } of window.days) {
    const { night, episode } = nights.get(day) ?? { night: null, episode: null };
    if (!night || !episode) {
      const noon = start + dayMs / 2;
      states.fill(-1, indexOf(noon - dayMs), indexOf(noon));
      continue;
    }
    if (night.onset === null || night.wake === null) continue;
    states.fill(-1, indexOf(night.onset), indexOf(night.wake));
    for (const segment of episode.segments) {
      if (segment.state === 'awake') states.fill(0, indexOf(segment.start), indexOf(segment.end));
    }
  }
  asleep.forEach((known, i) => {
    if (known) states[i] = 1;
  });
  return states;
}

/** Samples by type, each list in the order of time. */
type ByType = ReadonlyMap<SampleType, readonly Sample[]>;

function has(byType: ByType, types: readonly SampleType[]): boolean {
  return types.some((type) => byType.has(type));
}

function ofType(byType: ByType, type: SampleType): readonly Sample[] {
  return byType.get(type) ?? [];
}

function activitySection(
  window: Window,
  minutes: Minutes,
  samples: readonly Sample[],
  asleep: Uint8Array,
): ActivitySection | Unavailable {
  const days = activityDays(window, minutes, samples, asleep);
  const measured = days.some((day) =>
    Object.entries(day).some(([name, value]) => name !== 'day' && value !== null),
  );
  if (!measured) return { unavailable: 'no-samples' };
  const steps = days.flatMap((day) => (day.steps === null ? [] : [day.steps]));
  return { days, meanDailySteps: steps.length ? mean(steps) : null };
}

/** Counts of a research actigraph by minute, or null where there are none. */
function countSeries(minutes: Minutes, byType: ByType): Float64Array | null {
  const counts = byType.get('activityCount');
  return counts ? minuteTotals(minutes, counts, 'activityCount').resolved : null;
}

function rhythmSection(
  coverage: Coverage,
  minutes: Minutes,
  byType: ByType,
  counts: Float64Array | null,
  sleep: Int8Array | null,
): RhythmSection | Unavailable {
  const basis = counts ? 'activityCount' : 'stepCount';
  if (!counts && !has(byType, ['stepCount'])) return { unavailable: 'no-samples' };
  const activity = counts ?? minuteTotals(minutes, ofType(byType, 'stepCount'), 'stepCount').resolved;
  if (activity.every(Number.isNaN)) return { unavailable: 'recording/unresolved-minutes' };
  if (!minutes.worn.includes(1)) return { unavailable: 'recording/no-wearable' };
  if (coverage.validDays < validDaysForRhythm) {
    return { unavailable: 'recording/not-enough-wear' };
  }

  // Steps that only the phone saw while the watch was off are walks without the rest around them.
  const values = activity.map((value, i) => (minutes.worn[i] ? value : NaN));
  const sriBasis = sleep ? 'sleep' : counts ? 'coleKripke' : null;
  const states = sleep ?? (counts && scoredStates(minutes, counts));
  const sri = states && sleepRegularityIndex(states);
  return {
    basis,
    ...rhythm({ values, clockMinutes: minutes.clock }, { activeThreshold: activeThresholds[basis] }),
    sri,
    sriBasis: sri === null ? null : sriBasis,
  };
}

/** Cole-Kripke scores, -1 where nothing was worn. */
function scoredStates(minutes: Minutes, counts: Float64Array): Int8Array {
  return Int8Array.from(coleKripke(counts), (score, i) => (minutes.worn[i] || score ? score : -1));
}

function sleepSection(
  { window, episodes, samples }: Preparation,
  nights: readonly Night[],
): SleepSection | Unavailable {
  const naps = [...episodes].flatMap(([day, entry]) =>
    entry.naps
      .filter(({ segments }) => asleepMs(segments) > 0)
      .map(({ start, end, segments }) => ({
        day,
        start: iso(start),
        end: iso(end),
        tstMinutes: asleepMs(segments) / 60_000,
      })),
  );
  if (nights.length === 0 && naps.length === 0) {
    return {
      unavailable: samples.some(({ type }) => type === 'sleepAnalysis')
        ? 'model/no-heart-rate'
        : 'no-samples',
    };
  }
  const missingNights = window.days
    .filter(({ day }) => !nights.some((night) => night.day === day))
    .map(({ day }) => ({
      day,
      code: episodes.get(day)!.main ? ('model/no-heart-rate' as const) : ('no-samples' as const),
    }));
  return { nights: nights.map(nightDocument), naps, missingNights, summary: sleepSummary(window, nights) };
}

function nightDocument(night: Night): NightDocument {
  const instant = (at: number | null): string | null => (at === null ? null : iso(at));
  return {
    ...night,
    start: iso(night.start),
    end: iso(night.end),
    onset: instant(night.onset),
    wake: instant(night.wake),
    midpoint: instant(night.midpoint),
  };
}

function valuesOf(byType: ByType, type: SampleType, inside: (at: number) => boolean): number[] {
  return ofType(byType, type)
    .filter(({ start }) => inside(start))
    .map(({ value }) => value);
}

function cardioSection(
  window: Window,
  minutes: Minutes,
  byType: ByType,
  nights: readonly Night[],
): CardioSection | Unavailable {
  if (
    !has(byType, ['heartRate', 'restingHeartRate', 'walkingHeartRateAverage', 'heartRateVariabilitySDNN'])
  ) {
    return { unavailable: 'no-samples' };
  }
  const inWindow = (at: number): boolean => at >= window.start && at < window.end;
  const inNight = (at: number): boolean => nights.some(({ start, end }) => at >= start && at < end);
  const none: Unavailable = { unavailable: 'no-samples' };
  const walking = valuesOf(byType, 'walkingHeartRateAverage', inWindow);
  const heartRates = ofType(byType, 'heartRate');
  const perMinute = minuteMeans(minutes, heartRates, 'heartRate').filter((bpm) => !Number.isNaN(bpm));
  return {
    restingHeartRate:
      restingHeartRate({
        healthKit: valuesOf(byType, 'restingHeartRate', inWindow),
        sleepHeartRate: nightHeartRate(window, heartRates, nights),
      }) ?? none,
    walkingHeartRateBpm: walking.length ? median(walking) : null,
    heartRate: perMinute.length
      ? {
          meanBpm: mean(perMinute),
          minBpm: perMinute.reduce((a, b) => Math.min(a, b)),
          maxBpm: perMinute.reduce((a, b) => Math.max(a, b)),
          minutes: perMinute.length,
        }
      : none,
    hrv: {
      night: heartRateVariability(valuesOf(byType, 'heartRateVariabilitySDNN', inNight)) ?? none,
      day:
        heartRateVariability(
          valuesOf(byType, 'heartRateVariabilitySDNN', (at) => inWindow(at) && !inNight(at)),
        ) ?? none,
    },
  };
}

/** Heart rate of the minutes between onset and final awakening, night after night, with a gap between nights. */
function nightHeartRate(
  window: Window,
  heartRates: readonly Sample[],
  nights: readonly Night[],
): Float64Array {
  const series: number[] = [];
  for (const { onset, wake } of nights) {
    if (onset === null || wake === null) continue;
    const grid = layMinutes({ days: window.days, start: onset, end: wake }, []);
    for (const bpm of minuteMeans(grid, samplesNear(heartRates, onset, wake), 'heartRate')) series.push(bpm);
    for (let i = 0; i < 60; i++) series.push(NaN);
  }
  return Float64Array.from(series);
}

function respirationSection(
  window: Window,
  byType: ByType,
  nights: readonly Night[],
): RespirationSection | Unavailable {
  if (!has(byType, ['respiratoryRate', 'oxygenSaturation'])) return { unavailable: 'no-samples' };
  const inWindow = (at: number): boolean => at >= window.start && at < window.end;
  const none: Unavailable = { unavailable: 'no-samples' };
  return {
    nights: nights.map(({ day, start, end }) => {
      const inside = (at: number): boolean => at >= start && at < end;
      return {
        day,
        breathing: breathing(valuesOf(byType, 'respiratoryRate', inside)),
        oxygen: oxygen(valuesOf(byType, 'oxygenSaturation', inside)),
      };
    }),
    breathing: breathing(valuesOf(byType, 'respiratoryRate', inWindow)) ?? none,
    oxygen: oxygen(valuesOf(byType, 'oxygenSaturation', inWindow)) ?? none,
  };
}
