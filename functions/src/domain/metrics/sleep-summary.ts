import { offsetAt, weekday } from '../local-time.ts';
import { minuteMs } from '../time.ts';
import type { Night } from './sleep.ts';
import { mean, standardDeviation } from './statistics.ts';
import type { Window } from '../samples/window.ts';

/** The nights of a window taken together; null where too few nights have the number. */
export interface SleepSummary {
  nights: number;
  meanTstMinutes: number | null;
  sdTstMinutes: number | null;
  meanSe: number | null;
  meanSolMinutes: number | null;
  meanWasoMinutes: number | null;
  /** Local clock time, `HH:MM`. */
  meanMidpoint: string | null;
  sdMidpointMinutes: number | null;
  /**
   * Absolute difference between the mean midpoints of nights before free days (ending on Saturday or Sunday) and
   * before work days, minutes (Wittmann 2006). Needs a free night and three work nights.
   */
  socialJetLagMinutes: number | null;
}

const dayMinutes = 1440;
const leastWorkNights = 3;

export function sleepSummary(window: Window, nights: readonly Night[]): SleepSummary {
  const known = (number: (night: Night) => number | null): number[] =>
    nights.map(number).filter((value) => value !== null);
  const meanOf = (values: number[]): number | null => (values.length ? mean(values) : null);
  const sdOf = (values: number[]): number | null => (values.length > 1 ? standardDeviation(values) : null);

  const tst = known(({ tstMinutes }) => tstMinutes);
  const midpoint = (night: Night): number | null => minutesAfterNoon(window, night);
  const midpoints = known(midpoint);
  const free = nights.filter(({ day }) => weekday(day) === 6 || weekday(day) === 0);
  const freeMidpoints = free.map(midpoint).filter((value) => value !== null);
  const workMidpoints = nights
    .filter((night) => !free.includes(night))
    .map(midpoint)
    .filter((value) => value !== null);

  return {
    nights: nights.length,
    meanTstMinutes: meanOf(tst),
    sdTstMinutes: sdOf(tst),
    meanSe: meanOf(known(({ se }) => se)),
    meanSolMinutes: meanOf(known(({ solMinutes }) => solMinutes)),
    meanWasoMinutes: meanOf(known(({ wasoMinutes }) => wasoMinutes)),
    meanMidpoint: midpoints.length ? clock(mean(midpoints)) : null,
    sdMidpointMinutes: sdOf(midpoints),
    socialJetLagMinutes:
      freeMidpoints.length >= 1 && workMidpoints.length >= leastWorkNights
        ? Math.abs(mean(freeMidpoints) - mean(workMidpoints))
        : null,
  };
}

/** Local minutes from the noon before the day that the night ends on: nights around midnight then average plainly. */
function minutesAfterNoon(window: Window, night: Night): number | null {
  const day = window.days.find((candidate) => candidate.day === night.day);
  if (night.midpoint === null || !day) return null;
  const local = (night.midpoint + offsetAt(day.timeZone, night.midpoint)) / minuteMs;
  const noonBefore = Date.parse(`${night.day}T00:00:00Z`) / minuteMs - dayMinutes / 2;
  return local - noonBefore;
}

function clock(minutesAfterNoon: number): string {
  const minute = (Math.round(minutesAfterNoon) + dayMinutes / 2 + dayMinutes) % dayMinutes;
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
