export interface Cosinor {
  /** Rhythm-adjusted mean, in the unit of the values. */
  mesor: number;
  /** Half of the fitted peak-to-trough difference, in the unit of the values. */
  amplitude: number;
  /** Local clock hour of the fitted peak, in [0, 24); null when the values do not vary. */
  acrophaseHour: number | null;
  /** Share of the variance that the fit explains, 0 to 1; null when the values do not vary. */
  r2: number | null;
}

/**
 * Single-component cosinor with a period of 24 h: least squares of x(t) = M + A cos(2 pi (t - acrophase) / 24 h),
 * where t is the local clock time at which an epoch starts (Cornelissen 2014, Theor Biol Med Model 11:16).
 *
 * @param values one per epoch, any unit; an epoch that is NaN is left out
 * @param clockMinutes local clock minute of each epoch, 0..1439
 * @returns null when the measured epochs lie at fewer than three clock times
 */
export function cosinor(values: Float64Array, clockMinutes: Uint16Array): Cosinor | null {
  const times = new Set<number>();
  let n = 0;
  let level = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    times.add(clockMinutes[i]!);
    n++;
    level += value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (times.size < 3) return null;
  if (low === high) return { mesor: low, amplitude: 0, acrophaseHour: null, r2: null };
  level /= n;

  // Normal equations in centred values: [n c s; c cc cs; s cs ss] * [m b g] = [0 cy sy].
  let c = 0;
  let s = 0;
  let cc = 0;
  let cs = 0;
  let ss = 0;
  let cy = 0;
  let sy = 0;
  let yy = 0;
  for (let i = 0; i < values.length; i++) {
    const y = values[i]! - level;
    if (Number.isNaN(y)) continue;
    const angle = (2 * Math.PI * clockMinutes[i]!) / 1440;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    c += cosine;
    s += sine;
    cc += cosine * cosine;
    cs += cosine * sine;
    ss += sine * sine;
    cy += cosine * y;
    sy += sine * y;
    yy += y * y;
  }
  // What remains of the two equations when the first is solved for m.
  const a = cc - (c * c) / n;
  const b = cs - (c * s) / n;
  const d = ss - (s * s) / n;
  const determinant = a * d - b * b;
  const beta = (d * cy - b * sy) / determinant;
  const gamma = (a * sy - b * cy) / determinant;

  const hour = (Math.atan2(gamma, beta) * 12) / Math.PI;
  return {
    mesor: level - (beta * c + gamma * s) / n,
    amplitude: Math.hypot(beta, gamma),
    acrophaseHour: (hour + 24) % 24,
    r2: (beta * cy + gamma * sy) / yy,
  };
}
