import { layMinutes, minuteMeans, minuteTotals, samplesNear } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import type { HabitualNight, Segment, SleepState, Span } from './sleep.ts';
import type { ModelRange } from './model-range.ts';
import type { HeldOutErrors } from './sleep-interval.ts';
import { modality, sleepFeatures, spreadOf } from './sleep-features.ts';
import { finite } from './statistics.ts';
import type { LocalDay, Window } from '../samples/window.ts';
import { hourMs, minuteMs } from '../time.ts';

/** A time in bed that the sleep model may stage, with the model's input. */
export interface NightToStage extends Bedtime {
  day: string;
  minutes: number;
  /** Names the threshold that belongs to this kind of input. */
  modality: string;
  /** Row-major [5 x minutes], see sleep-features.ts. */
  features: Float32Array;
  /** Robust standard deviation of the heart rate, of which the features know nothing any more. */
  spreadBpm: number;
}

/** A stay in bed: as a source told it, or as rest and heart rate show it. */
export interface Bedtime extends Span {
  told: boolean;
}

/** The model was trained on whole nights: it is not asked about less than an hour or more than twelve. */
const shortestStagedMs = hourMs;
const longestStagedMs = 12 * hourMs;

/** The model's question about a stay in bed; null where there is too little heart rate, or the stay is too short or too long. */
export function nightToStage(
  window: Window,
  day: string,
  bed: Bedtime,
  samples: readonly Sample[],
): NightToStage | null {
  const length = bed.end - bed.start;
  if (length < shortestStagedMs || length > longestStagedMs) return null;
  const start = Math.floor(bed.start / minuteMs) * minuteMs;
  const grid = layMinutes({ days: window.days, start, end: bed.end }, []);
  const heartRate = minuteMeans(grid, samplesNear(samples, start, bed.end), 'heartRate');
  const mode = modality(heartRate);
  if (mode === null) return null;
  return {
    day,
    told: bed.told,
    start,
    end: bed.end,
    minutes: grid.count,
    modality: mode,
    // The model's activity channel is an accelerometer feature that HealthKit does not give.
    features: sleepFeatures(heartRate, null),
    spreadBpm: spreadOf(finite(heartRate)),
  };
}

const restSmoothingMinutes = 5;
/** A shorter rest is not taken for a night. */
const shortestRestMs = 180 * minuteMs;
/** Of an estimated stay in bed this much must lie in the habitual night. */
const leastInNight = 0.75;
/** Or the watch was worn for so much of the day, so that its lowest heart rate is not that of a chair. */
const leastWorn = 0.9;
/** Below this contrast between low and high, bpm, heart rate does not tell rest from waking. */
const leastContrast = 8;

/**
 * Where between the day's low and high heart rate rest ends. Chosen by `npm run evaluate-sleep`, which also tells what a
 * choice made on other people does.
 */
export const restLevel = 0.7;
/** More than this share of the contrast a single minute cannot say for or against rest. */
const mostOfMinute = 0.5;

/**
 * When a person was probably in bed in the night that ends on `day`: the longest rest of the 24 hours up to noon, where it lies
 * in the habitual night; else, for those who sleep late or by day, that of the 24 hours up to 18:00 or to the end of the
 * habitual night, where it lies in a habit that was learned or the watch was worn nearly all of the time. Without the latter
 * quiet sitting would be the night of everybody whose watch spends it on the charger.
 *
 * Null when heart rate does not tell. How often it is right is in the model card.
 *
 * @param samples in the order of time
 * @param asleep sleep that a source told, which is no part of the night that is looked for
 */
export function estimatedBedtime(
  window: Window,
  day: LocalDay,
  samples: readonly Sample[],
  {
    habitual: { night, learned },
    asleep = [],
    level = restLevel,
  }: { habitual: HabitualNight; asleep?: readonly Span[]; level?: number },
): Span | null {
  const inNight = (rest: Span) =>
    Math.min(rest.end, night.end) - Math.max(rest.start, night.start) >=
    leastInNight * (rest.end - rest.start);
  const noon = day.start + 12 * hourMs;
  const early = longestRest(window, noon, samples, asleep, level);
  // One that reaches noon may go on.
  if (early && inNight(early.rest) && early.rest.end < noon - restSmoothingMinutes * minuteMs)
    return early.rest;
  const late = longestRest(window, Math.max(noon + 6 * hourMs, night.end), samples, asleep, level);
  if (!late || late.rest.end > day.end) return null;
  return (learned && inNight(late.rest)) || late.worn >= leastWorn ? late.rest : null;
}

/**
 * The span of the 24 hours up to `end` whose minutes speak most for rest in all, and the share of them in which a wearable was
 * worn. A minute speaks for rest by how far its heart rate lies below 70 % of the way from those hours' 10th to their 90th
 * percentile, and against it by how far it lies above; a minute with steps, told sleep or without the watch against it. So a
 * restless quarter of an hour does not end a night, and an evening on the sofa adds little to it.
 */
function longestRest(
  window: Window,
  until: number,
  samples: readonly Sample[],
  asleep: readonly Span[],
  level: number,
): { rest: Span; worn: number } | null {
  const start = until - 24 * hourMs;
  const end = Math.min(until, window.end);
  if (end - start < shortestRestMs) return null;

  const near = samplesNear(samples, start, end);
  const grid = layMinutes({ days: window.days, start, end }, near);
  const smooth = smoothed(minuteMeans(grid, near, 'heartRate'), restSmoothingMinutes);
  const steps = minuteTotals(grid, near, 'stepCount').resolved;
  const known = smooth.filter((bpm) => !Number.isNaN(bpm)).sort();
  if (known.length * minuteMs < 2 * shortestRestMs) return null;
  const low = known[Math.floor(known.length * 0.1)]!;
  const high = known[Math.floor(known.length * 0.9)]!;
  if (high - low < leastContrast) return null;

  const told = new Uint8Array(grid.count);
  for (const span of asleep)
    told.fill(1, Math.max(0, (span.start - start) / minuteMs), Math.max(0, (span.end - start) / minuteMs));
  let best = { start, end: start, rest: 0 };
  let from = 0;
  let rest = 0;
  let worn = 0;
  for (let i = 0; i < grid.count; i++) {
    worn += grid.worn[i]!;
    if (rest <= 0) [from, rest] = [i, 0];
    const still = grid.worn[i] === 1 && !told[i] && !(steps[i]! > 0) && !Number.isNaN(smooth[i]!);
    const depth = still ? level - (smooth[i]! - low) / (high - low) : -mostOfMinute;
    rest += Math.max(-mostOfMinute, Math.min(mostOfMinute, depth));
    if (rest > best.rest) best = { start: start + from * minuteMs, end: start + (i + 1) * minuteMs, rest };
  }
  if (best.end - best.start < shortestRestMs || best.end - best.start > longestStagedMs) return null;
  return { rest: { start: best.start, end: best.end }, worn: worn / ((until - start) / minuteMs) };
}

/** Centred moving mean of the minutes that have a value. */
function smoothed(values: Float64Array, width: number): Float64Array {
  const reach = width >> 1;
  return values.map((_, i) => {
    let sum = 0;
    let n = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
      if (Number.isNaN(values[j]!)) continue;
      sum += values[j]!;
      n++;
    }
    return n ? sum / n : NaN;
  });
}

/** What decides between the model's probabilities, from 0 to 1; its manifest has them for each kind of input. */
export interface StageThresholds {
  /** P(wake) above which a minute is wake. */
  wake: number;
  /** P(REM) / (P(NREM) + P(REM)) above which a minute asleep is REM. NREM is so common that 0.5 would miss REM. */
  rem: number;
}

/** How the model's answer is read. */
export interface StagingRule extends StageThresholds {
  /** Without it every night is answered. */
  range?: ModelRange;
  /** Of nights whose bedtime was estimated; without it they are told as they are. */
  errors?: HeldOutErrors;
}

const modelStates: SleepState[] = ['awake', 'nrem', 'rem'];

/**
 * Turns the model's probabilities into segments. A minute is wake when P(wake) is above its threshold, else
 * REM or NREM by theirs. The model answers for every minute of the window; of a minute without heart rate, not
 * even an interpolated one, it knows nothing, so that minute is only time in bed.
 *
 * Each minute stands alone. A hidden Markov model over them was tried: it takes most awakenings away (see the model card).
 *
 * @param probabilities [minutes x 3]: wake, NREM, REM
 * @returns the segments, and the mean probability of what was chosen
 */
export function stagedSegments(
  { start, minutes, features }: Pick<NightToStage, 'start' | 'minutes' | 'features'>,
  probabilities: Float32Array,
  thresholds: StageThresholds,
): { segments: Segment[]; confidence: number } {
  const segments: Segment[] = [];
  const heartRateValid = features.subarray(minutes, 2 * minutes);
  let sum = 0;
  let known = 0;
  const add = (state: SleepState, at: number): void => {
    const last = segments.at(-1);
    if (last?.state === state) last.end = at + minuteMs;
    else segments.push({ start: at, end: at + minuteMs, state });
  };
  for (let i = 0; i < minutes; i++) {
    const at = start + i * minuteMs;
    if (heartRateValid[i] !== 1) {
      add('inBed', at);
      continue;
    }
    const [wake, nrem, rem] = [probabilities[3 * i]!, probabilities[3 * i + 1]!, probabilities[3 * i + 2]!];
    const chosen = wake > thresholds.wake ? 0 : rem > thresholds.rem * (nrem + rem) ? 2 : 1;
    sum += probabilities[3 * i + chosen]!;
    known++;
    add(modelStates[chosen]!, at);
  }
  return { segments, confidence: sum / known };
}
