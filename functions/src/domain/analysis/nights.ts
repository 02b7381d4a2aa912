import type { UnavailableCode } from '../fault.ts';
import { estimatedNight, nightOf, type Night, type Surroundings } from '../metrics/night.ts';
import { isAsleep, type Period, type Segment, type Span } from '../metrics/sleep.ts';
import { characterOf, isWithin } from '../metrics/model-range.ts';
import { stagedSegments, type NightToStage, type StagingRule } from '../metrics/staging.ts';
import type { Minutes } from '../samples/minutes.ts';
import type { Preparation } from './prepare.ts';
import { hourMs, minuteMs } from '../time.ts';

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
  segments: readonly Segment[];
}

/** All sleep of a window by the day it ends on, once the model has answered. */
export interface KnownSleep {
  nights: ReadonlyMap<string, KnownNight>;
  naps: { day: string; period: Period }[];
  /** Days without a night whose habitual night is over and lies within what is known of the person, and why. */
  missing: { day: string; code: UnavailableCode }[];
}

export function sleepOf({ window, days, samples }: Preparation, staged: readonly StagedNight[]): KnownSleep {
  const knownFrom = samples[0]?.start ?? Infinity;
  const nights = new Map<string, KnownNight>();
  const missing: KnownSleep['missing'] = [];
  for (const [day, { main, around, reason, habitual }] of days) {
    const answer = staged.find(({ night }) => night.day === day);
    const known = main
      ? { night: nightOf(day, main, around), segments: main.segments }
      : answer && !isTooUncertain(answer) && stagedNight(day, answer, around);
    if (known) nights.set(day, known);
    else if (habitual.core.end <= window.end && habitual.core.start >= knownFrom) {
      const code = !answer ? reason : isTooUncertain(answer) ? 'model/too-uncertain' : 'night-not-found';
      missing.push({ day, code });
    }
  }
  const naps = [...days].flatMap(([day, { naps }]) => naps.map((period) => ({ day, period })));
  return { nights, naps, missing };
}

const noErrors = { biasMinutes: 0, halfWidthMinutes: 0 };

/** The night that the model's answer shows; null where it says wake throughout. */
function stagedNight(
  day: string,
  { night, probabilities, thresholds }: StagedNight,
  around: Surroundings,
): KnownNight | null {
  const { segments, confidence } = stagedSegments(night, probabilities, thresholds);
  const sleeping = segments.filter(({ state }) => isAsleep(state));
  if (sleeping.length === 0) return null;
  const span = { start: sleeping[0]!.start, end: sleeping.at(-1)!.end };
  const period: Period = { source: 'sleep-model', segments, ...span };
  if (night.told) {
    const bed = { start: night.start, end: night.end };
    return { night: nightOf(day, period, { ...around, bed }, confidence), segments };
  }
  const estimated = estimatedNight(
    day,
    period,
    thresholds.errors ?? { tst: noErrors, midpoint: noErrors },
    confidence,
  );
  return { night: estimated, segments: [{ ...spanOf(estimated), state: 'asleep' }] };
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** 1 for every minute of the window of which most is known, or estimated, to be asleep. */
export function asleepMinutes(minutes: Minutes, { nights, naps }: KnownSleep): Uint8Array {
  const asleep = new Uint8Array(minutes.count);
  const segments = [
    ...[...nights.values()].flatMap((night) => night.segments),
    ...naps.flatMap(({ period }) => period.segments),
  ];
  for (const { state, start, end } of segments) if (isAsleep(state)) mark(minutes, asleep, 1, { start, end });
  return asleep;
}

function mark(minutes: Minutes, states: Uint8Array | Int8Array, state: number, { start, end }: Span): void {
  const first = Math.max(0, Math.round((start - minutes.start) / minuteMs));
  states.fill(state, first, Math.max(first, Math.round((end - minutes.start) / minuteMs)));
}

/**
 * For every minute of the window 1 asleep, 0 awake, -1 not known: not worn, in a gap of a night, in an estimated or partial
 * night, or in the 24 hours up to noon (or to the end of the habitual night) of a day whose night is not known. Null when no
 * night is known by the minute.
 */
export function sleepStates(
  { window, minutes, days }: Preparation,
  sleep: KnownSleep,
  asleep: Uint8Array,
): Int8Array | null {
  const isKnown = ({ night, segments }: KnownNight) =>
    segments.length > 0 && night.estimated === null && night.partial === null;
  if (![...sleep.nights.values()].some(isKnown)) return null;
  const states = Int8Array.from(minutes.worn, (worn) => (worn ? 0 : -1));
  for (const { day, start } of window.days) {
    const known = sleep.nights.get(day);
    if (known && isKnown(known)) {
      const { night, segments } = known;
      mark(minutes, states, -1, { start: night.onset!, end: night.wake! });
      for (const segment of segments) if (segment.state === 'awake') mark(minutes, states, 0, segment);
    } else {
      const end = Math.max(start + 12 * hourMs, days.get(day)!.habitual.night.end);
      mark(minutes, states, -1, { start: end - 24 * hourMs, end });
    }
  }
  asleep.forEach((known, i) => {
    if (known) states[i] = 1;
  });
  for (const { night } of sleep.nights.values()) if (night.estimated) mark(minutes, states, -1, night);
  return states;
}
