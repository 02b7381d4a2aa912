import { minuteMs } from '../time.ts';

/** How far an estimate has been from the truth on people that its model had not seen, minutes. */
export interface HeldOutError {
  /** Median of estimate minus truth. */
  biasMinutes: number;
  /** Within this of the median lies the error of 9 people in 10, by the conformal count below. */
  halfWidthMinutes: number;
}

/** Of a night whose bedtime was estimated, for one kind of heart rate. */
export interface HeldOutErrors {
  tst: HeldOutError;
  midpoint: HeldOutError;
}

export type Interval = [low: number, high: number];

/** The share of people whose truth an interval is to hold. */
export const coverage = 0.9;
/** An interval wider than three hours says so little that no duration is told. */
const widestToldMinutes = 180;

/** 90 % interval of the minutes asleep of a night; nobody sleeps less than not at all. */
export function sleepInterval(tstMinutes: number, error: HeldOutError): Interval {
  const [low, high] = around(tstMinutes, error);
  return [Math.max(0, low), Math.max(0, high)];
}

/** 90 % interval of the middle of sleep, ms. */
export function midpointInterval(midpoint: number, error: HeldOutError): Interval {
  const [low, high] = around(0, error);
  return [midpoint + low * minuteMs, midpoint + high * minuteMs];
}

/** Whether a duration with this interval, minutes, says enough to be told. */
export function isToldAsDuration([low, high]: Interval): boolean {
  return high - low <= widestToldMinutes;
}

function around(estimate: number, { biasMinutes, halfWidthMinutes }: HeldOutError): Interval {
  const centre = estimate - biasMinutes;
  return [centre - halfWidthMinutes, centre + halfWidthMinutes];
}
