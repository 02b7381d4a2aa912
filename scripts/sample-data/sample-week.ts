/**
 * A week (or more, or less) of what HealthKit hands over for one made-up person with an Apple Watch and an
 * iPhone. Seeded: the same options give the same recording, byte for byte. Nobody's measurements are in here.
 *
 * What each week contains, because real ones do: steps that watch and phone both counted, walks that only one
 * of them saw (the phone on the desk; the watch on its charger), a charging gap a day, one night without the
 * watch, a nap, a run, a mindful session, and a body temperature typed in by hand.
 */
import { writeFileSync } from 'node:fs';

export interface Sample {
  uuid: string;
  sampleType: string;
  startDate: string;
  endDate: string;
  value?: number;
  unit?: string;
  categoryValue?: number;
  metadata: Record<string, string | number | boolean>;
  sourceRevision: {
    source: { name: string; bundleIdentifier: string };
    version: string;
    productType: string;
    operatingSystemVersion: string;
  };
}

export interface Recording {
  schemaVersion: 1;
  deviceInfo: {
    deviceModel: string;
    systemName: string;
    systemVersion: string;
    appVersion: string;
    timeZone: string;
  };
  timestamp: string;
  samples: Sample[];
}

export interface SampleWeekOptions {
  seed?: number;
  /** The last local day, yyyy-mm-dd; the recording ends with it, at midnight. */
  endDay?: string;
  /** Local days; the night that ends on the first of them is whole, so a recording may begin the evening before. */
  days?: number;
  /** IANA name. */
  timeZone?: string;
  /** HealthKit sleep stages of the watch; without them the phone's "in bed" is all that is said of the nights. */
  withStages?: boolean;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

/** HKCategoryValueSleepAnalysis */
const sleep = { inBed: 0, awake: 2, core: 3, deep: 4, rem: 5 } as const;
const running = 37; // HKWorkoutActivityType.running

const watch = {
  source: {
    name: 'Apple Watch',
    bundleIdentifier: 'com.apple.health.4C1D8E52-7B0A-4F36-9A61-2E5D0B7C9F13',
  },
  version: '11.5',
  productType: 'Watch7,1',
  operatingSystemVersion: '11.5.0',
};
const phone = {
  source: { name: 'iPhone', bundleIdentifier: 'com.apple.health.B92F60A7-1E4D-4C88-8D35-6A07F3E2C541' },
  version: '18.5',
  productType: 'iPhone15,2',
  operatingSystemVersion: '18.5.0',
};
const healthApp = { ...phone, source: { name: 'Health', bundleIdentifier: 'com.apple.Health' } };

/** @throws RangeError for a day that does not exist, fewer than 1 day, or an unknown time zone. */
export function sampleWeek(options: SampleWeekOptions = {}): Recording {
  const {
    seed = 1,
    endDay = '2025-06-15',
    days = 7,
    timeZone = 'Europe/Berlin',
    withStages = true,
  } = options;
  const lastDay = Date.parse(`${endDay}T00:00:00Z`);
  if (Number.isNaN(lastDay) || new Date(lastDay).toISOString().slice(0, 10) !== endDay)
    throw new RangeError('endDay is not a day (yyyy-mm-dd)');
  if (!Number.isInteger(days) || days < 1) throw new RangeError('days is not a whole number of at least 1');
  if (!Number.isInteger(seed)) throw new RangeError('seed is not a whole number');

  const clock = localClock(timeZone);
  const plans = Array.from({ length: days }, (_, index) =>
    planDay(index, days, lastDay - (days - 1 - index) * dayMs, clock, randomOf(seed, `plan ${index}`)),
  );
  const truth = live(plans, clock.instant(lastDay + dayMs, 0), clock, randomOf(seed, 'life'));
  const samples = observe(plans, truth, { seed, timeZone, withStages });

  return {
    schemaVersion: 1,
    deviceInfo: {
      deviceModel: phone.productType,
      systemName: 'iOS',
      systemVersion: phone.version,
      appVersion: '1.0.0',
      timeZone,
    },
    timestamp: iso(truth.endMs + 90 * secondMs),
    samples,
  };
}

// --- What the person means to do -------------------------------------------------------------------------

interface Span {
  fromMs: number;
  toMs: number;
}
interface Walk extends Span {
  /** Steps a minute. */
  cadence: number;
  phone: boolean;
  flights: number;
}
interface StageSpan extends Span {
  stage: 2 | 3 | 4 | 5;
}
interface DayPlan {
  /** The night that ends on this day. */
  bed: Span;
  asleep: StageSpan[];
  nap: StageSpan[];
  watchOff: Span[];
  walks: Walk[];
  workout: Span | null;
  mindful: Span | null;
  typedInMs: number | null;
  middayMs: number;
}

function planDay(index: number, days: number, day: number, clock: LocalClock, random: Random): DayPlan {
  const weekday = new Date(day).getUTCDay();
  const weekend = weekday === 0 || weekday === 6;
  const at = (hour: number, minute: number, spread = 0) =>
    clock.instant(day, Math.round(hour * 60 + minute + random.uniform(-spread, spread)));
  const lasting = (fromMs: number, minutes: number): Span => ({ fromMs, toMs: fromMs + minutes * minuteMs });

  // Each special thing happens once a week; in a shorter recording they move together.
  const week = Math.min(7, days - 7 * Math.floor(index / 7));
  const isDayFor = (position: number) => index % 7 === position % week;
  const nightWithoutWatch = week >= 3 && isDayFor(3);
  const chargesAtNoon = isDayFor(2);

  const onsetMs = weekend ? at(0, 15, 20) : at(-1, 5, 20);
  const wakeMs = weekend ? at(8, 5, 20) : at(6, 45, 12);
  const bed = {
    fromMs: onsetMs - random.integer(8, 20) * minuteMs,
    toMs: wakeMs + random.integer(3, 12) * minuteMs,
  };
  const napSpan = lasting(at(14, 10, 10), 36);
  const hasNap = isDayFor(5);
  const workout = isDayFor(1) ? lasting(at(18, 20, 5), 40) : null;

  const watchOff = [
    chargesAtNoon
      ? lasting(at(12, 15, 3), random.integer(58, 66))
      : lasting(at(21, 10, 10), random.integer(40, 55)),
  ];
  if (nightWithoutWatch) watchOff.push({ fromMs: at(-2, 0, 10), toMs: bed.toMs + 25 * minuteMs });

  const stroll = (fromMs: number, minutes: [number, number], withPhone: boolean): Walk => ({
    ...lasting(fromMs, random.integer(...minutes)),
    cadence: random.uniform(100, 114),
    phone: withPhone,
    flights: random.chance(0.5) ? random.integer(1, 3) : 0,
  });
  const strolls = weekend
    ? [
        stroll(at(10, 20, 15), [15, 25], true),
        stroll(at(12, 30, 3), [12, 16], true),
        stroll(at(15, 45, 15), [45, 70], true),
        stroll(at(18, 30, 10), [8, 12], false),
      ]
    : [
        stroll(at(7, 55, 8), [11, 15], true),
        stroll(at(10, 20, 10), [4, 7], false),
        stroll(at(12, 30, 3), [12, 18], true),
        stroll(at(15, 30, 10), [4, 7], false),
        stroll(at(17, 20, 10), [12, 16], true),
        stroll(at(19, 0, 8), [6, 10], random.chance(0.5)),
      ];
  const walks = strolls.filter(
    (walk) => !(hasNap && overlap(walk, napSpan)) && !(workout && walk.toMs > workout.fromMs),
  );
  if (workout) walks.push({ ...workout, cadence: 162, phone: false, flights: 0 });

  return {
    bed,
    asleep: hypnogram({ fromMs: onsetMs, toMs: wakeMs }, random),
    nap: hasNap ? [{ ...napSpan, stage: sleep.core }] : [],
    watchOff,
    walks,
    workout,
    mindful: isDayFor(4) ? lasting(at(20, 30, 10), 10) : null,
    typedInMs: isDayFor(2) ? at(9, 12) : null,
    middayMs: at(12, 0),
  };
}

/** Sleep in cycles of about 90 minutes: deep sleep first, REM later, a short awakening now and then. */
function hypnogram(span: Span, random: Random): StageSpan[] {
  const spans: StageSpan[] = [];
  let fromMs = span.fromMs;
  const add = (stage: StageSpan['stage'], minutes: number) => {
    const toMs = Math.min(span.toMs, fromMs + Math.round(minutes * 2) * 30 * secondMs);
    if (toMs <= fromMs) return;
    const last = spans.at(-1);
    if (last?.stage === stage) last.toMs = toMs;
    else spans.push({ fromMs, toMs, stage });
    fromMs = toMs;
  };
  for (let cycle = 0; fromMs < span.toMs; cycle++) {
    add(sleep.core, random.uniform(14, 24));
    if (cycle < 3) add(sleep.deep, random.uniform(28, 38) - 11 * cycle);
    if (random.chance(0.6)) add(sleep.awake, random.uniform(0.5, 4));
    add(sleep.core, random.uniform(18, 34));
    add(sleep.rem, random.uniform(6, 12) + 6 * Math.min(cycle, 3));
    if (random.chance(0.7)) add(sleep.awake, random.uniform(0.5, 6));
  }
  const last = spans.at(-1);
  if (last?.stage === sleep.awake) last.stage = sleep.core; // the last awakening ends the night, it is not part of it
  return spans;
}

// --- What truly happens, minute by minute ----------------------------------------------------------------

interface Truth {
  startMs: number;
  endMs: number;
  minutes: number;
  steps: Float64Array;
  /** Whether the phone is carried. */
  carried: Uint8Array;
  /** Whether the watch is on the wrist. */
  worn: Uint8Array;
  /** 0 up, else the HealthKit stage (2 to 5). */
  stage: Uint8Array;
  bpm: Float64Array;
}

function live(plans: DayPlan[], endMs: number, clock: LocalClock, random: Random): Truth {
  const first = plans[0]!;
  const startMs = Math.min(first.bed.fromMs, clock.midnightOf(first.middayMs));
  const minutes = (endMs - startMs) / minuteMs;
  const truth: Truth = {
    startMs,
    endMs,
    minutes,
    steps: new Float64Array(minutes),
    carried: new Uint8Array(minutes),
    worn: new Uint8Array(minutes).fill(1),
    stage: new Uint8Array(minutes),
    bpm: new Float64Array(minutes),
  };
  const inBed = new Uint8Array(minutes);
  const each = (span: Span, visit: (minute: number) => void) => {
    const from = Math.max(0, Math.round((span.fromMs - startMs) / minuteMs));
    const to = Math.min(minutes, Math.round((span.toMs - startMs) / minuteMs));
    for (let minute = from; minute < to; minute++) visit(minute);
  };

  for (const plan of plans) {
    each(plan.bed, (minute) => (inBed[minute] = 1));
    for (const span of plan.nap) each(span, (minute) => (inBed[minute] = 1));
    for (const span of [...plan.asleep, ...plan.nap])
      each(span, (minute) => (truth.stage[minute] = span.stage));
    for (const span of plan.watchOff) each(span, (minute) => (truth.worn[minute] = 0));
    for (const walk of plan.walks)
      each(walk, (minute) => {
        truth.steps[minute] = Math.round(random.normal(walk.cadence, 4));
        truth.carried[minute] = walk.phone ? 1 : 0;
      });
  }

  // Between the walks a person gets up for a minute or two.
  for (let minute = 0; minute < minutes; minute++) {
    if (inBed[minute] || truth.steps[minute] || !random.chance(0.07)) continue;
    const withPhone = random.chance(0.35) ? 1 : 0;
    for (let n = random.integer(1, 2); n > 0 && minute < minutes && !inBed[minute]; n--, minute++) {
      if (truth.steps[minute]) continue;
      truth.steps[minute] = random.integer(6, 44);
      truth.carried[minute] = withPhone;
    }
  }

  let effort = 0;
  let drift = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const steps = truth.steps[minute]!;
    const target = steps > 130 ? 84 : steps > 60 ? 32 : steps * 0.25;
    effort += 0.35 * (target - effort);
    drift = 0.8 * drift + random.normal(0, 1.6);
    const hour = clock.hour(startMs + minute * minuteMs);
    const circadian = Math.cos((2 * Math.PI * (hour - 16)) / 24);
    const resting = [68, 0, 63, 57, 54, 60][truth.stage[minute]!]!;
    truth.bpm[minute] = resting + 5 * circadian + effort + drift;
  }
  return truth;
}

// --- What the devices make of it -------------------------------------------------------------------------

type Source = typeof watch;
type Content = Pick<Sample, 'value' | 'unit' | 'categoryValue'>;

function observe(
  plans: DayPlan[],
  truth: Truth,
  { seed, timeZone, withStages }: { seed: number; timeZone: string; withStages: boolean },
): Sample[] {
  const { startMs, endMs, minutes, steps, carried, worn, stage } = truth;
  const samples: Sample[] = [];
  const uuids = randomOf(seed, 'uuid');
  const add = (
    sampleType: string,
    source: Source,
    span: Span,
    content: Content,
    metadata: Sample['metadata'] = {},
  ) => {
    if (span.fromMs < startMs || span.fromMs >= endMs) return;
    samples.push({
      uuid: uuids.uuid(),
      sampleType,
      ...content,
      startDate: iso(span.fromMs),
      endDate: iso(Math.min(span.toMs, endMs)),
      metadata: { HKTimeZone: timeZone, ...metadata },
      sourceRevision: source,
    });
  };
  const minuteAt = (ms: number) => Math.floor((ms - startMs) / minuteMs);
  const wornAt = (ms: number) => worn[minuteAt(ms)] === 1;
  const moment = (ms: number): Span => ({ fromMs: ms, toMs: ms });
  const bpmAt = (ms: number) => {
    const exact = (ms - startMs) / minuteMs;
    const minute = Math.min(Math.floor(exact), minutes - 1);
    const next = truth.bpm[Math.min(minute + 1, minutes - 1)]!;
    return truth.bpm[minute]! + (next - truth.bpm[minute]!) * (exact - minute);
  };

  // Heart rate: every 5 minutes or so, every 5 seconds in a workout.
  const beats = randomOf(seed, 'heart rate');
  const workouts = plans.flatMap((plan) => (plan.workout ? [plan.workout] : []));
  for (let ms = startMs + 40 * secondMs; ms < endMs;) {
    if (wornAt(ms))
      add(
        'heartRate',
        watch,
        moment(ms),
        { value: Math.round(bpmAt(ms) + beats.normal(0, 0.7)), unit: 'count/min' },
        { HKMetadataKeyHeartRateMotionContext: steps[minuteAt(ms)]! > 60 ? 2 : 1 },
      );
    const inWorkout = workouts.some((span) => ms >= span.fromMs && ms < span.toMs);
    const next = ms + Math.round(inWorkout ? beats.uniform(4_000, 6_000) : beats.uniform(210_000, 390_000));
    const begun = workouts.find((span) => ms < span.fromMs && next > span.fromMs);
    ms = begun ? begun.fromMs : next;
  }

  // Steps and distance: the same truth, cut differently and counted a little differently by the two devices.
  const carrying: [string, Source, Uint8Array, number][] = [
    ['watch', watch, worn, 1],
    ['phone', phone, carried, 0.97],
  ];
  const pieces = carrying.map(([name, source, present, share]) => {
    const random = randomOf(seed, `steps ${name}`);
    const counted = cut(
      minutes,
      (minute) => (present[minute] && steps[minute] ? 1 : 0),
      () => random.integer(1, 10),
    );
    return counted.map(({ from, to }) => {
      const count = sum(steps, from, to);
      return {
        source,
        fromMs: startMs + from * minuteMs + random.integer(0, 12_000),
        toMs: startMs + to * minuteMs - random.integer(0, 12_000),
        count: Math.max(1, Math.round(count * share * random.normal(1, 0.015))),
        metres: count * share * (count / (to - from) > 130 ? 1.05 : 0.72) * random.normal(1, 0.02),
      };
    });
  });
  for (const piece of pieces.flat())
    add('stepCount', piece.source, piece, { value: piece.count, unit: 'count' });
  for (const piece of pieces.flat())
    add('distanceWalkingRunning', piece.source, piece, { value: round(piece.metres, 2), unit: 'm' });

  // Energy: the watch, while it is worn; short pieces when moving, long ones at rest.
  const energy = randomOf(seed, 'energy');
  const burning = cut(
    minutes,
    (minute) => (!worn[minute] ? 0 : steps[minute] ? 1 : stage[minute] ? 2 : 3),
    (kind) =>
      kind === 1 ? energy.integer(1, 3) : kind === 2 ? energy.integer(20, 40) : energy.integer(3, 7),
  );
  for (const { from, to, kind } of burning) {
    let kcal = 0;
    for (let minute = from; minute < to; minute++)
      kcal += steps[minute]! > 130 ? 11 : steps[minute]! * 0.038 + (kind === 2 ? 0.01 : 0.12);
    add('activeEnergyBurned', watch, wholeMinutes(from, to), {
      value: round(kcal * energy.normal(1, 0.05), 3),
      unit: 'kcal',
    });
  }
  for (const { from, to } of cut(
    minutes,
    (minute) => worn[minute]!,
    () => energy.integer(4, 12),
  ))
    add('basalEnergyBurned', watch, wholeMinutes(from, to), {
      value: round((to - from) * energy.normal(1.12, 0.01), 3),
      unit: 'kcal',
    });
  for (let minute = 0; minute < minutes; minute++)
    if (worn[minute] && steps[minute]! >= 100)
      add('appleExerciseTime', watch, wholeMinutes(minute, minute + 1), { value: 1, unit: 'min' });

  function wholeMinutes(from: number, to: number): Span {
    return { fromMs: startMs + from * minuteMs, toMs: startMs + to * minuteMs };
  }

  const random = randomOf(seed, 'the rest');
  for (const walk of plans.flatMap((plan) => plan.walks)) {
    if (!walk.flights) continue;
    const stairs = { fromMs: walk.toMs - 2 * minuteMs, toMs: walk.toMs - minuteMs };
    for (const [source, present] of [
      [watch, wornAt(stairs.fromMs)],
      [phone, walk.phone],
    ] as const)
      if (present) add('flightsClimbed', source, stairs, { value: walk.flights, unit: 'count' });
  }

  for (const plan of plans) {
    const night = { fromMs: plan.asleep[0]!.fromMs, toMs: plan.asleep.at(-1)!.toMs };
    const evening = plan.middayMs + 9 * 60 * minuteMs;
    add(
      'restingHeartRate',
      watch,
      { fromMs: plan.bed.toMs + 30 * minuteMs, toMs: evening },
      { value: Math.round(random.normal(55, 1.2)), unit: 'count/min' },
    );
    const brisk = plan.walks.filter((walk) => walk.cadence < 130 && wornAt(walk.fromMs));
    if (brisk.length)
      add(
        'walkingHeartRateAverage',
        watch,
        {
          fromMs: Math.min(...brisk.map((walk) => walk.fromMs)),
          toMs: Math.max(...brisk.map((walk) => walk.toMs)),
        },
        { value: Math.round(random.normal(98, 2)), unit: 'count/min' },
      );

    const byNight = every(night, 100 * minuteMs, 50 * minuteMs, random);
    const byDay = every({ fromMs: plan.bed.toMs, toMs: evening }, 210 * minuteMs, 70 * minuteMs, random);
    for (const [times, centre] of [
      [byNight, 68],
      [byDay, 44],
    ] as const)
      for (const ms of times)
        if (wornAt(ms))
          add('heartRateVariabilitySDNN', watch, lasting(ms, 60 * secondMs), {
            value: round(Math.max(12, random.normal(centre, 8)), 3),
            unit: 'ms',
          });
    for (const ms of every(night, 13 * minuteMs, 4 * minuteMs, random))
      if (wornAt(ms))
        add('respiratoryRate', watch, moment(ms), {
          value: round(random.normal(14.6, 0.8), 1),
          unit: 'count/min',
        });
    for (const ms of every(night, 28 * minuteMs, 8 * minuteMs, random))
      if (wornAt(ms))
        add('oxygenSaturation', watch, lasting(ms, 15 * secondMs), {
          value: round(Math.min(1, random.normal(0.966, 0.011)), 2),
          unit: '%',
        });
    if (wornAt(night.fromMs))
      add('appleSleepingWristTemperature', watch, night, {
        value: round(random.normal(35.2, 0.18), 2),
        unit: 'degC',
      });

    add('sleepAnalysis', phone, plan.bed, { categoryValue: sleep.inBed });
    if (withStages)
      for (const span of [...plan.asleep, ...plan.nap])
        if (wornAt(span.fromMs)) add('sleepAnalysis', watch, span, { categoryValue: span.stage });
    if (plan.mindful) add('mindfulSession', watch, plan.mindful, { categoryValue: 0 });
    if (plan.workout) add('workout', watch, plan.workout, { categoryValue: running });
    if (plan.typedInMs !== null)
      add(
        'bodyTemperature',
        healthApp,
        moment(plan.typedInMs),
        { value: 36.7, unit: 'degC' },
        { HKWasUserEntered: true },
      );
  }

  // A client asks HealthKit for one type after the other, each in the order of time.
  const order = [...new Set(samples.map((sample) => sample.sampleType))];
  return samples.sort(
    (a, b) =>
      order.indexOf(a.sampleType) - order.indexOf(b.sampleType) ||
      (a.startDate < b.startDate ? -1 : a.startDate > b.startDate ? 1 : 0),
  );
}

/** Runs of minutes of the same kind (0 is left out), cut into pieces of at most `longest(kind)` minutes. */
function cut(minutes: number, kindOf: (minute: number) => number, longest: (kind: number) => number) {
  const pieces: { from: number; to: number; kind: number }[] = [];
  for (let from = 0; from < minutes;) {
    const kind = kindOf(from);
    const limit = kind ? from + longest(kind) : Infinity;
    let to = from + 1;
    while (to < minutes && to < limit && kindOf(to) === kind) to++;
    if (kind) pieces.push({ from, to, kind });
    from = to;
  }
  return pieces;
}

/** Times inside the span, about `stepMs` apart. */
function every(span: Span, stepMs: number, spreadMs: number, random: Random): number[] {
  const times: number[] = [];
  const step = () => Math.round(stepMs + random.uniform(-spreadMs, spreadMs));
  for (let ms = span.fromMs + step(); ms < span.toMs - minuteMs; ms += step()) times.push(ms);
  return times;
}

const lasting = (fromMs: number, durationMs: number): Span => ({ fromMs, toMs: fromMs + durationMs });
const overlap = (a: Span, b: Span) => a.fromMs < b.toMs && b.fromMs < a.toMs;
const iso = (ms: number) => new Date(ms).toISOString();
const round = (value: number, digits: number) => Number(value.toFixed(digits));
const sum = (values: Float64Array, from: number, to: number) =>
  values.subarray(from, to).reduce((total, value) => total + value, 0);

// --- Local time and chance -------------------------------------------------------------------------------

interface LocalClock {
  /** The instant of a wall clock time: `day` is the UTC midnight of the local date; minutes may leave the day. */
  instant(day: number, minutes: number): number;
  midnightOf(ms: number): number;
  /** Local hour of the day, with its fraction. */
  hour(ms: number): number;
}

function localClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hourCycle: 'h23' });
  const offsets = new Map<number, number>();
  // Offsets change on quarter hours at the earliest, so one look-up a quarter hour is enough.
  const offsetMs = (ms: number) => {
    const quarter = Math.floor(ms / (15 * minuteMs));
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')!.value;
      const [, sign, hours = '0', rest = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
      offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest)) * minuteMs;
      offsets.set(quarter, offset);
    }
    return offset;
  };
  const instant = (day: number, minutes: number) => {
    const wall = day + minutes * minuteMs;
    const guess = wall - offsetMs(wall);
    return wall - offsetMs(guess);
  };
  return {
    instant,
    midnightOf: (ms) => instant(Math.floor((ms + offsetMs(ms)) / dayMs) * dayMs, 0),
    hour: (ms) => ((ms + offsetMs(ms)) % dayMs) / (60 * minuteMs),
  };
}

interface Random {
  uniform(low: number, high: number): number;
  /** Both ends included. */
  integer(low: number, high: number): number;
  normal(mean: number, standardDeviation: number): number;
  chance(probability: number): boolean;
  uuid(): string;
}

/** One stream of chance a purpose (mulberry32), so that a change to one signal leaves the others as they were. */
function randomOf(seed: number, stream: string): Random {
  let state = 0x811c9dc5 ^ seed;
  for (const letter of stream) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const uniform = (low: number, high: number) => low + (high - low) * next();
  return {
    uniform,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    normal: (mean, standardDeviation) => {
      let total = -6; // twelve uniforms: near enough to a bell, and the same on every machine
      for (let n = 0; n < 12; n++) total += next();
      return mean + standardDeviation * total;
    },
    chance: (probability) => next() < probability,
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16));
      hex[12] = '4';
      hex[16] = '89ab'[Math.floor(next() * 4)]!;
      return [8, 12, 16, 20, 32]
        .map((to, part, ends) => hex.slice(ends[part - 1] ?? 0, to).join(''))
        .join('-')
        .toUpperCase();
    },
  };
}

/** One recording to a file, as JSON or as NDJSON. @returns a sentence that names it */
export function writeSampleWeek(file: string, options: SampleWeekOptions & { ndjson: boolean }): string {
  const recording = sampleWeek(options);
  const { samples, ...head } = recording;
  const text = options.ndjson
    ? [head, ...samples].map((line) => JSON.stringify(line)).join('\n') + '\n'
    : JSON.stringify(recording);
  writeFileSync(file, text);
  return `${file}: ${samples.length} samples, ${(text.length / 1e6).toFixed(1)} MB`;
}
