import { asleepMinutes, sleepOf, type KnownNight, type StagedNight } from './nights.ts';
import type { Analysis } from './analysis.ts';
import type { Preparation } from './prepare.ts';
import { addDays, localDay, offsetAt, startOfDay } from '../local-time.ts';
import { minuteMs } from '../time.ts';
import { minuteMeans, minuteTotals, type Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import type { SleepState } from '../metrics/sleep.ts';
import { mean, median } from '../metrics/statistics.ts';
import type { Window } from '../samples/window.ts';

/**
 * The series behind the pictures of a week, which an analysis does not keep. Nothing is interpolated: what was not
 * measured is null, or not in the list.
 */
export interface WeekPicture {
  /** Which activity was measured by the minute; null where none was. */
  activityType: 'activityCount' | 'stepCount' | null;
  days: PictureDay[];
  /** Mean activity per minute in each hour of the clock, over all days, while a wearable was worn. */
  profile: (number | null)[];
  nights: PictureNight[];
  /** Hours in which heart rate was measured, in time order. */
  heartRate: HeartRateHour[];
  hrv: { day: string; night: Spread | null; waking: Spread | null }[];
  /** Samples of the window as they are known now; more than an analysis counted means that some came after it. */
  samples: number;
}

/** One local day, laid out by its clock: an hour that the clocks skip is `outside`, one they repeat counts once. */
export interface PictureDay {
  day: string;
  /** Mean activity per minute of each quarter of an hour, 96 of them; null where no minute of it was measured. */
  activity: (number | null)[];
  asleep: ClockSpan[];
  /** No wearable was worn, and nothing else counted. */
  unmeasured: ClockSpan[];
  /** A wearable was worn that did not count activity. */
  uncounted: ClockSpan[];
  /** Before the first and after the last sample. */
  outside: ClockSpan[];
}

/** Clock minutes `from` to `to`, 0 to 1440, of one day. */
export interface ClockSpan {
  from: number;
  to: number;
}

export interface PictureNight {
  day: string;
  /** Null where no night is known, or only an app's total of it. */
  segments: NightSegment[] | null;
  /** What was not measured of a night in part. */
  unmeasured: Pick<NightSegment, 'from' | 'to'> | null;
}

/** Minutes after the noon before the day that the night ends on. */
export interface NightSegment {
  state: SleepState;
  from: number;
  to: number;
}

/** The measured minutes of one hour of the clock, beats per minute. */
export interface HeartRateHour {
  day: string;
  hour: number;
  low: number;
  median: number;
  high: number;
  minutes: number;
}

/** SDNN values, ms. */
export interface Spread {
  low: number;
  median: number;
  high: number;
  n: number;
}

export const slotMinutes = 15;
const dayMinutes = 1440;

/** The window of a stored analysis. */
export function windowOf({ window, coverage }: Analysis): Window {
  const days: Window['days'] = [];
  for (const { day, timeZone } of coverage.days) {
    const previous = days.at(-1);
    // As in trailingWindow: a day of travel may not begin before the one it follows.
    const start = Math.max(startOfDay(timeZone, day), previous?.start ?? -Infinity);
    if (previous) previous.end = start;
    days.push({ day, timeZone, start, end: startOfDay(timeZone, addDays(day, 1)) });
  }
  return { days, start: Date.parse(window.start), end: Date.parse(window.end) };
}

/** The series of a week, from the samples that its analysis was made of and the same answers of the sleep model. */
export function weekPicture(preparation: Preparation, staged: readonly StagedNight[]): WeekPicture {
  const { window, minutes, samples } = preparation;
  const sleep = sleepOf(preparation, staged);
  const nights = [...sleep.nights.values()].map(({ night }) => night);
  const asleep = asleepMinutes(minutes, sleep);
  const { activityType, activity } = activitySeries(minutes, samples);
  return {
    activityType,
    days: pictureDays(window, minutes, activity, asleep),
    profile: hourlyProfile(minutes, activity),
    nights: window.days.map(({ day, timeZone }) => pictureNight(day, timeZone, sleep.nights.get(day))),
    heartRate: heartRateHours(window, minutes, samples),
    hrv: variability(window, samples, nights),
    samples: samples.filter(({ start, end }) => end >= window.start && start < window.end).length,
  };
}

function activitySeries(
  minutes: Minutes,
  samples: readonly Sample[],
): { activityType: WeekPicture['activityType']; activity: Float64Array } {
  const counted = (type: 'activityCount' | 'stepCount') => samples.some((sample) => sample.type === type);
  const type = counted('activityCount') ? 'activityCount' : 'stepCount';
  const activity = minuteTotals(minutes, samples, type).resolved;
  return { activityType: activity.every(Number.isNaN) ? null : type, activity };
}

/** What a minute is, and the more telling one wins where the clock shows a minute twice. */
const states = { outside: 0, unmeasured: 1, uncounted: 2, measured: 3, asleep: 4 } as const;

function pictureDays(
  window: Window,
  minutes: Minutes,
  activity: Float64Array,
  asleep: Uint8Array,
): PictureDay[] {
  const clock = window.days.map(() => new Uint8Array(dayMinutes));
  const slots = window.days.map(() => Array.from({ length: dayMinutes / slotMinutes }, (): number[] => []));
  for (let i = 0; i < minutes.count; i++) {
    const [day, minute] = [minutes.day[i]!, minutes.clock[i]!];
    const known = !Number.isNaN(activity[i]!);
    const state = asleep[i] ? 'asleep' : known ? 'measured' : minutes.worn[i] ? 'uncounted' : 'unmeasured';
    clock[day]![minute] = Math.max(clock[day]![minute]!, states[state]);
    if (known) slots[day]![Math.floor(minute / slotMinutes)]!.push(activity[i]!);
  }
  return window.days.map(({ day }, d) => ({
    day,
    activity: slots[d]!.map((values) => (values.length ? mean(values) : null)),
    asleep: spans(clock[d]!, states.asleep),
    unmeasured: spans(clock[d]!, states.unmeasured),
    uncounted: spans(clock[d]!, states.uncounted),
    outside: spans(clock[d]!, states.outside),
  }));
}

function spans(clock: Uint8Array, state: number): ClockSpan[] {
  const found: ClockSpan[] = [];
  clock.forEach((value, minute) => {
    if (value !== state) return;
    const last = found.at(-1);
    if (last?.to === minute) last.to++;
    else found.push({ from: minute, to: minute + 1 });
  });
  return found;
}

/** As the rhythm metrics see it: steps that only the phone saw while the watch was off are left out. */
function hourlyProfile(minutes: Minutes, activity: Float64Array): (number | null)[] {
  const hours = Array.from({ length: 24 }, (): number[] => []);
  activity.forEach((value, i) => {
    if (minutes.worn[i] && !Number.isNaN(value)) hours[Math.floor(minutes.clock[i]! / 60)]!.push(value);
  });
  return hours.map((values) => (values.length ? mean(values) : null));
}

/** One offset for the whole night, that of its end: a night in which the clocks change is as long as it was. */
function pictureNight(day: string, timeZone: string, known: KnownNight | undefined): PictureNight {
  if (!known || known.segments.length === 0) return { day, segments: null, unmeasured: null };
  const noonBefore = Date.parse(`${day}T00:00:00Z`) - (dayMinutes / 2) * minuteMs;
  const origin = noonBefore - offsetAt(timeZone, known.segments.at(-1)!.end);
  const minuteOf = (at: number): number => (at - origin) / minuteMs;
  const { partial } = known.night;
  return {
    day,
    segments: known.segments.map(({ state, start, end }) => ({
      state,
      from: minuteOf(start),
      to: minuteOf(end),
    })),
    unmeasured: partial && { from: minuteOf(partial.from), to: minuteOf(partial.to) },
  };
}

function heartRateHours(window: Window, minutes: Minutes, samples: readonly Sample[]): HeartRateHour[] {
  const hours = new Map<number, number[]>();
  minuteMeans(minutes, samples, 'heartRate').forEach((bpm, i) => {
    if (Number.isNaN(bpm)) return;
    const key = 24 * minutes.day[i]! + Math.floor(minutes.clock[i]! / 60);
    const values = hours.get(key);
    if (values) values.push(bpm);
    else hours.set(key, [bpm]);
  });
  return [...hours]
    .sort(([a], [b]) => a - b)
    .map(([key, values]) => {
      const { n, ...spread } = spreadOf(values)!;
      return { day: window.days[Math.floor(key / 24)]!.day, hour: key % 24, ...spread, minutes: n };
    });
}

/** Values in the stay in bed of a night belong to the day on which it ends, all others to the day they were measured. */
function variability(
  window: Window,
  samples: readonly Sample[],
  nights: readonly { day: string; start: number; end: number }[],
): WeekPicture['hrv'] {
  const values = samples.filter(({ type }) => type === 'heartRateVariabilitySDNN');
  const nightAt = (at: number) => nights.find(({ start, end }) => at >= start && at < end)?.day;
  return window.days.map(({ day, timeZone }) => {
    const own = (inNight: boolean) =>
      values.filter(({ start }) => {
        const night = nightAt(start);
        if (inNight) return night === day;
        const inWindow = start >= window.start && start < window.end;
        return night === undefined && inWindow && localDay(timeZone, start) === day;
      });
    const spread = (inNight: boolean) => spreadOf(own(inNight).map(({ value }) => value));
    return { day, night: spread(true), waking: spread(false) };
  });
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return {
    low: values.reduce((a, b) => Math.min(a, b)),
    median: median(values),
    high: values.reduce((a, b) => Math.max(a, b)),
    n: values.length,
  };
}
