import { layMinutes, minuteMeans, minuteTotals, samplesNear } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import {
  hasStages,
  shortestNightMs,
  type Episode,
  type Night,
  type Segment,
  type SleepState,
} from './sleep.ts';
import type { ModelRange } from './model-range.ts';
import { modality, sleepFeatures, spreadOf } from './sleep-features.ts';
import { finite } from './statistics.ts';
import type { LocalDay, Window } from '../samples/window.ts';
import { hourMs, minuteMs } from '../time.ts';

/** A time in bed that the sleep model may stage, with the model's input. */
export interface NightToStage {
  day: string;
  bedtime: Night['bedtime'];
  start: number;
  minutes: number;
  /** Names the threshold that belongs to this kind of input. */
  modality: string;
  /** Row-major [5 x minutes], see sleep-features.ts. */
  features: Float32Array;
  /** Robust standard deviation of the heart rate, of which the features know nothing any more. */
  spreadBpm: number;
}

/** The model was trained on whole nights: it is not asked about less than an hour or more than twelve. */
const shortestStagedMs = hourMs;
const longestStagedMs = 12 * hourMs;

/**
 * The nights that have no stages from HealthKit and enough heart rate for the model: inside the time in bed that
 * HealthKit tells, else inside one estimated from rest.
 */
export function nightsToStage(
  window: Window,
  samples: readonly Sample[],
  mainSleeps: ReadonlyMap<string, Episode | null>,
): NightToStage[] {
  const nights: NightToStage[] = [];
  const heartRates = samples.filter(({ type }) => type === 'heartRate');
  for (const day of window.days) {
    const main = mainSleeps.get(day.day) ?? null;
    if (main && hasStages(main)) continue;
    const bed = main ?? estimatedBedtime(window, day, samples);
    if (!bed || bed.end - bed.start < shortestStagedMs || bed.end - bed.start > longestStagedMs) continue;

    const start = Math.floor(bed.start / minuteMs) * minuteMs;
    const grid = layMinutes({ days: window.days, start, end: bed.end }, []);
    const heartRate = minuteMeans(grid, samplesNear(heartRates, start, bed.end), 'heartRate');
    const mode = modality(heartRate);
    if (mode === null) continue;
    nights.push({
      day: day.day,
      bedtime: main ? 'healthkit' : 'estimated',
      start,
      minutes: grid.count,
      modality: mode,
      // The model's activity channel is an accelerometer feature that HealthKit does not give.
      features: sleepFeatures(heartRate, null),
      spreadBpm: spreadOf(finite(heartRate)),
    });
  }
  return nights;
}

const restSmoothingMinutes = 5;
/** Of an estimated stay in bed this much must lie between 21:00 and 9:00. */
const leastInNight = 0.75;
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
 * When a person was probably in bed during the 24 hours up to noon of `day`: the span whose minutes speak most for rest
 * in all. A minute speaks for rest by how far its heart rate lies below 70 % of the way from those 24 hours' 10th to
 * their 90th percentile, and against it by how far it lies above; a minute with steps or without the watch against it.
 * So a restless quarter of an hour does not end a night, and an evening on the sofa adds little to it.
 *
 * Null when heart rate does not tell, when that span is shorter than 3 hours, or when it does not lie in the night:
 * on a day whose night the watch spent on its charger, quiet sitting has the lowest heart rate. How often it is right is
 * in the model card.
 */
export function estimatedBedtime(
  window: Window,
  day: LocalDay,
  samples: readonly Sample[],
  level = restLevel,
): { start: number; end: number } | null {
  const noon = day.start + 12 * hourMs;
  const start = noon - 24 * hourMs;
  const end = Math.min(noon, window.end);
  if (end - start < shortestNightMs) return null;

  const near = samplesNear(samples, start, end);
  const grid = layMinutes({ days: window.days, start, end }, near);
  const smooth = smoothed(minuteMeans(grid, near, 'heartRate'), restSmoothingMinutes);
  const steps = minuteTotals(grid, near, 'stepCount').resolved;
  const known = smooth.filter((bpm) => !Number.isNaN(bpm)).sort();
  if (known.length * minuteMs < 2 * shortestNightMs) return null;
  const low = known[Math.floor(known.length * 0.1)]!;
  const high = known[Math.floor(known.length * 0.9)]!;
  if (high - low < leastContrast) return null;

  let best = { start, end: start, rest: 0 };
  let from = 0;
  let rest = 0;
  for (let i = 0; i < grid.count; i++) {
    if (rest <= 0) [from, rest] = [i, 0];
    const still = grid.worn[i] === 1 && !(steps[i]! > 0) && !Number.isNaN(smooth[i]!);
    const depth = still ? level - (smooth[i]! - low) / (high - low) : -mostOfMinute;
    rest += Math.max(-mostOfMinute, Math.min(mostOfMinute, depth));
    if (rest > best.rest) best = { start: start + from * minuteMs, end: start + (i + 1) * minuteMs, rest };
  }
  if (best.end - best.start < shortestNightMs) return null;
  const inNight = Math.min(best.end, day.start + 9 * hourMs) - Math.max(best.start, day.start - 3 * hourMs);
  return inNight >= leastInNight * (best.end - best.start) ? { start: best.start, end: best.end } : null;
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
