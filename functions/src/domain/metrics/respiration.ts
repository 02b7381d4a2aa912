import { finite, median, standardDeviation } from './statistics.ts';

/** What one night's values look like, in their own unit. */
export interface NightRange {
  median: number;
  /** Sample standard deviation (n - 1); null for a single value. */
  sd: number | null;
  min: number;
  max: number;
  n: number;
}

export interface OxygenRange extends NightRange {
  shareBelow90: number;
}

/** Respiratory rate of a night, breaths per minute. */
export function breathing(values: ArrayLike<number>): NightRange | null {
  const known = finite(values);
  if (known.length === 0) return null;
  return {
    median: median(known),
    sd: known.length < 2 ? null : standardDeviation(known),
    min: known.reduce((low, value) => Math.min(low, value)),
    max: known.reduce((high, value) => Math.max(high, value)),
    n: known.length,
  };
}

/**
 * Blood oxygen saturation of a night, as fractions 0 to 1. `shareBelow90` is the share of the values below 0.90:
 * of what was measured, not of the night.
 */
export function oxygen(values: ArrayLike<number>): OxygenRange | null {
  const range = breathing(values);
  if (!range) return null;
  return { ...range, shareBelow90: finite(values).filter((value) => value < 0.9).length / range.n };
}
