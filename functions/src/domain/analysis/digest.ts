import { anyonesHabit, habitualNight } from '../history/habit.ts';
import type { WeekDigest } from '../history/week-digest.ts';
import { mondayOf } from '../history/week-digest.ts';
import { isAsleep, type Segment } from '../metrics/sleep.ts';
import { estimatedBedtime } from '../metrics/staging.ts';
import { dayOfEnd } from '../samples/window.ts';
import { minuteMs } from '../time.ts';
import { nightValues, type Findings } from './findings.ts';

const binMinutes = 30;
const leastSleepMinutes = 180;

/**
 * What an ISO week leaves behind for those that follow it.
 *
 * @param findings of the window of the whole ISO week
 */
export function digestOf(findings: Findings): WeekDigest {
  const { preparation, nights } = findings;
  const { window, minutes } = preparation;
  const sleepBins = new Array<number>(1440 / binMinutes).fill(0);
  const byDay = new Map<string, number>();
  for (const { start, end } of sleepWithoutHabit(findings)) {
    const day = dayOfEnd(window, end);
    if (day !== undefined) byDay.set(day, (byDay.get(day) ?? 0) + (end - start) / minuteMs);
    const first = Math.max(0, Math.round((start - minutes.start) / minuteMs));
    const last = Math.min(minutes.count, Math.round((end - minutes.start) / minuteMs));
    for (let i = first; i < last; i++) sleepBins[Math.floor(minutes.clock[i]! / binMinutes)]!++;
  }
  return {
    monday: mondayOf(window.days[0]!.day),
    sleepBins,
    sleepDays: [...byDay.values()].filter((slept) => slept >= leastSleepMinutes).length,
    nights: nights.flatMap((night) => nightValues(findings, night) ?? []),
  };
}

/**
 * Stretches asleep, whatever they are called: as sources tell them; and for days of which none does, the rest that heart rate
 * shows where the watch was worn nearly all of the 24 hours, day or night.
 */
function sleepWithoutHabit({ preparation }: Findings): { start: number; end: number }[] {
  const { window, samples, sleep } = preparation;
  const told = sleep.flatMap(({ segments, start, end }): Omit<Segment, 'state'>[] =>
    segments.length > 0 ? segments.filter(({ state }) => isAsleep(state)) : [{ start, end }],
  );
  const found = window.days.flatMap((day) => {
    if (told.some(({ end }) => dayOfEnd(window, end) === day.day)) return [];
    return estimatedBedtime(window, day, samples, { habitual: habitualNight(day, anyonesHabit) }) ?? [];
  });
  return [...told, ...found];
}
