// A life that is made up, minute by minute where it matters, and the devices that watch it: what they send, and nothing else.
import { addDays, dayNumber } from '../../functions/src/domain/local-time.ts';
import {
  sampleTypeIndex,
  sleepValue,
  type SampleType,
} from '../../functions/src/domain/samples/sample-types.ts';
import { compareSamples } from '../../functions/src/domain/samples/order.ts';
import { uuidOf, type Sample, type Source } from '../../functions/src/domain/samples/sample.ts';
import { dayMs, minuteMs } from '../../functions/src/domain/time.ts';
import { localClock } from '../sample-data/local-clock.ts';
import { randomOf, type Random } from '../sample-data/random.ts';

/** Minutes after the midnight that begins a day; negative in the evening before. */
export type Minutes = [from: number, to: number];

/** What somebody does on one local day, and in the night that ends on it. */
export interface DayPlan {
  /** IANA name of where the day is. */
  zone: string;
  sleeps: { asleep: Minutes[]; inBed?: Minutes; isNap?: boolean; up?: boolean }[];
  /** 110 steps a minute. */
  walks: Minutes[];
}

/** A stretch of a life in instants, ms since 1970. */
export interface Stretch {
  start: number;
  end: number;
}

/** A sleep as it truly was. */
export interface TrueSleep extends Stretch {
  /** The local day that it ends on. */
  day: string;
  asleep: Stretch[];
  bed: Stretch | null;
  /** Whether the person got up in the breaks. */
  up: boolean;
  isNap: boolean;
  minutes: number;
}

export interface Life {
  days: { day: string; zone: string; midnight: number }[];
  sleeps: TrueSleep[];
  walks: Stretch[];
  end: number;
}

/** @param plan what happens on each of `count` days, the last of which is `lastDay`; `end`: minutes of the last day, else all of it */
export function liveThrough(
  lastDay: string,
  count: number,
  plan: (index: number, day: string) => DayPlan,
  end = 1440,
): Life {
  const life: Life = { days: [], sleeps: [], walks: [], end: 0 };
  for (let index = 0; index < count; index++) {
    const day = addDays(lastDay, index + 1 - count);
    const { zone, sleeps, walks } = plan(index, day);
    const clock = localClock(zone);
    const at = (minute: number) => clock.instant(dayNumber(day) * dayMs, minute);
    const stretch = ([from, to]: Minutes): Stretch => ({ start: at(from), end: at(to) });
    life.days.push({ day, zone, midnight: at(0) });
    for (const { asleep, inBed, up = false, isNap = false } of sleeps) {
      const stretches = asleep.map(stretch);
      life.sleeps.push({
        day,
        start: stretches[0]!.start,
        end: stretches.at(-1)!.end,
        asleep: stretches,
        bed: inBed ? stretch(inBed) : null,
        up,
        isNap,
        minutes: stretches.reduce((sum, one) => sum + (one.end - one.start) / minuteMs, 0),
      });
    }
    life.walks.push(...walks.map(stretch));
    life.end = at(index + 1 === count ? end : 1440);
  }
  return life;
}

export interface Observer {
  life: Life;
  random: Random;
  add: (type: SampleType, source: Source, start: number, end: number, value: number) => void;
}

/** What devices send of a life, without duplicates, in canonical order. */
export function observed(life: Life, seed: number, devices: ((observer: Observer) => void)[]): Sample[] {
  const samples: Sample[] = [];
  const zoneAt = (at: number) =>
    life.days.findLast(({ midnight }) => midnight <= at)?.zone ?? life.days[0]!.zone;
  devices.forEach((device, i) => {
    const add: Observer['add'] = (type, source, start, end, value) => {
      if (start >= life.end) return;
      const id = uuidOf(`${sampleTypeIndex.get(type)} ${source.key} ${start} ${end} ${value}`);
      const until = Math.min(end, life.end);
      samples.push({
        id,
        type,
        start,
        end: until,
        value,
        source,
        timeZone: zoneAt(start),
        userEntered: false,
      });
    };
    device({ life, random: randomOf(seed, `device ${i}`), add });
  });
  return samples.sort(compareSamples);
}

export const watch: Source = { kind: 'watch', key: 'com.apple.health|Watch7,1' };
export const otherWatch: Source = { kind: 'watch', key: 'com.apple.health|Watch6,2' };
export const phone: Source = { kind: 'phone', key: 'com.apple.health|iPhone15,2' };

/** Whether an instant is in one of the stretches. */
export function within(stretches: readonly Stretch[], at: number): boolean {
  return stretches.some(({ start, end }) => at >= start && at < end);
}

const pauses = { everyMinute: [1, 1], background: [4, 6] } as const;

/** Heart rate of a wearable, and what it counts of the walks, while it is worn. */
export function wearable({
  source = watch,
  off = () => [],
  pace = 'background',
  resting = 52,
  waking = 76,
  countsSteps = true,
  extras = true,
}: {
  source?: Source;
  off?: (life: Life) => Stretch[];
  pace?: keyof typeof pauses;
  resting?: number;
  waking?: number;
  countsSteps?: boolean;
  extras?: boolean;
} = {}) {
  return ({ life, random, add }: Observer): void => {
    const away = off(life);
    const asleep = life.sleeps.flatMap((sleep) => sleep.asleep);
    const beds = life.sleeps.flatMap(({ bed }) => bed ?? []);
    const [least, most] = pauses[pace];
    let effort = 0;
    let drift = 0;
    let cursor = 0;
    const first = Math.min(
      life.days[0]!.midnight,
      ...life.sleeps.map(({ start, bed }) => bed?.start ?? start),
    );
    const sorted = asleep.toSorted((a, b) => a.start - b.start);
    for (let at = first; at < life.end; at += random.integer(least, most) * minuteMs) {
      while (sorted[cursor] && sorted[cursor]!.end <= at) cursor++;
      const sleeping = sorted[cursor] !== undefined && at >= sorted[cursor]!.start;
      const walking = within(life.walks, at);
      effort += 0.5 * ((walking ? 35 : 0) - effort);
      drift = 0.7 * drift + random.normal(0, sleeping ? 1.2 : 3);
      if (within(away, at)) continue;
      // In bed the heart is nearly at rest before sleep comes.
      const lying = sleeping || within(beds, at);
      const bpm = (sleeping ? resting : lying ? resting + 0.3 * (waking - resting) : waking) + effort + drift;
      add('heartRate', source, at, at, Math.max(35, Math.round(bpm)));
      if (!extras || !sleeping) continue;
      if (random.chance(0.15))
        add('respiratoryRate', source, at, at, Math.round(10 * random.normal(14.5, 0.6)) / 10);
      if (random.chance(0.08))
        add(
          'oxygenSaturation',
          source,
          at,
          at,
          Math.min(1, Math.round(100 * random.normal(0.965, 0.008)) / 100),
        );
      if (random.chance(0.05)) add('heartRateVariabilitySDNN', source, at, at, random.normal(65, 9));
    }
    if (!countsSteps) return;
    for (const walk of life.walks) if (!within(away, walk.start)) steps(add, source, walk);
    for (const up of breaks(life))
      if (!within(away, up.start)) steps(add, source, { start: up.start, end: up.start + 3 * minuteMs });
    for (const up of breaks(life))
      if (!within(away, up.end - 1))
        steps(add, source, { start: up.end - 4 * minuteMs, end: up.end - minuteMs });
  };
}

function steps(add: Observer['add'], source: Source, { start, end }: Stretch): void {
  for (let at = start; at < end; at += minuteMs) add('stepCount', source, at, at + minuteMs, 110);
}

/** The breaks of sleeps in which the person got up. */
function breaks({ sleeps }: Life): Stretch[] {
  return sleeps
    .filter(({ up }) => up)
    .flatMap(({ asleep }) => asleep.slice(1).map((next, i) => ({ start: asleep[i]!.end, end: next.start })));
}

/** What a device or app tells of sleep: stages, or only that it was sleep; wider than it was by `edge` minutes at either end. */
export function sleepTold({
  source = watch,
  as = 'stages',
  off = () => [],
  edge = 0,
  naps = true,
  nights = true,
  bridges = false,
}: {
  source?: Source;
  as?: 'stages' | 'asleep';
  off?: (life: Life) => Stretch[];
  edge?: number;
  naps?: boolean;
  nights?: boolean;
  /** Takes breaks for sleep. */
  bridges?: boolean;
} = {}) {
  return ({ life, random, add }: Observer): void => {
    const away = off(life);
    for (const { asleep, isNap } of life.sleeps) {
      if (isNap ? !naps : !nights) continue;
      const stretches = bridges ? [{ start: asleep[0]!.start, end: asleep.at(-1)!.end }] : asleep;
      stretches.forEach((one, i) => {
        const start = one.start - (i === 0 ? edge * minuteMs : 0);
        const end = one.end + (i === stretches.length - 1 ? edge * minuteMs : 0);
        const before = stretches[i - 1];
        const told =
          as === 'stages' ? stagesOf(start, end, random) : [{ start, end, state: sleepValue.asleep }];
        // A short break is told as wake; in a long one the device has ended the sleep.
        if (as === 'stages' && before && start - before.end <= 30 * minuteMs)
          told.unshift({ start: before.end, end: start, state: sleepValue.awake });
        for (const { start, end, state } of told) {
          const stopped = away.find((span) => span.start < end && span.end > start);
          if (!stopped) add('sleepAnalysis', source, start, end, state);
          else if (stopped.start > start) add('sleepAnalysis', source, start, stopped.start, state);
          else if (stopped.end < end) add('sleepAnalysis', source, stopped.end, end, state);
        }
      });
    }
  };
}

function stagesOf(start: number, end: number, random: Random) {
  const order = [sleepValue.core, sleepValue.deep, sleepValue.core, sleepValue.rem] as const;
  const told: { start: number; end: number; state: number }[] = [];
  for (let at = start, i = 0; at < end; i++) {
    const until = Math.min(end, at + random.integer(12, 30) * minuteMs);
    told.push({ start: at, end: until, state: order[i % order.length]! });
    at = until;
  }
  return told;
}

/** The phone: time in bed where the person keeps a bedtime, and steps of some walks. */
export function phoneInPocket({
  tellsBed = true,
  countsSteps = true,
}: { tellsBed?: boolean; countsSteps?: boolean } = {}) {
  return ({ life, add }: Observer): void => {
    if (tellsBed)
      for (const { bed } of life.sleeps)
        if (bed) add('sleepAnalysis', phone, bed.start, bed.end, sleepValue.inBed);
    if (countsSteps) life.walks.forEach((walk, i) => i % 3 !== 2 && steps(add, phone, walk));
  };
}
