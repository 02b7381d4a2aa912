import { hourMs, minuteMs } from '../time.ts';
import {
  joined,
  lowerBound,
  sleepMinutes,
  type Period,
  type Segment,
  type SleepSource,
  type Span,
} from './sleep.ts';
import {
  isToldAsDuration,
  midpointInterval,
  sleepInterval,
  type HeldOutErrors,
  type Interval,
} from './sleep-interval.ts';

/** One night (AASM terms). Minutes are minutes; instants are ms since 1970; a number that is not known is null. */
export interface Night {
  /** The local day that it ends on. */
  day: string;
  source: SleepSource;
  /** Who told when the person was in bed: a source of HealthKit, rest and heart rate, or nobody. */
  bedtime: 'healthkit' | 'estimated' | 'unknown';
  /** The stay in bed where it is known, else the sleep period. */
  start: number;
  end: number;
  /** First and last minute asleep. */
  onset: number | null;
  wake: number | null;
  /** Midway between the two. */
  midpoint: number | null;
  tibMinutes: number | null;
  /** Of an estimated night its best estimate; null where that is too wide to be told. */
  tstMinutes: number | null;
  solMinutes: number | null;
  wasoMinutes: number | null;
  /** Sleep efficiency TST / TIB, 0 to 1: only where a source told the time in bed. */
  se: number | null;
  /** TST / (wake - onset), 0 to 1. */
  sleepMaintenance: number | null;
  /** Wake bouts of at least 1 and at least 5 minutes between onset and final awakening. */
  awakenings: number | null;
  awakeningsOver5Minutes: number | null;
  /** Minutes of each stage that the source tells apart. */
  stageMinutes: Partial<Record<'core' | 'deep' | 'rem' | 'nrem' | 'awake', number>> | null;
  /** Minutes between onset and final awakening of which the source says nothing; they count neither way. */
  unscoredMinutes: number | null;
  /** Minutes between the two in which no device said anything at all, in stretches of more than 20 minutes. */
  silentMinutes: number;
  /** The stretch that was not measured, where it is too much of the night to know the rest; out of every mean. */
  partial: { from: number; to: number } | null;
  /** The 90 % intervals of a night whose bedtime was found from heart rate; such a night is not a measured one. */
  estimated: { tstMinutes: Interval; midpoint: Interval } | null;
  /** Mean probability of the stages the model chose; null where no model was used. */
  confidence: number | null;
}

/** A shorter silence cannot be told from a watch at rest: 99 % of the pauses in the recordings we measured are under 18 minutes. */
export const shortestSilenceMs = 20 * minuteMs;
/** No night is longer: what is silent after it is no part of one. */
const longestNightMs = 12 * hourMs;
/** A night with a larger share of silence is partial. */
const mostSilent = 0.1;

/** What is known around a night. */
export interface Surroundings {
  /** The stay in bed, where a source told it. */
  bed: Span | null;
  /** The same as a phone told it, which a wearable that falls silent does not take with it. */
  bedByPhone: Span | null;
  /** Instants at which some device shows that somebody was there, sorted. */
  signs: Float64Array;
  /** Until when samples are known. */
  knownUntil: number;
  /** When the habitual night ends; null while no habit is known. */
  habitualEnd: number | null;
}

/**
 * The numbers of one night. Without a time in bed there is no efficiency and no latency; of a partial night there are only the
 * minutes that were measured.
 */
export function nightOf(
  day: string,
  period: Period,
  around: Surroundings,
  confidence: number | null = null,
): Night {
  const { source, segments } = period;
  const [onset, wake] = [period.start, period.end];
  const tst = sleepMinutes(period);
  const { bed } = around;
  const stay = bed ? { start: Math.min(bed.start, onset), end: Math.max(bed.end, wake) } : null;
  // Plain sleep does not tell wake: a gap in it may be either. A total tells nothing of when.
  const tellsWake = source === 'healthkit-stages' || source === 'sleep-model';
  const isTotal = source === 'app-total';
  const { partial, silentMinutes } = isTotal
    ? { partial: null, silentMinutes: 0 }
    : silenceOf(period, stay ?? period, around);
  const whole = partial === null;
  const bouts = wakeBouts(segments, onset, wake);
  const waso = bouts.reduce((sum, bout) => sum + bout, 0) / minuteMs;
  const tib = stay && (stay.end - stay.start) / minuteMs;
  const told = <T>(value: T): T | null => (whole && !isTotal ? value : null);
  // Only a known time in bed before the first sleep tells how long falling asleep took; the model must have seen it.
  const sawBed =
    bed !== null &&
    bed.start < onset &&
    (source !== 'sleep-model' || segments.every(({ end, state }) => end > onset || state === 'awake'));

  return {
    day,
    source,
    bedtime: stay ? 'healthkit' : 'unknown',
    start: stay?.start ?? onset,
    end: stay?.end ?? wake,
    onset: isTotal ? null : onset,
    wake: told(wake),
    midpoint: told((onset + wake) / 2),
    tibMinutes: tib,
    tstMinutes: tst,
    solMinutes: sawBed ? told((onset - bed.start) / minuteMs) : null,
    wasoMinutes: tellsWake ? told(waso) : null,
    se: tib && whole ? Math.min(1, tst / tib) : null,
    sleepMaintenance: told(tst / ((wake - onset) / minuteMs)),
    awakenings: tellsWake ? told(bouts.filter((bout) => bout >= minuteMs).length) : null,
    awakeningsOver5Minutes: tellsWake ? told(bouts.filter((bout) => bout >= 5 * minuteMs).length) : null,
    stageMinutes: tellsWake ? stageMinutes(segments) : null,
    unscoredMinutes: isTotal ? null : (wake - onset) / minuteMs - tst - waso,
    silentMinutes,
    partial,
    estimated: null,
    confidence,
  };
}

/**
 * Which part of a night no device said anything of. It is partial where that is more than a tenth of the stay in bed, or where
 * the devices were silent before the sleep begins or after it ends: then it is not known to begin or end there.
 *
 * A source beside which nothing shows whether its device was worn is believed about the pauses in its own sleep.
 */
function silenceOf(
  { segments, start, end }: Period,
  stay: Span,
  { bedByPhone, signs, knownUntil, habitualEnd }: Surroundings,
): Pick<Night, 'partial' | 'silentMinutes'> {
  const [first, last] = [lowerBound(signs, start), lowerBound(signs, end)];
  const isWatched = last - first >= (end - start) / hourMs;
  const heard = [...signs.subarray(lowerBound(signs, stay.start), lowerBound(signs, stay.end))];
  const told = [
    ...(isWatched ? segments.filter(({ state }) => state !== 'inBed') : [{ start, end }]),
    ...heard.map((at) => ({ start: at, end: at })),
  ];
  const known = joined(told, 1);
  const silences = silentBetween(known, stay);
  const edges = isWatched ? [beforeSleep(), afterSleep()].filter((gap) => gap !== null) : [];
  const isPartial = edges.length > 0 || silentIn(silences) > mostSilent * (stay.end - stay.start);
  const [longest] = [...edges, ...silences].sort((a, b) => b.end - b.start - (a.end - a.start));
  return {
    partial: isPartial && longest ? { from: longest.start, to: longest.end } : null,
    silentMinutes: silentIn(silentBetween(known, { start, end })) / minuteMs,
  };

  // What lies within a minute of the sleep is its own edge.
  function beforeSleep(): Span | null {
    const heardAt = signs[lowerBound(signs, start - minuteMs) - 1] ?? -Infinity;
    const wentToBed = bedByPhone && bedByPhone.start <= start ? bedByPhone.start : -Infinity;
    if (start - Math.max(heardAt, wentToBed) <= shortestSilenceMs) return null;
    return { start: Math.max(heardAt, Math.min(stay.start, start - shortestSilenceMs)), end: start };
  }

  function afterSleep(): Span | null {
    const heardAt = signs[lowerBound(signs, end + minuteMs)] ?? Infinity;
    const gotUp = bedByPhone && bedByPhone.end >= end ? bedByPhone.end : Infinity;
    if (Math.min(heardAt, gotUp) - end <= shortestSilenceMs) return null;
    // The samples end with the sleep: whether it goes on, only a habit tells.
    if (heardAt === Infinity && habitualEnd !== null && end >= habitualEnd - hourMs) return null;
    const until = stay.end > end ? stay.end : Math.min(knownUntil, end + longestNightMs);
    return { start: end, end: Math.min(heardAt, until) };
  }
}

/** The stretches of a span that no known one covers, if they are longer than a watch at rest is silent. */
function silentBetween(known: readonly Span[], { start, end }: Span): Span[] {
  const edges = [{ start, end: start }, ...known, { start: end, end }];
  return edges
    .slice(1)
    .map((next, i) => ({ start: Math.max(start, edges[i]!.end), end: Math.min(end, next.start) }))
    .filter((gap) => gap.end - gap.start > shortestSilenceMs);
}

function silentIn(gaps: readonly Span[]): number {
  return gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0);
}

/** Whether a night is measured well enough for a mean. */
export function isWhole({ partial, silentMinutes, estimated }: Night): boolean {
  return partial === null && silentMinutes === 0 && estimated === null;
}

/**
 * A night whose bedtime was found from heart rate, as far as it may be told: the minutes asleep and the midpoint, each less the
 * median error that such estimates had on people the model had not seen, with their 90 % intervals. Onset and waking are what
 * the two of them say, to read and not to compute with. The minutes are null where their interval is wider than three hours.
 */
export function estimatedNight(
  day: string,
  period: Period,
  errors: HeldOutErrors,
  confidence: number,
): Night {
  const tst = sleepInterval(sleepMinutes(period), errors.tst);
  const middle = (period.start + period.end) / 2;
  const midpoint = midpointInterval(middle, errors.midpoint);
  const centre = middle - errors.midpoint.biasMinutes * minuteMs;
  const half = Math.max(0, (period.end - period.start) / 2 - (errors.tst.biasMinutes * minuteMs) / 2);
  return {
    day,
    source: period.source,
    bedtime: 'estimated',
    start: centre - half,
    end: centre + half,
    onset: centre - half,
    wake: centre + half,
    midpoint: centre,
    tibMinutes: null,
    tstMinutes: isToldAsDuration(tst) ? Math.max(0, sleepMinutes(period) - errors.tst.biasMinutes) : null,
    solMinutes: null,
    wasoMinutes: null,
    se: null,
    sleepMaintenance: null,
    awakenings: null,
    awakeningsOver5Minutes: null,
    stageMinutes: null,
    unscoredMinutes: null,
    silentMinutes: 0,
    partial: null,
    estimated: { tstMinutes: tst, midpoint },
    confidence,
  };
}

/** Lengths of the stretches awake between onset and final awakening, ms. */
function wakeBouts(segments: readonly Segment[], onset: number, wake: number): number[] {
  const bouts: number[] = [];
  let previousEnd = -Infinity;
  for (const { state, start, end } of segments) {
    if (state !== 'awake' || start < onset || end > wake) continue;
    if (start === previousEnd) bouts[bouts.length - 1]! += end - start;
    else bouts.push(end - start);
    previousEnd = end;
  }
  return bouts;
}

function stageMinutes(segments: readonly Segment[]): NonNullable<Night['stageMinutes']> {
  const minutes: NonNullable<Night['stageMinutes']> = {};
  for (const { state, start, end } of segments) {
    if (state === 'inBed' || state === 'asleep') continue;
    minutes[state] = (minutes[state] ?? 0) + (end - start) / minuteMs;
  }
  return minutes;
}
