// People made to order: each with a life whose truth is known, devices that watch it, and what must be told of their last week.
import { weekday } from '../../functions/src/domain/local-time.ts';
import { compareSamples } from '../../functions/src/domain/samples/order.ts';
import type { UnavailableCode } from '../../functions/src/domain/fault.ts';
import type { Sample, Source } from '../../functions/src/domain/samples/sample.ts';
import { hourMs, minuteMs } from '../../functions/src/domain/time.ts';
import { randomOf, type Random } from '../sample-data/random.ts';
import {
  liveThrough,
  observed,
  otherWatch,
  phone,
  phoneInPocket,
  sleepTold,
  wearable,
  within,
  type DayPlan,
  type Life,
  type Minutes,
  type Observer,
  type Stretch,
} from './life.ts';
import type { ToldWeek } from './told.ts';

export interface Expected {
  /** Nights told whole, in part, and estimated; the others of the week are missing, with these codes. */
  whole: number;
  partial?: number;
  estimated?: number;
  missing?: Partial<Record<UnavailableCode, number>>;
  naps?: number;
  /** Whether a time in bed was told, so that there may be an efficiency. */
  bed?: boolean;
  /** What else must hold: complaints, none where all is well. */
  also?: (week: ToldWeek, life: Life) => string[];
}

export interface Person {
  name: string;
  /** In a sentence. */
  life: string;
  live: () => Life;
  devices: ((observer: Observer) => void)[];
  expected: Expected;
  /** What else is sent, in canonical order or not. */
  more?: (life: Life) => Sample[];
}

const zone = 'Europe/Berlin';
const lastDay = '2025-06-15';
const weeks = 3;

const of = (hour: number, minute = 0) => 60 * hour + minute;
/** A span given in hours, moved by up to `spread` minutes at either end. */
const about = (random: Random, from: number, to: number, spread = 20): Minutes => [
  Math.round(from + random.uniform(-spread, spread)),
  Math.round(to + random.uniform(-spread, spread)),
];
const walksOf = (random: Random, hours = [8, 12.5, 17.5]): Minutes[] =>
  hours.map((hour) => {
    const from = Math.round(60 * hour + random.uniform(-10, 10));
    return [from, from + random.integer(12, 22)];
  });

/** A night of one piece or of several, in bed from a little before to a little after. */
function nightOf(
  random: Random,
  from: number,
  to: number,
  breaks: Minutes[] = [],
  up = false,
): DayPlan['sleeps'][number] {
  const [onset, wake] = about(random, from, to);
  const asleep: Minutes[] = [];
  let start = onset;
  for (const [begin, end] of breaks) {
    asleep.push([start, begin]);
    start = end;
  }
  asleep.push([start, wake]);
  return { asleep, inBed: [onset - 15, wake + 8], up };
}

/** As people sleep in a laboratory: 25 minutes to fall asleep, and three times awake in bed for a quarter of an hour. */
function restlessNight(random: Random, from: number, to: number): DayPlan['sleeps'][number] {
  const awake = [0.2, 0.5, 0.8].map((share): Minutes => {
    const start = Math.round(from + share * (to - from));
    return [start, start + 10];
  });
  const night = nightOf(random, from + 25, to, awake);
  return { ...night, inBed: [night.asleep[0]![0] - 25, night.inBed![1]] };
}

type Plan = (random: Random, index: number, day: string) => DayPlan;
const plain: Plan = (random) => ({
  zone,
  sleeps: [nightOf(random, -of(1), of(6, 45))],
  walks: walksOf(random),
});
const restless: Plan = (random) => ({
  zone,
  sleeps: [restlessNight(random, -of(1), of(7))],
  walks: walksOf(random),
});
const livesLike =
  (
    plan: Plan,
    {
      end = lastDay,
      minutes = 1440,
      days = 7 * weeks,
    }: { end?: string; minutes?: number; days?: number } = {},
  ) =>
  () =>
    liveThrough(end, days, (index, day) => plan(randomOf(index, 'life'), index, day), minutes);

/** The days of the last week, counted from Monday; of each a stretch in minutes of the day. */
const onDays =
  (days: number[], span: Minutes) =>
  (life: Life): Stretch[] =>
    days.map((day) => {
      const { midnight } = life.days.at(day - 7)!;
      return { start: midnight + span[0] * minuteMs, end: midnight + span[1] * minuteMs };
    });
const everyDay =
  (span: Minutes) =>
  (life: Life): Stretch[] =>
    life.days.map(({ midnight }) => ({
      start: midnight + span[0] * minuteMs,
      end: midnight + span[1] * minuteMs,
    }));

const autoSleep: Source = { kind: 'phone', key: 'com.example.autosleep|iPhone15,2' };
const ring: Source = { kind: 'other', key: 'com.example.ring|Ring3' };
const ringAsPhone: Source = { kind: 'phone', key: 'com.example.ring|iPhone15,2' };
const band: Source = { kind: 'other', key: 'com.example.band|Band' };
const everyWatch = [wearable(), sleepTold()];

const meanSteps = ({ facts }: ToldWeek) =>
  Number(facts.find(({ id }) => id === 'activity.steps')?.value ?? NaN);
/** Steps of the walks, a day on average over whole days. */
const trueSteps = (life: Life) =>
  (110 * life.walks.reduce((sum, { start, end }) => sum + (end - start) / minuteMs, 0)) / life.days.length;
const silentOn =
  (...words: RegExp[]) =>
  (week: ToldWeek) =>
    words.filter((word) => word.test(week.text)).map((word) => `says ${word.source}: ${week.text}`);
const sectionOf = ({ analysis }: ToldWeek) => ('nights' in analysis.sleep ? analysis.sleep : null);
const mostSitting = ({ analysis }: ToldWeek) =>
  'days' in analysis.activity
    ? Math.max(0, ...analysis.activity.days.map((day) => day.longestSedentaryMinutes ?? 0))
    : 0;

export const people: Person[] = [
  {
    name: 'plain',
    life: 'Sleeps at night, with a watch that tells stages and a phone that tells the time in bed.',
    live: livesLike(plain),
    devices: [...everyWatch, phoneInPocket()],
    expected: {
      whole: 7,
      bed: true,
      also: (week, life) => closeTo('steps', meanSteps(week), trueSteps(life), 0.15),
    },
  },
  {
    name: 'no-bedtime',
    life: 'The same without anybody who tells the time in bed.',
    live: livesLike(plain),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7 },
  },
  {
    name: 'insomnia-up',
    life: 'Wakes at two and is up for an hour and a half, every night.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, -of(1), of(7), [[of(2), of(3, 30)]], true)],
      walks: walksOf(random),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7, naps: 0 },
  },
  {
    name: 'insomnia-lying',
    life: 'Lies awake from two to four, every night; the watch ends its sleep and begins another.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, -of(1), of(7), [[of(2), of(4)]])],
      walks: walksOf(random),
    })),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 7, naps: 0, bed: true },
  },
  {
    name: 'app-with-a-gap',
    life: 'An app tells plain sleep and nothing else; 70 minutes awake in between.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, -of(1), of(7), [[of(3), of(4, 10)]])],
      walks: walksOf(random),
    })),
    devices: [sleepTold({ source: autoSleep, as: 'asleep' }), phoneInPocket({ tellsBed: false })],
    expected: { whole: 7, naps: 0 },
  },
  {
    name: 'baby',
    life: 'A baby wakes the person three times a night, for half an hour or more.',
    live: livesLike((random) => ({
      zone,
      sleeps: [
        nightOf(
          random,
          -of(2),
          of(6, 30),
          [
            [-of(0, 20), of(0, 15)],
            [of(2, 10), of(3)],
            [of(4, 40), of(5, 15)],
          ],
          true,
        ),
      ],
      walks: walksOf(random),
    })),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 7, naps: 0, bed: true },
  },
  {
    name: 'night-shift',
    life: 'Works at night and sleeps by day, always.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, of(8, 30), of(15, 30))],
      walks: walksOf(random, [1, 4, 19]),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7, naps: 0 },
  },
  {
    name: 'shift-by-week',
    life: 'A week of nights, a week of days, in turn.',
    live: livesLike((random, index) =>
      Math.floor(index / 7) % 2 === 0
        ? { zone, sleeps: [nightOf(random, of(8, 30), of(15))], walks: walksOf(random, [2, 5, 19]) }
        : { zone, sleeps: [nightOf(random, -of(1), of(6))], walks: walksOf(random) },
    ),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7, naps: 0 },
  },
  {
    name: 'night-shift-heart-rate',
    life: 'Sleeps by day; the watch tells heart rate every minute and no sleep.',
    live: livesLike((random) => ({
      zone,
      sleeps: [restlessNight(random, of(8, 30), of(15, 30))],
      walks: walksOf(random, [1, 4, 19]),
    })),
    devices: [wearable({ pace: 'everyMinute' }), phoneInPocket({ tellsBed: false })],
    expected: {
      whole: 0,
      estimated: 7,
      also: (week) => (mostSitting(week) > 240 ? [`sits for ${mostSitting(week)} minutes`] : []),
    },
  },
  {
    name: 'late-sleeper',
    life: 'Sleeps from half past three to half past twelve.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, of(3, 30), of(12, 30))],
      walks: walksOf(random, [14, 19, 23]),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7, naps: 0 },
  },
  {
    name: 'late-sleeper-heart-rate',
    life: 'The same, with heart rate only, in the very first week.',
    live: livesLike(
      (random) => ({
        zone,
        sleeps: [restlessNight(random, of(3, 30), of(12, 30))],
        walks: walksOf(random, [14, 19, 23]),
      }),
      { days: 7 },
    ),
    devices: [wearable({ pace: 'everyMinute' }), phoneInPocket({ tellsBed: false })],
    expected: {
      whole: 0,
      estimated: 6,
      // Of the first day too little is known to tell rest from the rest of the day.
      missing: { 'night-not-found': 1 },
      also: (week) => (mostSitting(week) > 240 ? [`sits for ${mostSitting(week)} minutes`] : []),
    },
  },
  {
    name: 'daily-nap',
    life: 'Naps for three quarters of an hour every afternoon.',
    live: livesLike((random) => ({
      zone,
      sleeps: [
        nightOf(random, -of(0, 30), of(6, 30)),
        { asleep: [about(random, of(14), of(14, 45), 5)], isNap: true },
      ],
      walks: walksOf(random),
    })),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 7, naps: 7, bed: true },
  },
  {
    name: 'nap-without-nights',
    life: 'The watch is off every night; naps for four hours in the afternoon.',
    live: livesLike((random) => ({
      zone,
      sleeps: [nightOf(random, -of(1), of(6)), { asleep: [about(random, of(13), of(17), 10)], isNap: true }],
      walks: walksOf(random, [8, 11, 19]),
    })),
    devices: [
      wearable({ off: everyDay([-of(1, 45), of(7, 30)]) }),
      sleepTold({ nights: false }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 0, missing: { 'watch-off': 7 }, naps: 7, also: silentOn(/You slept/) },
  },
  {
    name: 'two-nights-off',
    life: 'The watch lay on the table for two nights of the week.',
    live: livesLike(plain),
    devices: [
      wearable({ off: onDays([2, 4], [-of(2, 30), of(7, 30)]) }),
      sleepTold({ off: onDays([2, 4], [-of(2, 30), of(7, 30)]) }),
      phoneInPocket(),
    ],
    expected: { whole: 5, missing: { 'watch-off': 2 }, bed: true },
  },
  {
    name: 'dead-at-one',
    life: "The watch's battery died at one o'clock; the phone says in bed to the morning.",
    live: livesLike(plain),
    devices: [
      wearable({ off: onDays([3], [of(1), of(7, 30)]) }),
      sleepTold({ off: onDays([3], [of(1), of(7, 30)]) }),
      phoneInPocket(),
    ],
    expected: { whole: 6, partial: 1, bed: true },
  },
  {
    name: 'dead-at-one-no-bedtime',
    life: 'The same, and nobody tells the time in bed.',
    live: livesLike(plain),
    devices: [
      wearable({ off: onDays([3], [of(1), of(7, 30)]) }),
      sleepTold({ off: onDays([3], [of(1), of(7, 30)]) }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 6, partial: 1 },
  },
  {
    name: 'put-on-at-three',
    life: 'One night the watch was put on at three.',
    live: livesLike(plain),
    devices: [
      wearable({ off: onDays([3], [-of(3), of(3)]) }),
      sleepTold({ off: onDays([3], [-of(3), of(3)]) }),
      phoneInPocket(),
    ],
    expected: { whole: 6, partial: 1, bed: true },
  },
  {
    name: 'charged-at-night',
    life: 'Charges the watch every night.',
    live: livesLike(plain),
    devices: [wearable({ off: everyDay([-of(1, 20), of(7)]) }), phoneInPocket({ tellsBed: false })],
    expected: {
      whole: 0,
      missing: { 'watch-off': 7 },
      also: (week, life) => closeTo('steps', meanSteps(week), trueSteps(life), 0.15),
    },
  },
  {
    name: 'charged-at-night-in-bed',
    life: 'Charges the watch every night; the phone tells the time in bed.',
    live: livesLike(plain),
    devices: [wearable({ off: everyDay([-of(1, 20), of(7)]) }), phoneInPocket()],
    expected: { whole: 0, missing: { 'watch-off': 7 } },
  },
  {
    name: 'dozes-again',
    life: 'Charges the watch every night and puts it on at eight, to doze for an hour and a half.',
    live: livesLike((random) => ({
      zone,
      sleeps: [
        nightOf(random, -of(1), of(6, 30)),
        { asleep: [about(random, of(8, 25), of(9, 50), 5)], isNap: true },
      ],
      walks: walksOf(random, [11, 13, 18]),
    })),
    devices: [
      wearable({ off: everyDay([-of(1, 45), of(8)]) }),
      sleepTold({ nights: false }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 0, missing: { 'watch-off': 7 }, naps: 7, also: silentOn(/You slept/) },
  },
  {
    name: 'charged-in-the-evening',
    life: 'Charges the watch until going to bed.',
    live: livesLike(plain),
    devices: [wearable({ off: everyDay([of(21), of(22, 30)]) }), sleepTold(), phoneInPocket()],
    expected: { whole: 7, bed: true },
  },
  {
    name: 'two-watches',
    life: 'Wears two watches that do not quite agree.',
    live: livesLike(plain),
    devices: [
      ...everyWatch,
      wearable({ source: otherWatch }),
      sleepTold({ source: otherWatch, edge: 4 }),
      phoneInPocket(),
    ],
    expected: {
      whole: 7,
      bed: true,
      also: (week, life) => closeTo('steps', meanSteps(week), trueSteps(life), 0.15),
    },
  },
  {
    name: 'autosleep',
    life: 'Beside the watch an app tells plain sleep, 30 minutes longer at either end.',
    live: livesLike(plain),
    devices: [
      ...everyWatch,
      sleepTold({ source: autoSleep, as: 'asleep', edge: 30, bridges: true }),
      phoneInPocket(),
    ],
    expected: { whole: 7, bed: true },
  },
  {
    name: 'ring-and-watch',
    life: 'A ring beside the watch, with stages of its own, 5 minutes longer.',
    live: livesLike(plain),
    devices: [
      ...everyWatch,
      wearable({ source: ring, countsSteps: false }),
      sleepTold({ source: ring, edge: 5 }),
      phoneInPocket(),
    ],
    expected: { whole: 7, bed: true },
  },
  {
    name: 'ring-under-the-phone',
    life: "A ring alone, whose app writes under the phone's name.",
    live: livesLike(plain),
    devices: [
      wearable({ source: ringAsPhone, countsSteps: false }),
      sleepTold({ source: ringAsPhone }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: {
      whole: 7,
      also: ({ analysis }) =>
        analysis.coverage.validDays < 7 ? [`worn on ${analysis.coverage.validDays} days`] : [],
    },
  },
  {
    name: 'phone-only',
    life: 'Has a phone, and nothing on the body.',
    live: livesLike(plain),
    devices: [phoneInPocket({ tellsBed: false })],
    expected: { whole: 0, missing: { 'no-samples': 7 }, also: silentOn(/watch|wore|wear/i) },
  },
  {
    name: 'phone-with-bedtime',
    life: 'Has a phone that tells the time in bed.',
    live: livesLike(plain),
    devices: [phoneInPocket()],
    expected: { whole: 0, missing: { 'too-sparse': 7 }, also: silentOn(/watch|wore|wear|You slept/i) },
  },
  {
    name: 'steps-only-tracker',
    life: 'A band that counts steps and nothing else.',
    live: livesLike(plain),
    devices: [
      ({ life, add }) =>
        life.walks.forEach((walk) => {
          for (let at = walk.start; at < walk.end; at += minuteMs)
            add('stepCount', band, at, at + minuteMs, 110);
        }),
    ],
    expected: {
      whole: 0,
      missing: { 'no-samples': 7 },
      also: (week) => [
        ...silentOn(/watch|wore|wear/i)(week),
        ...(mostSitting(week) > 0 ? [`sits for ${mostSitting(week)} minutes`] : []),
      ],
    },
  },
  {
    name: 'estimated',
    life: 'The watch tells heart rate every minute and no sleep.',
    live: livesLike(restless),
    devices: [wearable({ pace: 'everyMinute' }), phoneInPocket({ tellsBed: false })],
    expected: { whole: 0, estimated: 7, also: silentOn(/measured/) },
  },
  {
    name: 'estimated-and-staged',
    life: 'Stages on five nights; on two only heart rate.',
    live: livesLike(restless),
    devices: [
      wearable({ pace: 'everyMinute' }),
      sleepTold({ off: onDays([2, 4], [-of(3), of(9)]) }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 5, estimated: 2 },
  },
  {
    name: 'estimated-beside-a-nap',
    life: 'Heart rate only at night; the watch told a nap in the afternoon.',
    live: livesLike((random) => ({
      zone,
      sleeps: [
        restlessNight(random, -of(1), of(6, 30)),
        { asleep: [about(random, of(14), of(17, 30), 5)], isNap: true },
      ],
      walks: walksOf(random, [8, 11, 19]),
    })),
    devices: [
      wearable({ pace: 'everyMinute' }),
      sleepTold({ nights: false }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 0, estimated: 7, naps: 7 },
  },
  {
    name: 'beta-blocker',
    life: 'Heart rate that hardly changes, and no sleep told.',
    live: livesLike(restless),
    devices: [wearable({ pace: 'everyMinute', resting: 54, waking: 57 }), phoneInPocket({ tellsBed: false })],
    expected: { whole: 0, missing: { 'night-not-found': 7 }, also: silentOn(/You slept/) },
  },
  {
    name: 'travel-east',
    life: 'Flies from New York to Berlin in the middle of the week.',
    live: livesLike((random, index) => ({
      zone: index < 18 ? 'America/New_York' : zone,
      sleeps: [index === 18 ? nightOf(random, of(5), of(10)) : nightOf(random, -of(1), of(6, 45))],
      walks: walksOf(random, index === 18 ? [12, 15, 17.5] : undefined),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7 },
  },
  {
    name: 'travel-west',
    life: 'Flies from Berlin to New York in the middle of the week.',
    live: livesLike((random, index) => ({
      zone: index < 18 ? zone : 'America/New_York',
      sleeps: [nightOf(random, -of(1), of(6, 45))],
      walks: walksOf(random),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: { whole: 7 },
  },
  {
    name: 'clocks-forward',
    life: 'Summer time begins in the last night.',
    live: livesLike(plain, { end: '2025-03-30' }),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 7, bed: true },
  },
  {
    name: 'clocks-back',
    life: 'Summer time ends in the last night.',
    live: livesLike(plain, { end: '2025-10-26' }),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 7, bed: true },
  },
  {
    name: 'three-sleeps',
    life: 'Sleeps three times a day, two and a half hours each.',
    live: livesLike((random) => ({
      zone,
      sleeps: [
        { asleep: [about(random, -of(2), of(0, 30), 5)] },
        { asleep: [about(random, of(6), of(8, 30), 5)], isNap: true },
        { asleep: [about(random, of(14), of(16, 30), 5)], isNap: true },
      ],
      walks: walksOf(random, [10, 12, 19]),
    })),
    devices: [...everyWatch, phoneInPocket({ tellsBed: false })],
    expected: {
      whole: 7,
      naps: 14,
      also: (week) =>
        closeTo('sleep in 24 h', sectionOf(week)?.summary.sleep24hMinutes?.mean ?? NaN, 450, 0.04),
    },
  },
  {
    name: 'partial-last-day',
    life: 'Looks at the week on Sunday at eight in the morning.',
    live: livesLike(plain, { minutes: of(8) }),
    devices: [...everyWatch, phoneInPocket()],
    expected: {
      whole: 7,
      bed: true,
      also: (week, life) =>
        closeTo('steps', meanSteps(week), trueSteps({ ...life, days: life.days.slice(0, -1) }), 0.15),
    },
  },
  {
    name: 'one-late-free-night',
    life: 'One late Saturday night, and no other free night measured.',
    live: livesLike((random, _, day) => ({
      zone,
      sleeps: [weekday(day) === 0 ? nightOf(random, of(3), of(10)) : nightOf(random, -of(1), of(6, 45))],
      walks: walksOf(random, weekday(day) === 0 ? [11, 13, 17] : undefined),
    })),
    devices: [
      wearable({ off: onDays([5], [-of(3), of(8)]) }),
      sleepTold({ off: onDays([5], [-of(3), of(8)]) }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 6, missing: { 'watch-off': 1 }, also: silentOn(/free days/) },
  },
  {
    name: 'growing-totals',
    life: "Another app sends the day's steps as a total that grows, beside the minutes of the watch and the phone.",
    live: livesLike(plain),
    devices: [
      ...everyWatch,
      phoneInPocket(),
      ({ life, add }) =>
        life.days.forEach(({ midnight }, i) => {
          const end = life.days[i + 1]?.midnight ?? life.end;
          const walked = life.walks.filter((walk) => within([{ start: midnight, end }], walk.start));
          const total = 110 * walked.reduce((sum, walk) => sum + (walk.end - walk.start) / minuteMs, 0);
          add('stepCount', band, midnight, midnight + 12 * hourMs, Math.round(total / 3));
          add('stepCount', band, midnight, end, Math.round(total * 1.05));
        }),
    ],
    expected: {
      whole: 7,
      bed: true,
      also: (week, life) => closeTo('steps', meanSteps(week), trueSteps(life), 0.06),
    },
  },
  {
    name: 'app-totals',
    life: 'An app tells how many minutes were slept, not when.',
    live: livesLike(plain),
    devices: [
      ({ life, add }) =>
        life.sleeps.forEach(({ bed, minutes }) => {
          add('sleepTotal', autoSleep, bed!.start, bed!.end, minutes);
        }),
      phoneInPocket({ tellsBed: false }),
    ],
    expected: { whole: 7 },
  },
  {
    name: 'oxygen-by-day',
    life: 'Measures oxygen by day, badly, and in the nights well.',
    live: livesLike(plain),
    devices: [
      ...everyWatch,
      phoneInPocket(),
      ({ life, add }) =>
        life.days.forEach(({ midnight }) => {
          for (let i = 0; i < 12; i++)
            add(
              'oxygenSaturation',
              phone,
              midnight + (of(10) + 20 * i) * minuteMs,
              midnight + (of(10) + 20 * i) * minuteMs,
              0.86,
            );
        }),
    ],
    expected: {
      whole: 7,
      bed: true,
      also: ({ facts }) => {
        const said = facts.find(({ id }) => id === 'respiration.oxygen')?.value;
        return Number(said) >= 96 ? [] : [`oxygen asleep ${said}`];
      },
    },
  },
  {
    name: 'first-evening',
    life: 'Puts the watch on in the evening for the first time, and looks after one night.',
    live: livesLike(plain, { days: 1, minutes: of(12) }),
    devices: [...everyWatch, phoneInPocket()],
    expected: { whole: 1, bed: true, also: silentOn(/steps a day/) },
  },
];

/** A complaint where a number is further from the truth than a share of it. */
export function closeTo(what: string, told: number, truth: number, share: number): string[] {
  return Math.abs(told - truth) <= share * truth
    ? []
    : [`${what} ${Math.round(told)} of ${Math.round(truth)}`];
}

export function samplesOf({ live, devices, name }: Person): { life: Life; samples: Sample[] } {
  const life = live();
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return { life, samples: observed(life, seed, devices).sort(compareSamples) };
}
