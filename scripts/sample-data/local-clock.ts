import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { dayMs, hourMs, minuteMs } from '../../functions/src/domain/time.ts';

export interface LocalClock {
  /** The instant of a wall clock time: `day` is the UTC midnight of the local date; minutes may leave the day. */
  instant(day: number, minutes: number): number;
  midnightOf(ms: number): number;
  /** Local hour of the day, with its fraction. */
  hour(ms: number): number;
}

/** @throws RangeError for an unknown time zone */
export function localClock(timeZone: string): LocalClock {
  const localOf = (ms: number): number => ms + offsetAt(timeZone, ms);
  const instant = (day: number, minutes: number): number => {
    const wall = day + minutes * minuteMs;
    return wall - offsetAt(timeZone, wall - offsetAt(timeZone, wall));
  };
  return {
    instant,
    midnightOf: (ms) => instant(Math.floor(localOf(ms) / dayMs) * dayMs, 0),
    hour: (ms) => (localOf(ms) % dayMs) / hourMs,
  };
}
