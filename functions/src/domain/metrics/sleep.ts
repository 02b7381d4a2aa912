import { localDay } from '../local-time.ts';
import { minuteMs } from '../time.ts';
import type { Sample, SourceKind } from '../samples/sample.ts';
import { sleepValue } from '../samples/sample-types.ts';
import type { Window } from '../samples/window.ts';

/** What a stretch of a night is known to be; `asleep` without a stage, `nrem` only from the sleep model. */
export type SleepState = 'inBed' | 'asleep' | 'awake' | 'core' | 'deep' | 'rem' | 'nrem';

export interface Segment {
  start: number;
  end: number;
  state: SleepState;
}

/** A stretch of sleep with its time in bed; the main one of a day is its night, the others are naps. */
export interface Episode {
  segments: Segment[];
  start: number;
  end: number;
}

/** Where the sleep of a night comes from, best first. */
export type SleepSource = 'healthkit-stages' | 'sleep-model' | 'healthkit-asleep' | 'app-total';

/** One night (AASM terms). Minutes are minutes; instants are ms since 1970; a number that is not known is null. */
export interface Night {
  /** The local day that it ends on. */
  day: string;
  source: SleepSource;
  /** Whether the time in bed was told by HealthKit or estimated from rest. */
  bedtime: 'healthkit' | 'estimated';
  start: number;
  end: number;
  /** First and last minute asleep. */
  onset: number | null;
  wake: number | null;
  tibMinutes: number;
  tstMinutes: number;
  solMinutes: number | null;
  wasoMinutes: number | null;
  /** Sleep efficiency TST / TIB, 0 to 1. */
  se: number;
  /** Wake bouts of at least 1 and at least 5 minutes between onset and final awakening. */
  awakenings: number | null;
  awakeningsOver5Minutes: number | null;
  /** Midway between sleep onset and final awakening. */
  midpoint: number | null;
  /** Minutes of each stage that the source tells apart. */
  stageMinutes: Partial<Record<'core' | 'deep' | 'rem' | 'nrem' | 'awake', number>> | null;
  /** Minutes between onset and final awakening about which nothing is known; they count neither way. */
  unscoredMinutes: number | null;
  /** Mean probability of the stages the model chose; null where no model was used. */
  confidence: number | null;
}

/** Stretches of sleep with less than this between them are one. */
const episodeGapMs = 60 * minuteMs;
/** A shorter stay in bed is a nap, not a night. */
export const shortestNightMs = 180 * minuteMs;

const stateOf: Record<number, SleepState> = {
  [sleepValue.inBed]: 'inBed',
  [sleepValue.asleep]: 'asleep',
  [sleepValue.awake]: 'awake',
  [sleepValue.core]: 'core',
  [sleepValue.deep]: 'deep',
  [sleepValue.rem]: 'rem',
};

/** Stages over plain sleep over time in bed; within each, the watch before the phone before others. */
const levels: Record<SleepState, number> = {
  awake: 2,
  core: 2,
  deep: 2,
  rem: 2,
  nrem: 2,
  asleep: 1,
  inBed: 0,
};
const sourceRanks: Record<SourceKind, number> = { watch: 2, phone: 1, other: 0 };
/** Two stages of equal rank at one instant: the one earlier in this list. Wake first, so that sleep is not overstated. */
const stateOrder: SleepState[] = ['awake', 'rem', 'deep', 'core', 'nrem', 'asleep', 'inBed'];

/**
 * Resolves overlapping sleepAnalysis samples of all sources into segments that do not overlap, in time order.
 * At every instant the highest rank wins; what no sample covers is in no segment.
 */
export function sleepSegments(samples: readonly Sample[]): Segment[] {
  const changes: { at: number; slot: number; step: 1 | -1 }[] = [];
  for (const sample of samples) {
    if (sample.type !== 'sleepAnalysis' || sample.end <= sample.start) continue;
    const state = stateOf[sample.value]!;
    const rank = levels[state] * 3 + sourceRanks[sample.source.kind];
    const slot = rank * stateOrder.length + (stateOrder.length - 1 - stateOrder.indexOf(state));
    changes.push({ at: sample.start, slot, step: 1 }, { at: sample.end, slot, step: -1 });
  }
  changes.sort((a, b) => a.at - b.at);

  const active = new Int32Array(9 * stateOrder.length);
  const segments: Segment[] = [];
  for (let i = 0; i < changes.length; i++) {
    const { at, slot, step } = changes[i]!;
    active[slot]! += step;
    const next = changes[i + 1]?.at ?? at;
    if (next === at) continue;
    const winner = active.findLastIndex((count) => count > 0);
    if (winner < 0) continue;
    const state = stateOrder[stateOrder.length - 1 - (winner % stateOrder.length)]!;
    const last = segments.at(-1);
    if (last && last.end === at && last.state === state) last.end = next;
    else segments.push({ start: at, end: next, state });
  }
  return segments;
}

/** Groups segments into stretches of sleep. */
export function sleepEpisodes(segments: readonly Segment[]): Episode[] {
  const episodes: Episode[] = [];
  for (const segment of segments) {
    const last = episodes.at(-1);
    if (last && segment.start - last.end <= episodeGapMs) {
      last.segments.push(segment);
      last.end = segment.end;
    } else {
      episodes.push({ segments: [segment], start: segment.start, end: segment.end });
    }
  }
  return episodes;
}

/** The day of the window that an instant lies in; the end of an episode belongs to the day before midnight. */
export function dayOfEnd(window: Window, end: number): string | undefined {
  return window.days.find((day) => localDay(day.timeZone, end - 1) === day.day)?.day;
}

/** Main sleep and naps of each day of the window, by the day on which they end. */
export function episodesByDay(
  window: Window,
  episodes: readonly Episode[],
): Map<string, { main: Episode | null; naps: Episode[] }> {
  const days = new Map<string, { main: Episode | null; naps: Episode[] }>();
  for (const { day } of window.days) days.set(day, { main: null, naps: [] });
  for (const episode of episodes) {
    const day = dayOfEnd(window, episode.end);
    const entry = day === undefined ? undefined : days.get(day);
    if (!entry) continue;
    if (episode.end - episode.start < shortestNightMs) entry.naps.push(episode);
    else if (!entry.main) entry.main = episode;
    else if (weight(episode) > weight(entry.main)) {
      entry.naps.push(entry.main);
      entry.main = episode;
    } else entry.naps.push(episode);
  }
  return days;
}

/** The main sleep is the one with the most sleep; a stay in bed of which only that is known counts by its length. */
function weight(episode: Episode): number {
  const asleep = asleepMs(episode.segments);
  return asleep > 0 ? asleep : (episode.end - episode.start) / 2;
}

export function isAsleep(state: SleepState): boolean {
  return state !== 'inBed' && state !== 'awake';
}

export function asleepMs(segments: readonly Segment[]): number {
  return segments.reduce((sum, { state, start, end }) => sum + (isAsleep(state) ? end - start : 0), 0);
}

export function hasStages(episode: Episode): boolean {
  return episode.segments.some(({ state }) => levels[state] === 2 && state !== 'awake');
}

/** The numbers of one night from its segments, or null when nothing in it is sleep. */
export function nightOf(
  day: string,
  episode: Episode,
  source: SleepSource,
  bedtime: Night['bedtime'],
  confidence: number | null = null,
): Night | null {
  const sleeping = episode.segments.filter(({ state }) => isAsleep(state));
  if (sleeping.length === 0) return null;
  const onset = sleeping[0]!.start;
  const wake = sleeping.at(-1)!.end;
  const tst = asleepMs(sleeping);
  const tib = episode.end - episode.start;

  const bouts = wakeBouts(episode.segments, onset, wake);
  const waso = bouts.reduce((sum, bout) => sum + bout, 0);
  // Plain sleep samples do not tell wake: a gap between them may be either.
  const tellsWake = source === 'healthkit-stages' || source === 'sleep-model';
  // Only a known time in bed before the first sleep tells how long falling asleep took; the model must have seen it.
  const beforeOnset = episode.segments.filter(({ end }) => end <= onset);
  const knownBed =
    beforeOnset.length > 0 &&
    (source !== 'sleep-model' || beforeOnset.every(({ state }) => state === 'awake'));

  return {
    day,
    source,
    bedtime,
    start: episode.start,
    end: episode.end,
    onset,
    wake,
    tibMinutes: tib / minuteMs,
    tstMinutes: tst / minuteMs,
    solMinutes: knownBed ? (onset - episode.start) / minuteMs : null,
    wasoMinutes: tellsWake ? waso / minuteMs : null,
    se: tst / tib,
    awakenings: tellsWake ? bouts.filter((bout) => bout >= minuteMs).length : null,
    awakeningsOver5Minutes: tellsWake ? bouts.filter((bout) => bout >= 5 * minuteMs).length : null,
    midpoint: (onset + wake) / 2,
    stageMinutes: tellsWake ? stageMinutes(episode.segments) : null,
    unscoredMinutes: (wake - onset - tst - waso) / minuteMs,
    confidence,
  };
}

/** A night of which an app told only the minutes asleep within an interval. */
export function nightOfTotal(day: string, sample: Sample): Night {
  const tibMinutes = (sample.end - sample.start) / minuteMs;
  return {
    day,
    source: 'app-total',
    bedtime: 'healthkit',
    start: sample.start,
    end: sample.end,
    onset: null,
    wake: null,
    tibMinutes,
    tstMinutes: sample.value,
    solMinutes: null,
    wasoMinutes: null,
    se: sample.value / tibMinutes,
    awakenings: null,
    awakeningsOver5Minutes: null,
    midpoint: null,
    stageMinutes: null,
    unscoredMinutes: null,
    confidence: null,
  };
}

/** Lengths of the stretches awake between onset and final awakening, ms. */
function wakeBouts(segments: readonly Segment[], onset: number, wake: number): number[] {
  const bouts: number[] = [];
  let previousEnd = -Infinity;
  for (const { state, start, end } of segments) {
    if (state !== 'awake' || start < onset || end > wake) continue;
    if (start === previousEnd) bouts[bouts.length - 1]! += end - start;
    else bouts.push(end - start);
    previousEnd = end;
  }
  return bouts;
}

function stageMinutes(segments: readonly Segment[]): NonNullable<Night['stageMinutes']> {
  const minutes: NonNullable<Night['stageMinutes']> = {};
  for (const { state, start, end } of segments) {
    if (state === 'inBed' || state === 'asleep') continue;
    minutes[state] = (minutes[state] ?? 0) + (end - start) / minuteMs;
  }
  return minutes;
}
