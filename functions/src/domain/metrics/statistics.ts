/** Arithmetic mean; NaN for an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Sample variance (n - 1 in the denominator); NaN for fewer than two values. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return sum / (values.length - 1);
}

/** Sample standard deviation (n - 1). */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/** A mean with what it takes to compare it: the standard deviation (n - 1; null for a single value) and how many there are. */
export interface Average {
  mean: number;
  sd: number | null;
  n: number;
}

/** Null for an empty list. */
export function averageOf(values: readonly number[]): Average | null {
  if (values.length === 0) return null;
  return {
    mean: mean(values),
    sd: values.length > 1 ? standardDeviation(values) : null,
    n: values.length,
  };
}

/** Median; the mean of the two middle values for an even count; NaN for an empty list. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Whether the values are the same but for rounding, so that a variance of them would be noise; true for none. */
export function isFlat(values: ArrayLike<number>): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return !(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)));
}

/** The values that are finite numbers, in their order. */
export function finite(values: ArrayLike<number>): number[] {
  return Array.from(values).filter(Number.isFinite);
}

/**
 * Locally weighted straight lines (Cleveland 1979, J Am Stat Assoc 74:829), without robustness iterations.
 * Each point is fitted from its floor(fraction * n) nearest points, itself among them, with tricube weights.
 *
 * @param x ascending, no two the same; n values
 * @param y n values
 * @returns the fitted y, n values; null when fewer than two points would share a fit
 */
export function lowess(x: ArrayLike<number>, y: ArrayLike<number>, fraction: number): Float64Array | null {
  const n = x.length;
  const size = Math.floor(fraction * n + 1e-10); // 0.3 * 10 is a little less than 3
  if (size < 2) return null;
  const fitted = new Float64Array(n);
  for (let i = 0, left = 0; i < n; i++) {
    while (left + size < n && x[left + size]! - x[i]! < x[i]! - x[left]!) left++;
    fitted[i] = localLine(x, y, i, left, left + size);
  }
  return fitted;
}

/** The value at x[i] of the weighted line through the points left..right-1. */
function localLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  i: number,
  left: number,
  right: number,
): number {
  const radius = Math.max(x[i]! - x[left]!, x[right - 1]! - x[i]!);
  let weights = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let j = left; j < right; j++) {
    const offset = x[j]! - x[i]!;
    const weight = (1 - (Math.abs(offset) / radius) ** 3) ** 3;
    weights += weight;
    sumX += weight * offset;
    sumY += weight * y[j]!;
    sumXX += weight * offset * offset;
    sumXY += weight * offset * y[j]!;
  }
  const spread = weights * sumXX - sumX * sumX;
  // Only the point itself has weight: there is no line to fit.
  if (!(spread > 1e-12 * radius * radius * weights * weights)) return sumY / weights;
  return (sumXX * sumY - sumX * sumXY) / spread;
}
