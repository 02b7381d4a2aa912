import { minuteMs } from '../time.ts';
import type { Sample, SourceKind } from '../samples/sample.ts';
import { sleepValue } from '../samples/sample-types.ts';

/** What a stretch of a night is known to be; `asleep` without a stage, `nrem` only from the sleep model. */
export type SleepState = 'inBed' | 'asleep' | 'awake' | 'core' | 'deep' | 'rem' | 'nrem';

export interface Segment {
  start: number;
  end: number;
  state: SleepState;
}

/** Two instants, ms since 1970. */
export interface Span {
  start: number;
  end: number;
}

/** When a person usually sleeps, in the night that ends on one day. */
export interface HabitualNight {
  night: Span;
  /** The part of it in which they are nearly always asleep. */
  core: Span;
  /** Whether it was learned from the person's own weeks. */
  learned: boolean;
}

/** A sleep period as one source tells it: from the first minute asleep to the last, awakenings inside. */
export interface Period extends Span {
  source: SleepSource;
  segments: Segment[];
  /** Minutes asleep within the span, where the source told only that. */
  totalMinutes?: number;
}

/** Where the sleep of a night comes from, best first. */
export type SleepSource = 'healthkit-stages' | 'healthkit-asleep' | 'app-total' | 'sleep-model';

/** A pause of this length always ends a sleep period; inside the habitual night, only one of `longestBreakMs` does. */
const pauseMs = 60 * minuteMs;
const longestBreakMs = 180 * minuteMs;

const stateOf: Record<number, SleepState> = {
  [sleepValue.inBed]: 'inBed',
  [sleepValue.asleep]: 'asleep',
  [sleepValue.awake]: 'awake',
  [sleepValue.core]: 'core',
  [sleepValue.deep]: 'deep',
  [sleepValue.rem]: 'rem',
};

/** Of what one source says of one instant, the first in this list: stages over plain sleep; wake first, so that sleep is not overstated. */
const stateOrder: SleepState[] = ['awake', 'rem', 'deep', 'core', 'asleep'];
const kindOrder: SourceKind[] = ['watch', 'phone', 'other'];

/** What one source says of a person's sleep, without overlaps and in time order. */
interface SourceSleep {
  kind: SourceKind;
  key: string;
  segments: Segment[];
}

/**
 * Resolves the sleepAnalysis samples of each source into segments that do not overlap; time in bed is left to `staysInBed`.
 */
function sleepOfSources(samples: readonly Sample[]): SourceSleep[] {
  const bySource = Map.groupBy(
    samples.filter(
      ({ type, start, end, value }) => type === 'sleepAnalysis' && end > start && value !== sleepValue.inBed,
    ),
    ({ source }) => `${source.kind}|${source.key}`,
  );
  return [...bySource.values()].map((own) => {
    const { kind, key } = own[0]!.source;
    return { kind, key, segments: resolved(own) };
  });
}

function resolved(samples: readonly Sample[]): Segment[] {
  const changes = samples.flatMap(({ start, end, value }) => {
    const slot = stateOrder.indexOf(stateOf[value]!);
    return [
      { at: start, slot, step: 1 },
      { at: end, slot, step: -1 },
    ];
  });
  changes.sort((a, b) => a.at - b.at);
  const active = new Int32Array(stateOrder.length);
  const segments: Segment[] = [];
  changes.forEach(({ at, slot, step }, i) => {
    active[slot]! += step;
    const next = changes[i + 1]?.at ?? at;
    const winner = active.findIndex((count) => count > 0);
    if (next === at || winner < 0) return;
    const state = stateOrder[winner]!;
    const last = segments.at(-1);
    if (last && last.end === at && last.state === state) last.end = next;
    else segments.push({ start: at, end: next, state });
  });
  return segments;
}

/**
 * The sleep of a person, of one source for each stretch in which anybody tells sleep: the one with stages before one with plain
 * sleep, of equals the one that covers most. Sources are chosen, never united: the edges of a second one would add up.
 *
 * A source with stages gives way to plain sleep that is more than twice as long, because it fell silent; one covers most only
 * if by a tenth, else the watch stands before the phone before others, so that the source does not change every night.
 *
 * @returns sleep without interruption of an hour or more, in time order
 */
export function chosenSleep(samples: readonly Sample[]): Period[] {
  const sources = sleepOfSources(samples);
  return clusters(sources).flatMap(({ start, end }) => {
    const candidates = sources
      .map((source) => candidateOf(source, start, end))
      .filter(({ asleep }) => asleep > 0);
    const most = Math.max(...candidates.map(({ asleep }) => asleep));
    const staged = candidates.filter((one) => one.staged > 0 && 2 * one.asleep >= most);
    const ranked = staged.length > 0 ? staged : candidates;
    const longest = Math.max(...ranked.map(({ asleep }) => asleep));
    const [chosen] = ranked
      .filter(({ asleep }) => asleep >= 0.9 * longest)
      .sort(
        (a, b) =>
          kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) ||
          b.asleep - a.asleep ||
          (a.key < b.key ? -1 : 1),
      );
    return chosen
      ? uninterrupted(chosen.segments, chosen.staged > 0 ? 'healthkit-stages' : 'healthkit-asleep')
      : [];
  });
}

function candidateOf({ kind, key, segments }: SourceSleep, start: number, end: number) {
  const inside = segments.filter((segment) => segment.start < end && segment.end > start);
  return { kind, key, segments: inside, asleep: asleepMs(inside), staged: stagedMs(inside) };
}

/** Stretches in which some source tells sleep, with less than an hour between. */
function clusters(sources: readonly SourceSleep[]): Span[] {
  const all = sources.flatMap(({ segments }) => segments).filter(({ state }) => isAsleep(state));
  return joined(all, pauseMs);
}

/** Spans, given in any order, joined where less than `pause` ms lies between them. */
export function joined(spans: readonly Span[], pause: number): Span[] {
  const united: Span[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last && start - last.end < pause) last.end = Math.max(last.end, end);
    else united.push({ start, end });
  }
  return united;
}

function uninterrupted(segments: readonly Segment[], source: SleepSource): Period[] {
  const periods: Period[] = [];
  for (const segment of segments) {
    const last = periods.at(-1);
    if (last && segment.start - last.segments.at(-1)!.end < pauseMs) last.segments.push(segment);
    else if (isAsleep(segment.state))
      periods.push({ source, segments: [segment], start: segment.start, end: segment.end });
  }
  for (const period of periods) {
    const sleeping = period.segments.filter(({ state }) => isAsleep(state));
    period.start = sleeping[0]!.start;
    period.end = sleeping.at(-1)!.end;
  }
  return periods;
}

/**
 * Joins neighbouring sleep of one source across a break of less than three hours that lies in the habitual night.
 *
 * @param habitual whether a span lies in the person's habitual night
 */
export function sleepPeriods(sleep: readonly Period[], habitual: (gap: Span) => boolean): Period[] {
  const periods: Period[] = [];
  for (const next of sleep) {
    const last = periods.at(-1);
    const isBreak =
      last && next.start - last.end < longestBreakMs && habitual({ start: last.end, end: next.start });
    if (!isBreak) {
      periods.push({ ...next, segments: [...next.segments] });
      continue;
    }
    last.segments.push(...next.segments);
    last.end = next.end;
    if (next.source === 'healthkit-asleep') last.source = next.source;
  }
  return periods;
}

/** Steps at most this far apart are one time out of bed. */
const upPauseMs = 15 * minuteMs;

/**
 * The segments of a period with what the steps between them show: from the first step to the last, the person was awake. The
 * rest of a hole stays open.
 *
 * @param steps instants with steps, sorted
 */
export function withAwakenings(segments: readonly Segment[], steps: Float64Array): Segment[] {
  const filled: Segment[] = [];
  for (const segment of segments) {
    const last = filled.at(-1);
    if (last && segment.start > last.end) {
      const inside = [...steps.subarray(lowerBound(steps, last.end), lowerBound(steps, segment.start))];
      const up = joined(
        inside.map((at) => ({ start: at, end: at })),
        upPauseMs,
      );
      for (const { start, end } of up) if (end > start) filled.push({ start, end, state: 'awake' });
    }
    filled.push(segment);
  }
  return filled;
}

/** The index of the first value that is at least `at`. */
export function lowerBound(sorted: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When sources told the person to be in bed, whoever they are, in time order. */
export function staysInBed(samples: readonly Sample[]): Span[] {
  const told = samples.filter(
    ({ type, start, end, value }) => type === 'sleepAnalysis' && end > start && value === sleepValue.inBed,
  );
  return joined(told, pauseMs);
}

/** What apps told as a total of minutes within a span, without saying which. */
export function totalPeriods(samples: readonly Sample[]): Period[] {
  return samples
    .filter(({ type, start, end }) => type === 'sleepTotal' && end > start)
    .map(({ start, end, value }) => ({ source: 'app-total', segments: [], start, end, totalMinutes: value }));
}

export function isAsleep(state: SleepState): boolean {
  return state !== 'inBed' && state !== 'awake';
}

export function asleepMs(segments: readonly Segment[]): number {
  return segments.reduce((sum, { state, start, end }) => sum + (isAsleep(state) ? end - start : 0), 0);
}

function stagedMs(segments: readonly Segment[]): number {
  return asleepMs(segments.filter(({ state }) => state !== 'asleep'));
}

/** Minutes asleep of a period. */
export function sleepMinutes({ segments, totalMinutes }: Period): number {
  return totalMinutes ?? asleepMs(segments) / minuteMs;
}
