import { offsetAt, weekday } from '../local-time.ts';
import { minuteMs } from '../time.ts';
import { isWhole, type Night } from './night.ts';
import type { SleepSource } from './sleep.ts';
import { averageOf, mean, type Average } from './statistics.ts';
import type { Window } from '../samples/window.ts';

/** What the nights of one mean have in common: nights from different sources are not averaged, nor are measured and estimated ones. */
export type SleepKind = SleepSource | 'estimated';

/** The nights of a window taken together; null where too few nights have the number. */
export interface SleepSummary {
  /** Nights in the means: whole, and of one kind. */
  nights: number;
  kind: SleepKind | null;
  tstMinutes: Average | null;
  /** Main sleep and naps of the days whose night is whole. */
  sleep24hMinutes: Average | null;
  se: Average | null;
  sleepMaintenance: Average | null;
  solMinutes: Average | null;
  wasoMinutes: Average | null;
  midpoint: {
    /** Mean local clock time, `HH:MM`. */
    clock: string;
    /** Minutes after the midnight that begins the day; negative before it. */
    minutes: Average;
  } | null;
  socialJetLag: SocialJetLag | null;
}

/** Mean midpoint of nights before free days minus that of the others (Wittmann 2006, Chronobiol Int 23:497). */
export interface SocialJetLag {
  /** Positive where sleep is later on free days. */
  minutes: number;
  freeNights: number;
  workNights: number;
}

const dayMinutes = 1440;
const leastFreeNights = 2;
const leastWorkNights = 3;

/** The nights that are averaged: the whole ones of the kind that there are most of, of equals the better source. */
export function nightsOfMeans(nights: readonly Night[]): { kind: SleepKind | null; nights: Night[] } {
  const order: SleepKind[] = [
    'healthkit-stages',
    'healthkit-asleep',
    'app-total',
    'sleep-model',
    'estimated',
  ];
  const kindOf = (night: Night): SleepKind => (night.estimated ? 'estimated' : night.source);
  const usable = nights.filter((night) => isWhole(night) || (night.estimated && night.tstMinutes !== null));
  const measured = usable.filter((night) => !night.estimated);
  const byKind = Map.groupBy(measured.length > 0 ? measured : usable, kindOf);
  const [kind] = [...byKind.keys()].sort(
    (a, b) => byKind.get(b)!.length - byKind.get(a)!.length || order.indexOf(a) - order.indexOf(b),
  );
  return kind ? { kind, nights: byKind.get(kind)! } : { kind: null, nights: [] };
}

/**
 * @param napMinutes minutes asleep in naps, by the day on which they end
 * @param freeDays days of the week, 0 Sunday to 6 Saturday, on which nights before free days end
 */
export function sleepSummary(
  window: Window,
  all: readonly Night[],
  napMinutes: ReadonlyMap<string, number> = new Map(),
  freeDays: readonly number[] = [6, 0],
): SleepSummary {
  const { kind, nights } = nightsOfMeans(all);
  const average = (number: (night: Night) => number | null): Average | null =>
    averageOf(nights.map(number).filter((value) => value !== null));
  const midpoint = (night: Night) => midpointMinutes(window, night);
  const midpoints = average(midpoint);
  return {
    nights: nights.length,
    kind,
    tstMinutes: average(({ tstMinutes }) => tstMinutes),
    sleep24hMinutes: average(({ day, tstMinutes }) =>
      tstMinutes === null ? null : tstMinutes + (napMinutes.get(day) ?? 0),
    ),
    se: average(({ se }) => se),
    sleepMaintenance: average(({ sleepMaintenance }) => sleepMaintenance),
    solMinutes: average(({ solMinutes }) => solMinutes),
    wasoMinutes: average(({ wasoMinutes }) => wasoMinutes),
    midpoint: midpoints && { clock: clock(midpoints.mean), minutes: midpoints },
    socialJetLag: socialJetLag(nights, midpoint, freeDays),
  };
}

function socialJetLag(
  nights: readonly Night[],
  midpoint: (night: Night) => number | null,
  freeDays: readonly number[],
): SocialJetLag | null {
  const { free = [], work = [] } = Object.groupBy(nights, ({ day }) =>
    freeDays.includes(weekday(day)) ? 'free' : 'work',
  );
  const known = (list: readonly Night[]) => list.map(midpoint).filter((value) => value !== null);
  const [freeMidpoints, workMidpoints] = [known(free), known(work)];
  if (freeMidpoints.length < leastFreeNights || workMidpoints.length < leastWorkNights) return null;
  return {
    minutes: mean(freeMidpoints) - mean(workMidpoints),
    freeNights: freeMidpoints.length,
    workNights: workMidpoints.length,
  };
}

/** Midpoint on the local clock, minutes after the midnight that begins the day: nights around midnight then average plainly. */
export function midpointMinutes(window: Window, night: Pick<Night, 'day' | 'midpoint'>): number | null {
  const day = window.days.find((candidate) => candidate.day === night.day);
  if (night.midpoint === null || !day) return null;
  const local = night.midpoint + offsetAt(day.timeZone, night.midpoint);
  return (local - Date.parse(`${night.day}T00:00:00Z`)) / minuteMs;
}

function clock(minutes: number): string {
  const minute = ((Math.round(minutes) % dayMinutes) + dayMinutes) % dayMinutes;
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
