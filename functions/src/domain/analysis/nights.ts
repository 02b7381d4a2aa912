import { hasStages, isAsleep, nightOf, nightOfTotal, type Episode, type Night } from '../metrics/sleep.ts';
import { characterOf, isWithin } from '../metrics/model-range.ts';
import { stagedSegments, type NightToStage, type StagingRule } from '../metrics/staging.ts';
import type { Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import type { Window } from '../samples/window.ts';
import type { Preparation } from './prepare.ts';
import { dayMs, minuteMs } from '../time.ts';

/** The model's answer for one night of `Preparation.toStage`. */
export interface StagedNight {
  night: NightToStage;
  /** [minutes x 3]: wake, NREM, REM */
  probabilities: Float32Array;
  thresholds: StagingRule;
}

/** Whether a night is unlike those that the model was evaluated on, so that its answer is not told. */
export function isTooUncertain({ night, probabilities, thresholds: { range } }: StagedNight): boolean {
  return range !== undefined && !isWithin(characterOf(night, probabilities), range);
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
  if (answer && !isTooUncertain(answer)) {
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
      const first = Math.max(0, Math.round((start - minutes.start) / minuteMs));
      asleep.fill(1, first, Math.max(first, Math.round((end - minutes.start) / minuteMs)));
    }
  }
  return asleep;
}

/**
 * For every minute of the window 1 asleep, 0 awake, -1 not known: not worn, in a gap of a night, or in the 24 hours
 * up to noon of a day whose night is not known. Null when no night is known by the minute.
 */
export function sleepStates(
  window: Window,
  minutes: Minutes,
  nights: ReadonlyMap<string, KnownNight>,
  asleep: Uint8Array,
): Int8Array | null {
  if (![...nights.values()].some(({ episode }) => episode)) return null;
  const states = Int8Array.from(minutes.worn, (worn) => (worn ? 0 : -1));
  const indexOf = (at: number): number => Math.max(0, Math.round((at - minutes.start) / minuteMs));
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
