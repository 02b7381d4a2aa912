import { dayOf, localDayNumber } from '../local-time.ts';
import { dayMs, hourMs } from '../time.ts';
import type { TracedSamples } from './origins.ts';
import type { Sample } from './sample.ts';

/** 1970-01-01 was a Thursday. */
const firstMonday = 4;

/** The Monday (`yyyy-mm-dd`) of the ISO week of a day, given in days since 1970-01-01. */
function mondayOfNumber(day: number): string {
  return dayOf(day - ((((day - firstMonday) % 7) + 7) % 7));
}

/**
 * The samples that start in one week of UTC, in canonical order, with the uploads that brought them. Weeks of UTC, so that one
 * sample lies in one place whatever zone it is sent with: one id is one sample of the person.
 */
export interface StoredWeek extends TracedSamples {
  /** The Monday, `yyyy-mm-dd`. */
  week: string;
  /** In how many documents it is stored, where that is more than one: whoever writes fewer removes the rest. */
  parts?: number;
}

export function utcWeekOf(at: number): string {
  return mondayOfNumber(Math.floor(at / dayMs));
}

/** Samples by the week of UTC that they are stored in. */
export function byUtcWeek(samples: Iterable<Sample>): Map<string, Sample[]> {
  const weeks = new Map<string, Sample[]>();
  let list: Sample[] = [];
  let end = -Infinity;
  let start = Infinity;
  for (const sample of samples) {
    if (sample.start < start || sample.start >= end) {
      const week = utcWeekOf(sample.start);
      start = Date.parse(`${week}T00:00:00Z`);
      end = start + 7 * dayMs;
      list = weeks.get(week) ?? [];
      weeks.set(week, list);
    }
    list.push(sample);
  }
  return weeks;
}

/** Zones lie between 12 hours behind and 14 hours ahead of UTC. */
const widestOffsetMs = 14 * hourMs;

/** First and last week of UTC that hold what belongs to the local days `first` to `last`, whatever their zone. */
export function utcWeeksOf(first: string, last: string): [first: string, last: string] {
  return [
    utcWeekOf(Date.parse(`${first}T00:00:00Z`) - widestOffsetMs),
    utcWeekOf(Date.parse(`${last}T00:00:00Z`) + dayMs + widestOffsetMs),
  ];
}

/**
 * The ISO weeks (Mondays) whose results may change with these samples: those of their local days, and of the days after, on
 * which a night ends that begins on a Sunday.
 */
export function weeksTouchedBy(samples: Iterable<Sample>): string[] {
  const days = new Set<number>();
  for (const { timeZone, start, end } of samples) {
    days.add(localDayNumber(timeZone, start));
    days.add(localDayNumber(timeZone, end));
  }
  const mondays = [...days].flatMap((day) => [mondayOfNumber(day), mondayOfNumber(day + 1)]);
  return [...new Set(mondays)].sort();
}
