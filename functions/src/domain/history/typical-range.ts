import { median } from '../metrics/statistics.ts';
import type { NightMeasure, NightValues, WeekDigest } from './week-digest.ts';

/** What is usual for a person, from the nights of the four ISO weeks before. Nothing outside of it is judged. */
export interface TypicalRange {
  median: number;
  low: number;
  high: number;
  /** 10th and 90th percentile, to draw behind a chart; they flag nothing. */
  p10: number;
  p90: number;
  nights: number;
}

/** By measure; null where there are fewer than 14 nights with it. */
export type TypicalRanges = Record<NightMeasure, TypicalRange | null>;

/** One measure of one night that lies outside of the person's typical range, and that range. */
export interface Flag {
  /** The local day that the night ends on. */
  day: string;
  measure: NightMeasure;
  value: number;
  side: 'above' | 'below';
  low: number;
  high: number;
  /** How many nights the range rests on. */
  nights: number;
}

const leastNights = 14;
/**
 * Half the width of the range in robust standard deviations (1.4826 times the median absolute deviation). By simulation: with
 * two measures to be out on one night, an unchanged person has such a night in at most 5 % of weeks.
 */
const widthInDeviations = 3.5;
const deviationOfMad = 1.4826;
/** Values that are alike to what their sensor can tell apart must not make a range of no width. */
const leastHalfWidth: Record<NightMeasure, number> = {
  tstMinutes: 30,
  midpointMinutes: 30,
  lowestHeartRateBpm: 3,
  hrvMs: 10,
  breathsPerMinute: 1,
  oxygen: 0.02,
  wristCelsius: 0.3,
};
export const nightMeasures = Object.keys(leastHalfWidth) as NightMeasure[];

/** @param before digests of the four ISO weeks before the week */
export function typicalRanges(before: readonly WeekDigest[]): TypicalRanges {
  const nights = before.flatMap((digest) => digest.nights);
  return Object.fromEntries(
    nightMeasures.map((measure) => [measure, rangeOf(measure, known(nights, measure))]),
  ) as TypicalRanges;
}

function known(nights: readonly NightValues[], measure: NightMeasure): number[] {
  return nights.map((night) => night[measure]).filter((value) => value !== null);
}

function rangeOf(measure: NightMeasure, values: number[]): TypicalRange | null {
  if (values.length < leastNights) return null;
  const centre = median(values);
  const deviation = deviationOfMad * median(values.map((value) => Math.abs(value - centre)));
  const half = Math.max(leastHalfWidth[measure], widthInDeviations * deviation);
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return {
    median: centre,
    low: centre - half,
    high: centre + half,
    p10: at(0.1),
    p90: at(0.9),
    nights: values.length,
  };
}

/** What of a night lies outside of the person's typical ranges. */
export function flagsOf(night: NightValues, ranges: TypicalRanges): Flag[] {
  return nightMeasures.flatMap((measure): Flag[] => {
    const [value, range] = [night[measure], ranges[measure]];
    if (value === null || !range || (value >= range.low && value <= range.high)) return [];
    const { low, high, nights } = range;
    return [{ day: night.day, measure, value, side: value > high ? 'above' : 'below', low, high, nights }];
  });
}
