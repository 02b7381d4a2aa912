import { addDays, dayNumber } from '../local-time.ts';

/**
 * What one ISO week leaves behind for the eight that follow it: when the person slept, from which their habit is learned, and
 * the values of its nights, from which typical ranges are. A week whose digest is the same changes no other week.
 */
export interface WeekDigest {
  /** `yyyy-mm-dd` of its first day. */
  monday: string;
  /**
   * Minutes asleep in each half hour of the local clock, 48 of them, in the longest sleep of each day, whatever it was called.
   * No habit goes into it: what is learned from weeks must not depend on what was learned before.
   */
  sleepBins: number[];
  /** Days of the week whose sleep is in the bins. */
  sleepDays: number;
  /** In the order of days: only measured nights that are not partial. */
  nights: NightValues[];
}

/** The values of one night that are compared with the person's typical range; null where not measured. */
export interface NightValues {
  /** The local day that it ends on. */
  day: string;
  tstMinutes: number | null;
  /** Midpoint of sleep on the local clock, minutes after the midnight that begins `day`; negative before it. */
  midpointMinutes: number | null;
  /** Lowest 30-minute mean of the sleep, beats per minute. */
  lowestHeartRateBpm: number | null;
  /** Medians of the values in the night: SDNN in ms, breaths per minute, saturation 0 to 1. */
  hrvMs: number | null;
  breathsPerMinute: number | null;
  oxygen: number | null;
  wristCelsius: number | null;
}

export type NightMeasure = Exclude<keyof NightValues, 'day'>;

/** How many ISO weeks before it a week looks back. */
const weeksBack = 4;

/** The Monday of the ISO week that a day lies in. */
export function mondayOf(day: string): string {
  // 1970-01-01 was a Thursday.
  return addDays(day, -((((dayNumber(day) + 3) % 7) + 7) % 7));
}

/** Of some digests those of the four ISO weeks before the week of `day`, in the order of time. */
export function digestsBefore(digests: readonly WeekDigest[], day: string): WeekDigest[] {
  const monday = mondayOf(day);
  const first = addDays(monday, -7 * weeksBack);
  return digests
    .filter((digest) => digest.monday >= first && digest.monday < monday)
    .sort((a, b) => (a.monday < b.monday ? -1 : 1));
}
