/**
 * The instant, ms since 1970, of a date and time in ISO 8601 with seconds and with `Z` or an offset; undefined for
 * any other text and for a day or a time that does not exist. Digits beyond the millisecond are cut off.
 *
 * Recordings are mostly dates, and `Date.parse` needs several times as long; nor does it know 30 February.
 */
import { dayMs, minuteMs } from './time.ts';
export function instantOf(text: string): number | undefined {
  if (text.length < 20 || text.length > 40) return undefined;
  const year = 100 * digits(text, 0) + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  // One that is not a number makes the sum so.
  if (Number.isNaN(year + month + day + hour + minute + second)) return undefined;
  if (
    text.charCodeAt(4) !== dash ||
    text.charCodeAt(7) !== dash ||
    text.charCodeAt(10) !== letterT ||
    text.charCodeAt(13) !== colon ||
    text.charCodeAt(16) !== colon
  ) {
    return undefined;
  }

  let ms = 0;
  let at = 19;
  if (text.charCodeAt(at) === point) {
    let weight = 100;
    for (at++; isDigit(text.charCodeAt(at)); at++) {
      ms += Math.floor(weight) * (text.charCodeAt(at) - zero);
      weight /= 10;
    }
    if (at === 20) return undefined;
  }
  const offset = offsetMinutes(text, at);
  if (offset === undefined) return undefined;

  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const wall = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  // 24:00 is the end of the day.
  if (minute > 59 || second > 59 || wall > dayMs || hour > 24) return undefined;
  return dayCount(year, month, day) * dayMs + wall - offset * minuteMs;
}

/** An instant, ms since 1970, in ISO 8601 in UTC. */
export function isoInstant(at: number): string {
  return new Date(at).toISOString();
}

const [zero, dash, colon, point, plus, letterT, letterZ] = [...'0-:.+TZ'].map((sign) =>
  sign.charCodeAt(0),
) as [number, number, number, number, number, number, number];

function isDigit(code: number): boolean {
  return code >= zero && code <= zero + 9;
}

/** The number of two digits; NaN where there are none. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? 10 * (tens - zero) + (ones - zero) : NaN;
}

/** What follows the time to its end: `Z`, `+hh:mm` or `+hhmm`. */
function offsetMinutes(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if (sign === letterZ) return text.length === at + 1 ? 0 : undefined;
  if (sign !== plus && sign !== dash) return undefined;
  const separated = text.charCodeAt(at + 3) === colon ? 1 : 0;
  const hours = digits(text, at + 1);
  const minutes = digits(text, at + 3 + separated);
  if (text.length !== at + 5 + separated || !(hours < 24 && minutes < 60)) return undefined;
  return (sign === dash ? -1 : 1) * (60 * hours + minutes);
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysBefore = monthDays.map((_, month) =>
  monthDays.slice(0, month).reduce((sum, days) => sum + days, 0),
);

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : monthDays[month - 1]!;
}

/** Days since 1970-01-01. */
function dayCount(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const thisLeapDay = month > 2 && isLeap(year) ? 1 : 0;
  return 365 * (year - 1970) + leapDays + daysBefore[month - 1]! + thisLeapDay + day - 1;
}
