import type { ExportedSample, ExportedSource, LeftOut } from './exported-sample.ts';
import type { Spool } from './spool.ts';
import { dayMs } from '../../functions/src/domain/time.ts';

/** What reading an export has found, beside the spooled samples. */
export interface Collected {
  sources: ExportedSource[];
  /** How many samples each of the sources has. */
  samplesOf: number[];
  /** How many samples name each time zone. */
  zones: Map<string, number>;
  /** Elements that become no sample, by the reason. */
  leftOut: Map<string, number>;
}

export interface Collector extends Collected {
  add(found: ExportedSample | LeftOut): void;
  leaveOut(reason: string): void;
}

/** One line of the spool. */
export type Spooled = [sample: ExportedSample['sample'], source: number];

/** As the product: what is older or later than this is refused there. */
const earliest = Date.UTC(2000, 0, 1);
/** Real exports have tens. */
const mostSources = 10_000;
const mostReasons = 1_000;

/** Takes the samples of an export as they come. @param now ms since 1970 */
export function collector(spool: Spool, now: number): Collector {
  const sources: ExportedSource[] = [];
  const samplesOf: number[] = [];
  const places = new Map<string, number>();
  const zones = new Map<string, number>();
  const leftOut = new Map<string, number>();

  const placeOf = (source: ExportedSource): number => {
    const key = JSON.stringify([source.name, source.version, source.hardware]);
    const known = places.get(key);
    if (known !== undefined) return known;
    if (sources.length >= mostSources) {
      throw new RangeError(`The export names more than ${mostSources} sources; no export does.`);
    }
    // A copy: the attributes of an element keep the piece of the file alive that they were cut from.
    sources.push(structuredClone(source));
    places.set(key, sources.length - 1);
    return sources.length - 1;
  };
  const count = (counts: Map<string, number>, name: string): void => {
    const key = counts.has(name) || counts.size < mostReasons ? name : 'others';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };

  return {
    sources,
    samplesOf,
    zones,
    leftOut,
    leaveOut(reason) {
      count(leftOut, reason);
    },
    add(found) {
      if ('leftOut' in found) {
        count(leftOut, found.leftOut);
        return;
      }
      const { sample, start, source } = found;
      if (start < earliest || start > now + dayMs) {
        count(leftOut, `${sample.sampleType}: before 2000 or in the future`);
        return;
      }
      const zone = sample.metadata?.['HKTimeZone'];
      if (typeof zone === 'string') count(zones, zone);
      const place = placeOf(source);
      samplesOf[place] = (samplesOf[place] ?? 0) + 1;
      const spooled: Spooled = [sample, place];
      spool.add(Math.floor(start / dayMs), JSON.stringify(spooled));
    },
  };
}

/** The zone that most samples name, if any. */
export function commonestZone(zones: ReadonlyMap<string, number>): string | undefined {
  const sorted = [...zones].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted[0]?.[0];
}
