import { dayOf, localDayNumber, startOfDay } from '../local-time.ts';
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
  if (samples.length === 0) return undefined;
  const zoneCounts = new Map<number, Map<string, number>>();
  let lastDay = -Infinity;
  let lastEnd = -Infinity;
  for (const sample of samples) {
    const day = localDayNumber(sample.timeZone, sample.start);
    let counts = zoneCounts.get(day);
    if (!counts) zoneCounts.set(day, (counts = new Map<string, number>()));
    counts.set(sample.timeZone, (counts.get(sample.timeZone) ?? 0) + 1);
    // The last instant that belongs to the sample: a sample up to midnight does not touch the next day.
    const touched = localDayNumber(sample.timeZone, Math.max(sample.start, sample.end - 1));
    if (touched > lastDay) lastDay = touched;
    lastEnd = Math.max(lastEnd, sample.end, sample.start + 1);
  }

  const earliest = days === 'all' ? -Infinity : lastDay + 1 - days;
  let firstDay = lastDay;
  for (const day of zoneCounts.keys()) if (day >= earliest) firstDay = Math.min(firstDay, day);

  let timeZone = mostFrequent(zoneCounts.get(firstDay)) ?? samples.at(-1)!.timeZone;
  const local: LocalDay[] = [];
  for (let number = firstDay; number <= lastDay; number++) {
    const day = dayOf(number);
    timeZone = mostFrequent(zoneCounts.get(number)) ?? timeZone;
    // Crossing the date line must not make a day begin before the one it follows.
    const start = Math.max(startOfDay(timeZone, day), local.at(-1)?.start ?? -Infinity);
    if (local.length > 0) local.at(-1)!.end = start;
    local.push({ day, timeZone, start, end: startOfDay(timeZone, dayOf(number + 1)) });
  }

  const start = days === 'all' ? firstMinute(samples) : local[0]!.start;
  const end = Math.min(local.at(-1)!.end, start + Math.ceil((lastEnd - start) / minuteMs) * minuteMs);
  return { days: local, start, end };
}

function mostFrequent(counts: Map<string, number> | undefined): string | undefined {
  if (!counts) return undefined;
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]![0];
}

function firstMinute(samples: readonly Sample[]): number {
  let first = Infinity;
  for (const { start } of samples) first = Math.min(first, start);
  return Math.floor(first / minuteMs) * minuteMs;
}
