// Intervals from held-out errors (split conformal, Vovk 2005; one error a person), and what they cover.
import { coverage, type HeldOutError } from '../../../functions/src/domain/metrics/sleep-interval.ts';
import { median } from '../../../functions/src/domain/metrics/statistics.ts';
import type { Figure } from './figures.ts';

/**
 * @param errors estimate minus truth of each person, minutes
 * @throws RangeError for too few people: 9 are the fewest that have a 90 % interval
 */
export function heldOutError(errors: readonly number[]): HeldOutError {
  const rank = Math.ceil((errors.length + 1) * coverage);
  if (rank > errors.length) throw new RangeError('An interval of 90 % needs the errors of 9 people.');
  const biasMinutes = median(errors);
  const distances = errors.map((error) => Math.abs(error - biasMinutes)).sort((a, b) => a - b);
  return { biasMinutes, halfWidthMinutes: distances[rank - 1]! };
}

/** Share of the people whose error lies in the interval made from all others, with its 95 % interval (Wilson 1927). */
export function measuredCoverage(errors: readonly number[]): Figure {
  const held = errors.filter((error, left) => {
    const { biasMinutes, halfWidthMinutes } = heldOutError(errors.filter((_, i) => i !== left));
    return Math.abs(error - biasMinutes) <= halfWidthMinutes;
  });
  return share(held.length, errors.length);
}

/** A share of people with its 95 % interval (Wilson 1927). */
export function share(of: number, all: number): Figure {
  const z = 1.96;
  const value = of / all;
  const centre = (value + z ** 2 / (2 * all)) / (1 + z ** 2 / all);
  const reach = (z / (1 + z ** 2 / all)) * Math.sqrt((value * (1 - value)) / all + z ** 2 / (4 * all ** 2));
  return { value, interval: [centre - reach, centre + reach] };
}
