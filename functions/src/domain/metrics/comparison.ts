import type { Average } from './statistics.ts';

/** How a number compares with the one of the week before. */
export type Change = 'higher' | 'lower' | 'same';

/** Fewer days or nights say nothing about a week. */
export const leastCompared = 4;

/**
 * Whether the means of two weeks differ by more than chance and by more than does not matter: beyond the 97.5 % quantile of
 * Student's t times the standard error of the difference, for unequal variances (Welch 1947, Biometrika 34:28), and beyond
 * `matters`. `same` else.
 *
 * Days that follow each other are alike, so that a week of them says less than seven: the variance of a mean grows by
 * 1 + 2 r (1 - 1/n) where neighbours correlate by r (Bartlett 1946, J R Stat Soc Suppl 8:27), and the degrees of freedom are
 * those of the smaller week, fewer than Welch's own.
 *
 * @returns null with fewer than four values in either week: then there is nothing to say
 */
export function changeOf(now: Average | null, before: Average | null, matters: number): Change | null {
  if (!now || !before || now.n < leastCompared || before.n < leastCompared) return null;
  const difference = now.mean - before.mean;
  const error = Math.sqrt(varianceOfMean(now) + varianceOfMean(before));
  const noise = studentQuantile(Math.min(now.n, before.n) - 1) * error;
  if (Math.abs(difference) <= Math.max(noise, matters)) return 'same';
  return difference > 0 ? 'higher' : 'lower';
}

/** Correlation of neighbouring days, on the safe side of what is found for sleep, steps and heart rate. */
const neighbours = 0.3;

function varianceOfMean({ sd, n }: Average): number {
  return (sd! ** 2 / n) * (1 + 2 * neighbours * (1 - 1 / n));
}

/** 97.5 % quantile of the normal distribution. */
const z = 1.959964;

/**
 * The 97.5 % quantile of Student's t, within 0.2 % from 3 degrees of freedom on (Abramowitz & Stegun 1964, 26.7.5).
 */
export function studentQuantile(degrees: number): number {
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}
