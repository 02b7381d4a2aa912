/**
 * Local calendar time from the IANA zone of a sample, without a library: only offsets are needed, and `Intl`
 * knows them. Days are written `yyyy-mm-dd`; instants are ms since 1970.
 */
import { dayMs, minuteMs } from './time.ts';

const quarterMs = 15 * minuteMs;

interface Zone {
  format: Intl.DateTimeFormat;
  /** Offset of each UTC day that has one offset throughout; NaN where it changes within the day. */
  days: Map<number, number>;
  /** Offsets by quarter of an hour, for the UTC days in which the offset changes. */
  quarters: Map<number, number>;
}

const zones = new Map<string, Zone | null>();

/** Apple also names zones `GMT+0200`; `Intl` wants `+02:00`. */
function canonicalName(name: string): string {
  const fixed = /^(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})?$/.exec(name);
  return fixed ? `${fixed[1]}${fixed[2]!.padStart(2, '0')}:${fixed[3] ?? '00'}` : name;
}

/** No name of a zone is longer; what is not even looked up is not remembered either. */
const longestName = 64;

function zoneOf(name: string): Zone | null {
  if (name.length > longestName) return null;
  // `Intl` takes any spelling in capitals and small letters: one zone must not be remembered in thousands of them.
  const key = name.toLowerCase();
  let zone = zones.get(key);
  if (zone === undefined) {
    try {
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: canonicalName(name),
        timeZoneName: 'longOffset',
      });
      zone = { format, days: new Map(), quarters: new Map() };
    } catch {
      zone = null;
    }
    // The names come from outside: remembering every wrong one would let a sender fill the memory.
    if (zone || zones.size < 1000) zones.set(key, zone);
  }
  return zone;
}

export function isTimeZone(name: string): boolean {
  return zoneOf(name) !== null;
}

function readOffset(zone: Zone, at: number): number {
  const part = zone.format.formatToParts(at).find(({ type }) => type === 'timeZoneName')!.value;
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(part)!;
  if (!match[1]) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return (match[1] === '-' ? -1 : 1) * seconds * 1000;
}

function remembered(offsets: Map<number, number>, key: number, read: () => number): number {
  let offset = offsets.get(key);
  if (offset === undefined) offsets.set(key, (offset = read()));
  return offset;
}

/**
 * Local time minus UTC, in ms, at the instant `at`.
 *
 * @throws RangeError for a name that is no time zone: validate names where they enter.
 */
export function offsetAt(timeZone: string, at: number): number {
  const zone = zoneOf(timeZone);
  if (!zone) throw new RangeError('unknown time zone');
  const utcDay = Math.floor(at / dayMs);
  const whole = remembered(zone.days, utcDay, () => {
    const first = readOffset(zone, utcDay * dayMs);
    return first === readOffset(zone, (utcDay + 1) * dayMs) ? first : NaN;
  });
  if (!Number.isNaN(whole)) return whole;
  // Changes of the clock fall on quarters of an hour in every zone that is in use.
  const quarter = Math.floor(at / quarterMs);
  return remembered(zone.quarters, quarter, () => readOffset(zone, quarter * quarterMs));
}

/** Days since 1970-01-01 of a date written `yyyy-mm-dd`. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs;
}

/** The date, `yyyy-mm-dd`, of a number of days since 1970-01-01. */
export function dayOf(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayOf(dayNumber(day) + days);
}

/** The local day of an instant, as days since 1970-01-01. */
export function localDayNumber(timeZone: string, at: number): number {
  return Math.floor((at + offsetAt(timeZone, at)) / dayMs);
}

/** The local day of an instant, `yyyy-mm-dd`. */
export function localDay(timeZone: string, at: number): string {
  return dayOf(localDayNumber(timeZone, at));
}

/** The first instant of a local day. A day is as long as its zone makes it: 23, 24 or 25 hours. */
export function startOfDay(timeZone: string, day: string): number {
  const wall = dayNumber(day) * dayMs;
  // An offset lies between -12 h and +14 h; walk the candidates from the offsets around that midnight.
  const candidates = [
    wall - offsetAt(timeZone, wall - dayMs / 2),
    wall - offsetAt(timeZone, wall + dayMs / 2),
  ];
  const exact = candidates.filter((at) => at + offsetAt(timeZone, at) === wall);
  // Where the clocks skip midnight, the day begins when they have been put forward.
  return exact.length ? Math.min(...exact) : Math.max(...candidates);
}

/** Local clock minute, 0 to 1439, of an instant. */
export function clockMinute(timeZone: string, at: number): number {
  const local = at + offsetAt(timeZone, at);
  return Math.floor((((local % dayMs) + dayMs) % dayMs) / minuteMs);
}

/** Day of the week of a date: 0 Sunday to 6 Saturday. */
export function weekday(day: string): number {
  return (((dayNumber(day) + 4) % 7) + 7) % 7;
}
