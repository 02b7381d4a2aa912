import { habitOf, habitualNight } from '../history/habit.ts';
import { digestsBefore, type WeekDigest } from '../history/week-digest.ts';
import type { UnavailableCode } from '../fault.ts';
import { addDays, startOfDay } from '../local-time.ts';
import { nightOf, shortestSilenceMs, type Surroundings } from '../metrics/night.ts';
import {
  chosenSleep,
  lowerBound,
  sleepMinutes,
  sleepPeriods,
  staysInBed,
  totalPeriods,
  withAwakenings,
  type HabitualNight,
  type Period,
  type Span,
} from '../metrics/sleep.ts';
import { estimatedBedtime, nightToStage, type Bedtime, type NightToStage } from '../metrics/staging.ts';
import { layMinutes, leadInMs, signsOfLife, wornShare, type Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import { longestResolvedMs } from '../samples/sample-types.ts';
import { dayOfEnd, trailingWindow, type LocalDay, type Window } from '../samples/window.ts';
import { hourMs } from '../time.ts';

/** The sleep that ends on one day, as sources told it. */
export interface DaySleep {
  habitual: HabitualNight;
  main: Period | null;
  naps: Period[];
  around: Surroundings;
  /** Why there is no night, where there is no main sleep and the model finds none. */
  reason: UnavailableCode;
}

/** What is known before the sleep model has been asked. */
export interface Preparation {
  window: Window;
  minutes: Minutes;
  samples: readonly Sample[];
  /** As given; the four ISO weeks before each week count. */
  history: readonly WeekDigest[];
  /** Sleep of one source at a time, before any of it is called night or nap. */
  sleep: readonly Period[];
  days: ReadonlyMap<string, DaySleep>;
  toStage: NightToStage[];
}

/**
 * Lays out the trailing window and finds the nights that need the sleep model.
 *
 * @param all samples of the window's days and the day before (older ones are not looked at), without duplicates, in
 *   canonical order
 */
export function prepare(
  all: readonly Sample[],
  days: number | 'all',
  history: readonly WeekDigest[] = [],
): Preparation | undefined {
  const window = trailingWindow(all, days);
  return window && prepareWindow(window, all, history);
}

/**
 * The same for a window that is already known.
 *
 * @param history digests of the four ISO weeks before each ISO week that the window touches; there may be others among them
 */
export function prepareWindow(
  window: Window,
  all: readonly Sample[],
  history: readonly WeekDigest[] = [],
): Preparation {
  const samples = all.filter(({ start, end }) => end >= window.start - leadInMs && start < window.end);
  const minutes = layMinutes(window, samples);
  const habitual = habitualNights(window, history);
  const signs = signsOfLife(samples);
  const steps = stepInstants(samples);
  const sleep = sleepPeriods(chosenSleep(samples), (gap) =>
    habitual.some(({ night }) => night.start <= gap.start && gap.end <= night.end),
  );
  for (const period of sleep) period.segments = withAwakenings(period.segments, steps);
  sleep.push(...largestTotals(samples, sleep));

  const stays = staysInBed(samples);
  const byPhone = staysInBed(samples.filter(({ source }) => source.kind === 'phone'));
  const heartRates = samples.filter(({ type }) => type === 'heartRate');
  const days = new Map<string, DaySleep>();
  const toStage: NightToStage[] = [];
  window.days.forEach((local, i) => {
    const own = sleep.filter(({ end }) => dayOfEnd(window, end) === local.day);
    const around = (period: Span): Surroundings => ({
      bed: bedOf(period, stays),
      bedByPhone: bedOf(period, byPhone),
      signs,
      knownUntil: window.end,
      habitualEnd: habitual[i]!.learned ? habitual[i]!.night.end : null,
    });
    const main = mainSleepOf(own, habitual[i]!, minutes, around);
    const day: DaySleep = {
      habitual: habitual[i]!,
      main,
      naps: own.filter((period) => period !== main),
      around: around(main ?? habitual[i]!.night),
      reason: 'no-samples',
    };
    days.set(local.day, day);
    if (main) return;
    const found = bedtimeOf(window, minutes, local, samples, day, sleep, stays);
    const question = 'start' in found ? nightToStage(window, local.day, found, heartRates) : null;
    if (question) toStage.push(question);
    day.reason = reasonOf(found, day.habitual, minutes, heartRates);
  });
  return { window, minutes, samples, history, sleep, days, toStage };
}

/** Of each day of the window, and of the day after it, in whose night its evening lies. */
function habitualNights({ days }: Window, history: readonly WeekDigest[]): HabitualNight[] {
  const last = days.at(-1)!;
  const next = addDays(last.day, 1);
  const after: LocalDay = {
    ...{ day: next, timeZone: last.timeZone, start: last.end },
    end: startOfDay(last.timeZone, addDays(next, 1)),
  };
  return [...days, after].map((day) => habitualNight(day, habitOf(digestsBefore(history, day.day))));
}

function stepInstants(samples: readonly Sample[]): Float64Array {
  const walked = samples.filter(
    ({ type, value, start, end }) => type === 'stepCount' && value > 0 && end - start <= longestResolvedMs,
  );
  return Float64Array.from(walked.flatMap(({ start, end }) => [start, end])).sort();
}

/** Apps' totals where nobody tells more: of those that overlap the one with the most sleep. */
function largestTotals(samples: readonly Sample[], sleep: readonly Period[]): Period[] {
  const chosen: Period[] = [];
  const totals = totalPeriods(samples).sort((a, b) => sleepMinutes(b) - sleepMinutes(a) || a.start - b.start);
  for (const total of totals) {
    if (![...sleep, ...chosen].some((other) => overlap(other, total) > 0)) chosen.push(total);
  }
  return chosen;
}

function overlap(a: Span, b: Span): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** The stay in bed that sources told around a sleep; null where they told less than half of it. */
function bedOf(period: Span, stays: readonly Span[]): Span | null {
  const around = stays.filter((stay) => overlap(stay, period) > 0);
  const told = around.reduce((sum, stay) => sum + overlap(stay, period), 0);
  if (around.length === 0 || told < (period.end - period.start) / 2) return null;
  return { start: around[0]!.start, end: Math.max(...around.map(({ end }) => end)) };
}

/** Shorter sleep is not called a night, unless it was cut off. */
const shortestNightMinutes = 60;
/** Where more than this share of the core of the habitual night was not watched, what was slept outside of it is no night. */
const mostUnwatched = 0.5;

/**
 * Main sleep of a day: the longest period that ends on it and overlaps the habitual night. Where the watch was off in most of
 * that night there is none, unless the period itself shows that it was cut off there.
 */
function mainSleepOf(
  own: readonly Period[],
  { night, core }: HabitualNight,
  minutes: Minutes,
  around: (period: Span) => Surroundings,
): Period | null {
  const candidates = own.filter((period) => {
    if (overlap(period, night) <= 0) return false;
    if (nightOf('', period, around(period)).partial) return true;
    if (sleepMinutes(period) < shortestNightMinutes) return false;
    if (!minutes.wearKnown) return true;
    const watched =
      wornShare(minutes, core.start, core.end) + Math.max(0, overlap(period, core)) / (core.end - core.start);
    return watched >= 1 - mostUnwatched;
  });
  const [main] = candidates.sort((a, b) => sleepMinutes(b) - sleepMinutes(a) || a.start - b.start);
  return main ?? null;
}

/** Whether a wearable was worn in most of the core of the habitual night. */
export function isWatched(minutes: Minutes, { core }: HabitualNight): boolean {
  return wornShare(minutes, core.start, core.end) >= 1 - mostUnwatched;
}

/** Where the model may look for the night of a day without main sleep, or why it may not. */
function bedtimeOf(
  window: Window,
  minutes: Minutes,
  local: LocalDay,
  samples: readonly Sample[],
  { habitual, around }: DaySleep,
  sleep: readonly Period[],
  stays: readonly Span[],
): Bedtime | { code: UnavailableCode } {
  const told = stays.filter(
    (stay) =>
      dayOfEnd(window, stay.end) === local.day &&
      overlap(stay, habitual.night) > 0 &&
      stay.end - stay.start >= hourMs,
  );
  const [longest] = told.sort((a, b) => b.end - b.start - (a.end - a.start));
  if (longest) return { ...longest, told: true };
  // Where the watch was off when the person usually sleeps, the longest rest is that of a chair.
  if (!isWatched(minutes, habitual)) return { code: 'watch-off' };
  const found = estimatedBedtime(window, local, samples, { habitual, asleep: sleep });
  if (!found) return { code: 'night-not-found' };
  // A rest that ends with the readings may have gone on, and one that begins with them in the night may have begun before.
  const { signs } = around;
  const heard = signs[lowerBound(signs, found.start) - 1] ?? -Infinity;
  const before = found.start > habitual.core.start ? found.start - heard : 0;
  const after = (signs[lowerBound(signs, found.end)] ?? Infinity) - found.end;
  return Math.max(before, after) > shortestSilenceMs ? { code: 'partial' } : { ...found, told: false };
}

/** Why a night that the model is not asked about, or finds nothing in, is missing. */
function reasonOf(
  found: Bedtime | { code: UnavailableCode },
  habitual: HabitualNight,
  minutes: Minutes,
  heartRates: readonly Sample[],
): UnavailableCode {
  const told = 'start' in found;
  if (!minutes.wearKnown) {
    const measured =
      told || heartRates.some(({ start }) => start >= habitual.night.start && start < habitual.night.end);
    return measured ? 'too-sparse' : 'no-samples';
  }
  if (!told) return found.code;
  return isWatched(minutes, habitual) ? 'too-sparse' : 'watch-off';
}
