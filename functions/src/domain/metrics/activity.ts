import {
  minuteTotals,
  wearGapMinutes,
  wornShare,
  type Minutes,
  type MinuteTotals,
} from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import type { SampleType } from '../samples/sample-types.ts';
import type { LocalDay, Window } from '../samples/window.ts';
import { minuteMs } from '../time.ts';

/** Activity of one local day; null where nothing was measured. */
export interface ActivityDay {
  day: string;
  steps: number | null;
  distanceMeters: number | null;
  activeEnergyKcal: number | null;
  basalEnergyKcal: number | null;
  exerciseMinutes: number | null;
  flightsClimbed: number | null;
  /** Minutes at a cadence of at least 60 and at least 100 steps/min (Tudor-Locke 2018); null where minutes are unresolved. */
  minutesOver60StepsPerMinute: number | null;
  minutesOver100StepsPerMinute: number | null;
  /** Stretches of at least 30 worn, waking minutes without a step; null unless it is known what was worn and what was slept. */
  sedentaryBouts: number | null;
  longestSedentaryMinutes: number | null;
  /** Whether the day may be averaged: it is over and was measured for most of it. */
  complete: boolean;
}

const dailyTotals = {
  steps: 'stepCount',
  distanceMeters: 'distanceWalkingRunning',
  activeEnergyKcal: 'activeEnergyBurned',
  basalEnergyKcal: 'basalEnergyBurned',
  exerciseMinutes: 'appleExerciseTime',
  flightsClimbed: 'flightsClimbed',
} as const satisfies Partial<Record<keyof ActivityDay, SampleType>>;

const sedentaryBoutMinutes = 30;
/** Waking wear that makes a day of activity, as usual since Troiano 2008 (Med Sci Sports Exerc 40:181). */
const leastWornMinutes = 10 * 60;
/** Worn minutes of which sleep is not known, that leave a day without a statement on sitting. */
const mostOpenMinutes = 120;

/**
 * Per local day the totals, cadence bands and sedentary bouts.
 *
 * @param firstSample when samples begin, ms since 1970
 * @param states for every minute 1 asleep, 0 awake, -1 not known; null where no sleep is known
 */
export function activityDays(
  window: Window,
  minutes: Minutes,
  byType: ReadonlyMap<SampleType, readonly Sample[]>,
  firstSample: number,
  states: Int8Array | null,
): ActivityDay[] {
  const byMinute = new Map<string, MinuteTotals>();
  const totals = new Map<string, (number | null)[]>();
  for (const [name, type] of Object.entries(dailyTotals)) {
    const values = minuteTotals(minutes, byType.get(type) ?? [], type);
    byMinute.set(name, values);
    totals.set(name, sumByDay(window, minutes, values.total));
  }
  const steps = byMinute.get('steps')!;
  return window.days.map((local, d) => {
    const total = (name: keyof typeof dailyTotals): number | null => totals.get(name)![d]!;
    const span = { first: minutes.day.indexOf(d), last: minutes.day.lastIndexOf(d) };
    const cadence = cadenceOf(steps, span);
    const sedentary =
      cadence && states && minutes.wearKnown ? sedentaryBoutsOf(minutes, steps.resolved, states, span) : null;
    return {
      day: local.day,
      steps: total('steps'),
      distanceMeters: total('distanceMeters'),
      activeEnergyKcal: total('activeEnergyKcal'),
      basalEnergyKcal: total('basalEnergyKcal'),
      exerciseMinutes: total('exerciseMinutes'),
      flightsClimbed: total('flightsClimbed'),
      minutesOver60StepsPerMinute: cadence?.over60 ?? null,
      minutesOver100StepsPerMinute: cadence?.over100 ?? null,
      sedentaryBouts: sedentary?.bouts ?? null,
      longestSedentaryMinutes: sedentary?.longest ?? null,
      complete: isComplete(window, local, minutes, firstSample),
    };
  });
}

/**
 * A day that is over to a pause of the sensors, and on which a wearable was worn for ten hours; without a wearable, one before
 * which there are samples: the day on which somebody began is part of a day.
 */
function isComplete(
  window: Window,
  { start, end }: LocalDay,
  minutes: Minutes,
  firstSample: number,
): boolean {
  if (window.end < end - wearGapMinutes * minuteMs) return false;
  if (!minutes.wearKnown) return firstSample < start;
  return wornShare(minutes, start, end) * (end - start) >= leastWornMinutes * minuteMs;
}

/** Sums of a minute series by day; null for a day of which no minute is known. */
export function sumByDay(window: Window, minutes: Minutes, values: Float64Array): (number | null)[] {
  const sums = new Array<number | null>(window.days.length).fill(null);
  for (let i = 0; i < minutes.count; i++) {
    if (Number.isNaN(values[i]!)) continue;
    const d = minutes.day[i]!;
    sums[d] = (sums[d] ?? 0) + values[i]!;
  }
  // Spreading a total over minutes and adding it up again costs a few units in the last place.
  return sums.map((sum) => (sum === null ? null : Math.round(sum * 1e6) / 1e6));
}

/** The minutes of a day; both -1 for a day that has none. */
interface Span {
  first: number;
  last: number;
}

function cadenceOf(
  { resolved, total }: MinuteTotals,
  { first, last }: Span,
): { over60: number; over100: number } | null {
  if (first < 0) return null;
  let known = false;
  let over60 = 0;
  let over100 = 0;
  for (let i = first; i <= last; i++) {
    // A total that says nothing about its minutes leaves the day's bands unknown.
    if (Number.isNaN(resolved[i]!) && !Number.isNaN(total[i]!)) return null;
    if (Number.isNaN(resolved[i]!)) continue;
    known = true;
    if (resolved[i]! >= 60) over60++;
    if (resolved[i]! >= 100) over100++;
  }
  return known ? { over60, over100 } : null;
}

function sedentaryBoutsOf(
  minutes: Minutes,
  resolved: Float64Array,
  states: Int8Array,
  { first, last }: Span,
): { bouts: number; longest: number } | null {
  let bouts = 0;
  let longest = 0;
  let run = 0;
  let worn = 0;
  let open = 0;
  for (let i = first; i <= last + 1; i++) {
    const onWrist = i <= last && minutes.worn[i] === 1;
    if (onWrist) worn++;
    if (onWrist && states[i] === -1) open++;
    if (onWrist && states[i] === 0 && resolved[i] === 0) {
      run++;
      continue;
    }
    if (run >= sedentaryBoutMinutes) {
      bouts++;
      longest = Math.max(longest, run);
    }
    run = 0;
  }
  return worn > 0 && open <= mostOpenMinutes ? { bouts, longest } : null;
}
