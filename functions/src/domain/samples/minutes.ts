import { offsetAt } from '../local-time.ts';
import { dayMs, minuteMs } from '../time.ts';
import type { Sample, SourceKind } from './sample.ts';
import { longestResolvedMs, ruleOf, type SampleType } from './sample-types.ts';
import type { Window } from './window.ts';

/** A window cut into minutes. Index i is the minute that begins at `start + i * 60000`. */
export interface Minutes {
  start: number;
  count: number;
  /** Index into the window's days. */
  day: Uint16Array;
  /** Local clock minute, 0 to 1439. */
  clock: Uint16Array;
  /** Whether anything tells when a wearable was worn; where nothing does, `worn` is 0 throughout and means nothing. */
  wearKnown: boolean;
  /** 1 where a wearable was worn. */
  worn: Uint8Array;
  /** The same from a day before `start` on, where the night that ends on the first day begins. */
  wornBefore: Uint8Array;
  /** 1 where the watch was worn, and where another wearable was. */
  watchWorn: Uint8Array;
  otherWorn: Uint8Array;
}

/** Values of a cumulative type by minute. */
export interface MinuteTotals {
  /** What the minute adds to its day's total; NaN where no source says anything. */
  total: Float64Array;
  /** The same where the minute itself is known; NaN where only a long sample covers it, or nothing does. */
  resolved: Float64Array;
}

const quarterMs = 15 * minuteMs;
/** The night that ends on the first day begins the day before. */
export const leadInMs = dayMs;
const leadInMinutes = leadInMs / minuteMs;

/**
 * A wearable that is worn measures at least every few minutes (in the recordings we measured, 99 % of the gaps are
 * under 18 minutes), so a longer silence than this means that it was off.
 */
export const wearGapMinutes = 30;

/** Only a sensor on the body measures these, whichever device its app writes under: rings write under the phone's name. */
const bodySensors: ReadonlySet<SampleType> = new Set<SampleType>([
  'heartRate',
  'heartRateVariabilitySDNN',
  'heartRateVariabilityRMSSD',
  'respiratoryRate',
  'oxygenSaturation',
  'activityCount',
]);
/** A worn wearable sends these all the time. Basal energy is no evidence: it is estimated without a sensor. */
const wearableTotals: ReadonlySet<SampleType> = new Set<SampleType>(['activeEnergyBurned', 'appleStandTime']);
/** No zeros are sent of these, and no steps may be sleep, a chair or a drawer: they are signs of life, and silence is nothing. */
const movement: ReadonlySet<SampleType> = new Set<SampleType>([
  'stepCount',
  'distanceWalkingRunning',
  'appleExerciseTime',
]);
/** A wearable that is worn for less than this, all in all, was somebody's single measurement. */
const leastWornMinutes = 60;

const kinds: SourceKind[] = ['watch', 'phone', 'other'];

/** Share of the minutes between two instants, up to a day before the window, in which a wearable was worn. */
export function wornShare({ start, wornBefore }: Minutes, from: number, to: number): number {
  const [first, last] = [from, to].map((at) => Math.round((at - start) / minuteMs) + leadInMinutes) as [
    number,
    number,
  ];
  let worn = 0;
  for (let i = Math.max(0, first); i < Math.min(wornBefore.length, last); i++) worn += wornBefore[i]!;
  return worn / (last - first);
}

/** How far outside of a window a sample may begin and still say something about one of its minutes. */
const reachMs = longestResolvedMs + wearGapMinutes * minuteMs;

/** The samples, given in the order of time, that say something about the minutes between two instants. */
export function samplesNear(samples: readonly Sample[], start: number, end: number): readonly Sample[] {
  return samples.slice(indexAt(samples, start - reachMs), indexAt(samples, end + reachMs));
}

/** The index of the first sample that starts at `at` or later. */
function indexAt(samples: readonly Sample[], at: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.start < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lays the minutes out over a window and finds out when a wearable was worn. */
export function layMinutes(window: Window, samples: readonly Sample[]): Minutes {
  const { start } = window;
  const count = Math.max(0, Math.ceil((window.end - start) / minuteMs));
  const day = new Uint16Array(count);
  const clock = new Uint16Array(count);
  let offset = 0;
  for (let i = 0, d = 0; i < count; i++) {
    const at = start + i * minuteMs;
    const today = d;
    while (d + 1 < window.days.length && at >= window.days[d + 1]!.start) d++;
    day[i] = d;
    // Clocks change on quarters of an hour.
    if (i === 0 || d !== today || at % quarterMs < minuteMs) offset = offsetAt(window.days[d]!.timeZone, at);
    clock[i] = ((((at + offset) % dayMs) + dayMs) % dayMs) / minuteMs;
  }
  const watch = wear(start - leadInMs, count + leadInMinutes, samples, 'watch');
  const other = wear(start - leadInMs, count + leadInMinutes, samples, 'other');
  const worn = watch.map((on, i) => on | other[i]!);
  return {
    ...{ start, count, day, clock },
    wearKnown: worn.includes(1),
    worn: worn.subarray(leadInMinutes),
    wornBefore: worn,
    watchWorn: watch.subarray(leadInMinutes),
    otherWorn: other.subarray(leadInMinutes),
  };
}

/** The kind of wearable that a sample shows to have been worn, and whether it alone is evidence. */
function wearableOf({
  type,
  source,
  start,
  end,
  userEntered,
}: Sample): { kind: 'watch' | 'other'; evidence: boolean } | null {
  if (userEntered || end - start > longestResolvedMs) return null;
  const kind = source.kind === 'watch' ? 'watch' : 'other';
  if (bodySensors.has(type)) return { kind, evidence: true };
  if (source.kind === 'phone') return null;
  if (wearableTotals.has(type)) return { kind, evidence: true };
  return movement.has(type) ? { kind, evidence: false } : null;
}

/**
 * Minutes between two signs of life of a kind of wearable that are at most `wearGapMinutes` apart; none where only movement
 * was counted, or nearly nothing.
 */
function wear(start: number, count: number, samples: readonly Sample[], kind: 'watch' | 'other'): Uint8Array {
  const worn = new Uint8Array(count);
  let before = -Infinity;
  let after = Infinity;
  let evident = false;
  for (const sample of samples) {
    const wearable = wearableOf(sample);
    if (wearable?.kind !== kind) continue;
    evident ||= wearable.evidence;
    const first = Math.floor((sample.start - start) / minuteMs);
    const last = Math.max(first, Math.ceil((sample.end - start) / minuteMs) - 1);
    for (let i = Math.max(0, first); i <= Math.min(count - 1, last); i++) worn[i] = 1;
    if (last < 0) before = Math.max(before, last);
    if (first >= count) after = Math.min(after, first);
  }
  if (!evident) return worn.fill(0);
  // A sign of life just outside the window counts: a window does not take the watch off.
  let previous = before;
  for (let i = 0; i <= count; i++) {
    if (i < count && !worn[i]) continue;
    const sign = i < count ? i : after;
    if (sign - previous <= wearGapMinutes) worn.fill(1, Math.max(0, previous + 1), i);
    previous = sign;
  }
  return worn.reduce((sum, on) => sum + on, 0) < leastWornMinutes ? worn.fill(0) : worn;
}

/**
 * The instants at which some device shows that somebody was there, ms since 1970, sorted: what a wearable sends, and steps of
 * any device.
 */
export function signsOfLife(samples: readonly Sample[]): Float64Array {
  const signs: number[] = [];
  for (const sample of samples) {
    const isStep =
      sample.type === 'stepCount' && sample.end - sample.start <= longestResolvedMs && !sample.userEntered;
    if (isStep || wearableOf(sample)) signs.push(sample.start, sample.end);
  }
  return Float64Array.from(signs).sort();
}

/**
 * A cumulative type by minute, of the best source that says something: the watch, else the phone, else another
 * device, never a sum of them. HealthKit sends no zeros: a worn wearable that counts this type at all and sent
 * nothing for a minute counted nothing in it. A sample is spread evenly over its minutes by overlap; several samples
 * of one source in a minute add up; of two sources of one kind the higher counts.
 *
 * A sample of more than an hour is a total: it adds to the day only what it has beyond what is known of its minutes.
 */
export function minuteTotals(minutes: Minutes, samples: readonly Sample[], type: SampleType): MinuteTotals {
  const { count } = minutes;
  const ofSource = new Map<string, Sample[]>();
  const totals: Sample[] = [];
  for (const sample of samples) {
    if (sample.type !== type) continue;
    if (sample.end - sample.start > longestResolvedMs) {
      totals.push(sample);
      continue;
    }
    const key = `${sample.source.kind}|${sample.source.key}`;
    const list = ofSource.get(key);
    if (list) list.push(sample);
    else ofSource.set(key, [sample]);
  }
  const short: ByKind = {};
  // One for all sources: there may be thousands of them, and each looks only at the minutes that it covers.
  const scratch = unknown(count);
  for (const list of ofSource.values()) {
    const known = (short[list[0]!.source.kind] ??= unknown(count));
    const { first, last } = spread(minutes, list, scratch);
    for (let i = first; i <= last; i++) {
      const value = scratch[i]!;
      if (!(known[i]! >= value) && !Number.isNaN(value)) known[i] = value;
    }
    scratch.fill(NaN, first, last + 1);
  }

  const resolved = bestShort(minutes, short);
  if (totals.length === 0) return { total: resolved, resolved };
  const total = resolved.slice();
  const best = kinds.findIndex((kind) => short[kind]);
  for (const sample of totals.sort(byWorth)) addTotal(minutes, sample, best, total);
  return { total, resolved };
}

/** The best kind first; within it the largest, which holds the smaller ones of the same counter. */
function byWorth(a: Sample, b: Sample): number {
  return (
    kinds.indexOf(a.source.kind) - kinds.indexOf(b.source.kind) ||
    b.value - a.value ||
    a.start - b.start ||
    a.end - b.end
  );
}

/**
 * Spreads what a total has beyond the known minutes of its interval over the unknown ones. A total of a worse kind of source
 * than the minutes', where those cover half of its interval, adds nothing.
 *
 * @param best index into `kinds` of the best source of minutes; -1 for none
 */
function addTotal(
  minutes: Minutes,
  { start, end, value, source }: Sample,
  best: number,
  total: Float64Array,
): void {
  const from = (start - minutes.start) / minuteMs;
  const to = (end - minutes.start) / minuteMs;
  const [first, last] = [Math.max(0, Math.floor(from)), Math.min(minutes.count, Math.ceil(to)) - 1];
  let known = 0;
  let open = 0;
  let inside = 0;
  for (let i = first; i <= last; i++) {
    const share = Math.min(to, i + 1) - Math.max(from, i);
    inside += share;
    if (Number.isNaN(total[i]!)) open += share;
    else known += total[i]!;
  }
  const excess = (value * inside) / (to - from) - known;
  const isWorse = best >= 0 && kinds.indexOf(source.kind) > best;
  if (open === 0 || excess < 0 || (isWorse && open < inside / 2)) return;
  for (let i = first; i <= last; i++) {
    if (!Number.isNaN(total[i]!)) continue;
    total[i] = (excess * (Math.min(to, i + 1) - Math.max(from, i))) / open;
  }
}

/** A series of minutes for each kind of source that says anything. */
type ByKind = Partial<Record<SourceKind, Float64Array>>;

function unknown(count: number): Float64Array {
  return new Float64Array(count).fill(NaN);
}

function bestShort({ count, watchWorn, otherWorn }: Minutes, { watch, phone, other }: ByKind): Float64Array {
  const best = unknown(count);
  for (let i = 0; i < count; i++) {
    if (watch && !Number.isNaN(watch[i]!)) best[i] = watch[i]!;
    else if (watch && watchWorn[i]) best[i] = 0;
    else if (phone && !Number.isNaN(phone[i]!)) best[i] = phone[i]!;
    else if (other && !Number.isNaN(other[i]!)) best[i] = other[i]!;
    else if (other && otherWorn[i]) best[i] = 0;
  }
  return best;
}

/**
 * Adds each sample to the minutes it covers, weighted by overlap.
 *
 * @param into NaN where there is none
 * @returns the first and the last minute that any of them covers
 */
function spread(
  minutes: Minutes,
  samples: readonly Sample[],
  into: Float64Array,
): { first: number; last: number } {
  const touched = { first: minutes.count, last: -1 };
  for (const { start, end, value } of samples) {
    const from = (start - minutes.start) / minuteMs;
    const to = (end - minutes.start) / minuteMs;
    const first = Math.floor(from);
    const last = Math.min(minutes.count - 1, Math.max(first, Math.ceil(to) - 1));
    touched.first = Math.min(touched.first, Math.max(0, first));
    touched.last = Math.max(touched.last, last);
    for (let i = Math.max(0, first); i <= last; i++) {
      const share = to > from ? (Math.min(to, i + 1) - Math.max(from, i)) / (to - from) : 1;
      into[i] = (Number.isNaN(into[i]!) ? 0 : into[i]!) + value * share;
    }
  }
  return touched;
}

/** The mean of a discrete type in each minute, of the best source there; NaN where there is no sample. */
export function minuteMeans(minutes: Minutes, samples: readonly Sample[], type: SampleType): Float64Array {
  if (ruleOf(type).kind !== 'discrete') throw new RangeError(`${type} has no mean`);
  const { count } = minutes;
  const sums: ByKind = {};
  const counts: ByKind = {};
  for (const { type: sampled, start, value, source } of samples) {
    if (sampled !== type) continue;
    const i = Math.floor((start - minutes.start) / minuteMs);
    if (i < 0 || i >= count) continue;
    (sums[source.kind] ??= new Float64Array(count))[i]! += value;
    (counts[source.kind] ??= new Float64Array(count))[i]! += 1;
  }
  const means = unknown(count);
  for (const kind of kinds.toReversed()) {
    counts[kind]?.forEach((n, i) => {
      if (n > 0) means[i] = sums[kind]![i]! / n;
    });
  }
  return means;
}
