const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Local time minus UTC, ms, of an IANA zone at an instant, ms. By the parts of a date, which every engine has that a
 * phone's app runs on; the domain's own way asks `Intl` for names of offsets.
 *
 * @throws RangeError for a name that is no time zone
 */
export function offsetAt(timeZone: string, at: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  const wall = Date.UTC(year!, month! - 1, day, hour! % 24, minute, second);
  return wall - Math.floor(at / 1000) * 1000;
}
