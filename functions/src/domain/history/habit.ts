import { offsetAt } from '../local-time.ts';
import type { LocalDay } from '../samples/window.ts';
import type { HabitualNight } from '../metrics/sleep.ts';
import { minuteMs } from '../time.ts';
import type { WeekDigest } from './week-digest.ts';

/** The part of the clock in which a person usually sleeps; a shift worker's may be the day. */
export interface Habit {
  /** Clock minute at which it begins, 0 to 1439. */
  start: number;
  /** Its length; 1440 for somebody who sleeps at all hours. */
  minutes: number;
  /** Inside of it the part in which the person is nearly always asleep. */
  core: { start: number; minutes: number };
  /** Whether it was learned from the person, or is the one that stands until seven nights are known. */
  learned: boolean;
}

/** 20:00 to 10:00, and nearly everybody sleeps from 0:00 to 6:00. */
export const anyonesHabit: Habit = {
  start: 20 * 60,
  minutes: 14 * 60,
  core: { start: 0, minutes: 6 * 60 },
  learned: false,
};

const leastNights = 7;
const binMinutes = 30;
const bins = 1440 / binMinutes;
/** Naps and single late nights lie outside of so much of the sleep. */
const coreShare = 0.8;
const marginBins = 2;

/**
 * The habit of a week: the shortest stretch of the clock that holds 80 % of the minutes asleep of the weeks before, and an hour
 * on either side; 20:00 to 10:00 until seven days with sleep are known.
 *
 * @param before digests of the four ISO weeks before the week
 */
export function habitOf(before: readonly WeekDigest[]): Habit {
  const days = before.reduce((sum, { sleepDays }) => sum + sleepDays, 0);
  if (days < leastNights) return anyonesHabit;
  const asleep = Array.from({ length: bins }, (_, bin) =>
    before.reduce((sum, { sleepBins }) => sum + sleepBins[bin]!, 0),
  );
  const all = asleep.reduce((sum, minutes) => sum + minutes, 0);
  let core = { first: 0, length: bins };
  for (let first = 0; first < bins; first++) {
    let held = 0;
    let length = 0;
    while (held < coreShare * all && length < core.length) held += asleep[(first + length++) % bins]!;
    if (held >= coreShare * all && length < core.length) core = { first, length };
  }
  return {
    start: ((core.first - marginBins + bins) % bins) * binMinutes,
    minutes: Math.min(1440, (core.length + 2 * marginBins) * binMinutes),
    core: { start: core.first * binMinutes, minutes: core.length * binMinutes },
    learned: true,
  };
}

/**
 * The habitual night that ends on a local day and its core, ms since 1970. A night that ends at midnight ends on the day before.
 */
export function habitualNight({ start: midnight, timeZone }: LocalDay, habit: Habit): HabitualNight {
  const endMinute = ((habit.start + habit.minutes - 1) % 1440) + 1;
  const end = instantOf(timeZone, midnight, endMinute);
  const start = end - habit.minutes * minuteMs;
  const coreStart = start + ((habit.core.start - habit.start + 1440) % 1440) * minuteMs;
  return {
    night: { start, end },
    core: { start: coreStart, end: coreStart + habit.core.minutes * minuteMs },
    learned: habit.learned,
  };
}

/** The instant at which the clocks of a day that begins at `midnight` show a minute. */
function instantOf(timeZone: string, midnight: number, minute: number): number {
  const at = midnight + minute * minuteMs;
  return at + offsetAt(timeZone, midnight) - offsetAt(timeZone, at);
}
