import { dayNumber, dayOf, localDay, localDayNumber, startOfDay } from '../local-time.ts';
import { minuteMs } from '../time.ts';
import type { Sample } from './sample.ts';

/** One local day of a window. Its length is 23, 24 or 25 hours, and something else on a day of travel. */
export interface LocalDay {
  /** `yyyy-mm-dd` */
  day: string;
  timeZone: string;
  start: number;
  end: number;
}

/** The days an analysis is about, and the span that is known so far: `end` is the end of the last sample. */
export interface Window {
  days: LocalDay[];
  start: number;
  end: number;
}

/**
 * The trailing window over samples: the last `days` local days up to the latest sample, without leading days that
 * have no sample; or, with 'all', everything from the first sample's minute on.
 *
 * A day's zone is the one most of its samples name, so a traveller's day ends where the next day's zone begins it.
 * Gives undefined when there is no sample.
 */
export function trailingWindow(samples: readonly Sample[], days: number | 'all'): Window | undefined {
  const found = daysOf(samples);
  if (!found) return undefined;
  const window = windowOver(found, days === 'all' ? -Infinity : found.last + 1 - days, found.last);
  return days === 'all' && window ? { ...window, start: firstMinute(samples) } : window;
}

/**
 * The window of an ISO week: its local days from Monday to Sunday, without leading days that have no sample and not beyond the
 * latest one. Gives undefined for a week without samples.
 *
 * @param samples those of the week and of the one before it; later ones do not matter
 * @param monday `yyyy-mm-dd`
 */
export function weekWindow(samples: readonly Sample[], monday: string): Window | undefined {
  const first = dayNumber(monday);
  const found = daysOf(samples, first + 6);
  return found && windowOver(found, first, Math.min(found.last, first + 6));
}

/** The local days on which samples start, with the zones that they name; the last day that they touch; where they end. */
interface SampledDays {
  zones: Map<number, Map<string, number>>;
  last: number;
  lastEnd: number;
}

function daysOf(samples: readonly Sample[], latest = Infinity): SampledDays | undefined {
  const zones = new Map<number, Map<string, number>>();
  let last = -Infinity;
  let lastEnd = -Infinity;
  for (const sample of samples) {
    const day = localDayNumber(sample.timeZone, sample.start);
    if (day > latest) continue;
    let counts = zones.get(day);
    if (!counts) zones.set(day, (counts = new Map<string, number>()));
    counts.set(sample.timeZone, (counts.get(sample.timeZone) ?? 0) + 1);
    // The last instant that belongs to the sample: a sample up to midnight does not touch the next day.
    const touched = localDayNumber(sample.timeZone, Math.max(sample.start, sample.end - 1));
    if (touched > last) last = touched;
    lastEnd = Math.max(lastEnd, sample.end, sample.start + 1);
  }
  return zones.size > 0 ? { zones, last, lastEnd } : undefined;
}

function windowOver({ zones, lastEnd }: SampledDays, earliest: number, last: number): Window | undefined {
  if (last < earliest) return undefined;
  // Of the last day at least what goes on from the day before.
  let first = last;
  for (const day of zones.keys()) if (day >= earliest) first = Math.min(first, day);

  let timeZone = mostFrequent(zones.get(first) ?? zones.get(Math.max(...zones.keys()))!);
  const days: LocalDay[] = [];
  for (let number = first; number <= last; number++) {
    const day = dayOf(number);
    const counts = zones.get(number);
    if (counts) timeZone = mostFrequent(counts);
    // Crossing the date line must not make a day begin before the one it follows.
    const start = Math.max(startOfDay(timeZone, day), days.at(-1)?.start ?? -Infinity);
    if (days.length > 0) days.at(-1)!.end = start;
    days.push({ day, timeZone, start, end: startOfDay(timeZone, dayOf(number + 1)) });
  }
  const { start } = days[0]!;
  const end = Math.min(days.at(-1)!.end, start + Math.ceil((lastEnd - start) / minuteMs) * minuteMs);
  return { days, start, end };
}

function mostFrequent(counts: Map<string, number>): string {
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]![0];
}

function firstMinute(samples: readonly Sample[]): number {
  let first = Infinity;
  for (const { start } of samples) first = Math.min(first, start);
  return Math.floor(first / minuteMs) * minuteMs;
}

/** The day of the window that an instant lies in; the end of a sleep at midnight belongs to the day before. */
export function dayOfEnd(window: Window, end: number): string | undefined {
  return window.days.find((day) => localDay(day.timeZone, end - 1) === day.day)?.day;
}
