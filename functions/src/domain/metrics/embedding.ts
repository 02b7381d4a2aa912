import { coverageOf, validDayMinutes } from './coverage.ts';
import type { Unavailable } from '../fault.ts';
import { layMinutes, minuteTotals, type Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import { trailingWindow } from '../samples/window.ts';

/** Minutes of the week that the encoder takes: 7 days from local midnight, a column of the input for each minute. */
export const weekMinutes = 7 * 1440;
/** Numbers that it gives. */
export const embeddingSize = 96;

/** What PAT makes of a week: numbers for comparing weeks with each other, without a meaning of their own. */
export interface Embedding {
  values: number[];
  model: { name: string; version: string; sha256: string };
  /** The seven local days, `yyyy-mm-dd`. */
  days: string[];
  /** What was counted. The encoder was trained on the accelerometer counts of an actigraph; steps are a proxy. */
  input: 'stepCount' | 'activityCount';
  /** z-scores over the person's own week, not per minute of the week over many participants, as in the training. */
  standardisation: 'person-week';
  note: string;
}

/** A week as the encoder takes it. */
export interface ActivityWeek {
  /** `weekMinutes` z-scores; 0, the week's mean, where nothing is known. */
  standardised: Float32Array;
  days: string[];
  input: Embedding['input'];
}

const notes: Record<Embedding['input'], string> = {
  activityCount:
    'Approximation: standardised over the own week, not over the participants of the training. ' +
    'The numbers serve to compare weeks; nothing clinical can be read off them.',
  stepCount:
    'Approximation: steps stand in for the accelerometer counts of the training, standardised over the own week, ' +
    'not over the participants of the training. ' +
    'The numbers serve to compare weeks of steps; nothing clinical can be read off them.',
};

const weekDays = 7;

/**
 * The latest seven days in a row with at least 16 hours of wear each: up to the last day, or, while that one is not
 * over, up to the day before.
 *
 * The authors of PAT (Ruan et al. 2024, arXiv 2411.15240) standardise every minute of the week over their
 * participants; those means are not published. Mean and standard deviation (n) of the person's own known minutes
 * stand in for them here. Minutes that are not known, and the hour that a clock change takes out, are 0 afterwards;
 * of the hour that it adds, each minute is the mean of both.
 *
 * @param samples of at least the last eight days, without duplicates, in canonical order
 */
export function activityWeek(samples: readonly Sample[]): ActivityWeek | Unavailable {
  const input = samples.some(({ type }) => type === 'activityCount') ? 'activityCount' : 'stepCount';
  const counted = samples.filter(({ type }) => type === input);
  const window = trailingWindow(samples, weekDays + 1);
  if (!window || counted.length === 0) return { unavailable: 'no-samples' };
  const minutes = layMinutes(window, samples);
  const { days } = coverageOf(window, minutes, []);
  const last = days.at(-1)!.valid ? days.length : days.length - 1;
  const week = days.slice(Math.max(0, last - weekDays), last);
  if (week.length < weekDays || !week.every(({ valid }) => valid)) {
    return { unavailable: 'recording/not-enough-wear' };
  }

  const values = byClock(minutes, minuteTotals(minutes, counted, input).resolved, last - weekDays);
  for (let day = 0; day < weekDays; day++) {
    if (known(values.subarray(day * 1440, (day + 1) * 1440)) < validDayMinutes) {
      return { unavailable: 'recording/unresolved-minutes' };
    }
  }
  const standardised = standardise(values);
  if (!standardised) return { unavailable: 'no-samples' };
  return { standardised, days: week.map(({ day }) => day), input };
}

/** What is stored of the encoder's answer; rounded to the digits that a float32 has. */
export function embeddingOf(
  { days, input }: ActivityWeek,
  values: Float32Array,
  model: Embedding['model'],
): Embedding {
  return {
    values: Array.from(values, (value) => Math.round(value * 1e6) / 1e6),
    model,
    days,
    input,
    standardisation: 'person-week',
    note: notes[input],
  };
}

/** Activity by day and local clock minute, from day `first` of the window on; NaN where it is not known. */
function byClock({ count, day, clock, worn }: Minutes, activity: Float64Array, first: number): Float64Array {
  const sums = new Float64Array(weekMinutes);
  const counts = new Uint8Array(weekMinutes);
  for (let i = 0; i < count; i++) {
    const d = day[i]! - first;
    // Steps that only the phone saw while the watch was off are walks without the rest around them.
    if (d < 0 || d >= weekDays || !worn[i] || Number.isNaN(activity[i]!)) continue;
    const at = d * 1440 + clock[i]!;
    sums[at]! += activity[i]!;
    counts[at]! += 1;
  }
  return sums.map((sum, at) => sum / counts[at]!);
}

function known(values: Float64Array): number {
  return values.reduce((n, value) => (Number.isNaN(value) ? n : n + 1), 0);
}

/** z-scores over the known minutes; null when they are all the same. */
function standardise(values: Float64Array): Float32Array | null {
  const present = values.filter((value) => !Number.isNaN(value));
  const centre = present.reduce((sum, value) => sum + value, 0) / present.length;
  const deviation = Math.sqrt(
    present.reduce((sum, value) => sum + (value - centre) ** 2, 0) / present.length,
  );
  if (!(deviation > 1e-9 * Math.abs(centre))) return null;
  return Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : (value - centre) / deviation));
}
