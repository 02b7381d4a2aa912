import { anyonesHabit, habitualNight } from '../history/habit.ts';
import type { WeekDigest } from '../history/week-digest.ts';
import { mondayOf } from '../history/week-digest.ts';
import { isAsleep, joined, type Span } from '../metrics/sleep.ts';
import { estimatedBedtime } from '../metrics/staging.ts';
import { wornShare } from '../samples/minutes.ts';
import { dayOfEnd, type LocalDay } from '../samples/window.ts';
import { hourMs, minuteMs } from '../time.ts';
import { nightValues, type Findings } from './findings.ts';
import { isWatched, type Preparation } from './prepare.ts';

const binMinutes = 30;
const leastSleepMinutes = 180;
/** Sleep with shorter breaks is one, as in `sleepPeriods`, whatever the time of day. */
const longestBreakMs = 3 * hourMs;
/** A day without sleep of this length shows no habit, unless it was watched nearly all of the time: it may be a nap. */
const surelyNightMinutes = 300;
const leastWatched = 0.8;

/**
 * What an ISO week leaves behind for those that follow it.
 *
 * @param findings of the window of the whole ISO week
 */
export function digestOf(findings: Findings): WeekDigest {
  const { preparation, nights } = findings;
  const { window, minutes } = preparation;
  const sleepBins = new Array<number>(1440 / binMinutes).fill(0);
  let sleepDays = 0;
  for (const day of window.days) {
    const longest = longestSleep(preparation, day);
    if (!longest) continue;
    sleepDays++;
    for (const { start, end } of longest) {
      const first = Math.max(0, Math.round((start - minutes.start) / minuteMs));
      const last = Math.min(minutes.count, Math.round((end - minutes.start) / minuteMs));
      for (let i = first; i < last; i++) sleepBins[Math.floor(minutes.clock[i]! / binMinutes)]!++;
    }
  }
  return {
    monday: mondayOf(window.days[0]!.day),
    sleepBins,
    sleepDays,
    nights: nights.flatMap((night) => nightValues(findings, night) ?? []),
  };
}

/**
 * The longest sleep that ends on a day, whatever it is called: as sources tell it or, where the watch was worn nearly all of
 * the 24 hours, as rest and heart rate show it, day or night. Null where it may be only a nap.
 */
function longestSleep({ window, minutes, samples, sleep }: Preparation, day: LocalDay): Span[] | null {
  const told = sleep
    .flatMap(({ segments, start, end }): Span[] =>
      segments.length > 0 ? segments.filter(({ state }) => isAsleep(state)) : [{ start, end }],
    )
    .filter(({ end }) => end > day.start - 24 * hourMs && end <= day.end);
  const habitual = habitualNight(day, anyonesHabit);
  const found =
    !isWatched(minutes, habitual) ||
    told.some((one) => isLong([one]) && dayOfEnd(window, one.end) === day.day)
      ? null
      : estimatedBedtime(window, day, samples, {
          habitual,
          asleep: told,
        });
  const all = found ? [...told, found] : told;
  const sleeps = joined(all, longestBreakMs)
    .filter(({ end }) => dayOfEnd(window, end) === day.day)
    .map((span) => all.filter(({ start, end }) => start >= span.start && end <= span.end));
  const [longest] = sleeps.sort((a, b) => lengthOf(b) - lengthOf(a));
  if (!longest || lengthOf(longest) < leastSleepMinutes) return null;
  const watched = wornShare(minutes, longest.at(-1)!.end - 24 * hourMs, longest.at(-1)!.end) >= leastWatched;
  return isLong(longest) || watched || !minutes.wearKnown ? longest : null;
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0) / minuteMs;
}

function isLong(spans: readonly Span[]): boolean {
  return lengthOf(spans) >= surelyNightMinutes;
}
