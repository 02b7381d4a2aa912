// The person: what they mean to do, and what truly happens, minute by minute.
import { sleepValue } from '../../functions/src/domain/samples/sample-types.ts';
import { minuteMs, secondMs } from '../../functions/src/domain/time.ts';
import type { LocalClock } from './local-clock.ts';
import type { Random } from './random.ts';
import { lasting, overlap, type Span } from './span.ts';

interface Walk extends Span {
  /** Steps a minute. */
  cadence: number;
  phone: boolean;
  flights: number;
}
interface StageSpan extends Span {
  stage: 2 | 3 | 4 | 5;
}
export interface DayPlan {
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

/** The instant of a wall clock time on the day, give or take `spread` minutes. */
type At = (hour: number, minute: number, spread?: number) => number;

/** What the person means to do on the local date whose UTC midnight is `day`, the one of `days` with this index. */
export function planDay(
  index: number,
  days: number,
  day: number,
  clock: LocalClock,
  random: Random,
): DayPlan {
  const weekday = new Date(day).getUTCDay();
  const weekend = weekday === 0 || weekday === 6;
  const at: At = (hour, minute, spread = 0) =>
    clock.instant(day, Math.round(hour * 60 + minute + random.uniform(-spread, spread)));

  // Each special thing happens once a week; in a shorter recording they move together.
  const week = Math.min(7, days - 7 * Math.floor(index / 7));
  const isDayFor = (position: number) => index % 7 === position % week;

  const onsetMs = weekend ? at(0, 15, 20) : at(-1, 5, 20);
  const wakeMs = weekend ? at(8, 5, 20) : at(6, 45, 12);
  const bed = {
    fromMs: onsetMs - random.integer(8, 20) * minuteMs,
    toMs: wakeMs + random.integer(3, 12) * minuteMs,
  };
  const napSpan = lasting(at(14, 10, 10), 36 * minuteMs);
  const hasNap = isDayFor(5);
  const workout = isDayFor(1) ? lasting(at(18, 20, 5), 40 * minuteMs) : null;
  const watchOff = [chargingOf(isDayFor(2), at, random)];
  if (week >= 3 && isDayFor(3)) watchOff.push({ fromMs: at(-2, 0, 10), toMs: bed.toMs + 25 * minuteMs });
  const walks = strollsOf(weekend, at, random).filter(
    (walk) => !(hasNap && overlap(walk, napSpan)) && !(workout && walk.toMs > workout.fromMs),
  );
  if (workout) walks.push({ ...workout, cadence: 162, phone: false, flights: 0 });

  return {
    bed,
    asleep: hypnogram({ fromMs: onsetMs, toMs: wakeMs }, random),
    nap: hasNap ? [{ ...napSpan, stage: sleepValue.core }] : [],
    watchOff,
    walks,
    workout,
    mindful: isDayFor(4) ? lasting(at(20, 30, 10), 10 * minuteMs) : null,
    typedInMs: isDayFor(2) ? at(9, 12) : null,
    middayMs: at(12, 0),
  };
}

function chargingOf(atNoon: boolean, at: At, random: Random): Span {
  return atNoon
    ? lasting(at(12, 15, 3), random.integer(58, 66) * minuteMs)
    : lasting(at(21, 10, 10), random.integer(40, 55) * minuteMs);
}

function strollsOf(weekend: boolean, at: At, random: Random): Walk[] {
  const stroll = (fromMs: number, minutes: [number, number], withPhone: boolean): Walk => ({
    ...lasting(fromMs, random.integer(...minutes) * minuteMs),
    cadence: random.uniform(100, 114),
    phone: withPhone,
    flights: random.chance(0.5) ? random.integer(1, 3) : 0,
  });
  if (weekend)
    return [
      stroll(at(10, 20, 15), [15, 25], true),
      stroll(at(12, 30, 3), [12, 16], true),
      stroll(at(15, 45, 15), [45, 70], true),
      stroll(at(18, 30, 10), [8, 12], false),
    ];
  return [
    stroll(at(7, 55, 8), [11, 15], true),
    stroll(at(10, 20, 10), [4, 7], false),
    stroll(at(12, 30, 3), [12, 18], true),
    stroll(at(15, 30, 10), [4, 7], false),
    stroll(at(17, 20, 10), [12, 16], true),
    stroll(at(19, 0, 8), [6, 10], random.chance(0.5)),
  ];
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
    add(sleepValue.core, random.uniform(14, 24));
    if (cycle < 3) add(sleepValue.deep, random.uniform(28, 38) - 11 * cycle);
    if (random.chance(0.6)) add(sleepValue.awake, random.uniform(0.5, 4));
    add(sleepValue.core, random.uniform(18, 34));
    add(sleepValue.rem, random.uniform(6, 12) + 6 * Math.min(cycle, 3));
    if (random.chance(0.7)) add(sleepValue.awake, random.uniform(0.5, 6));
  }
  const last = spans.at(-1);
  if (last?.stage === sleepValue.awake) last.stage = sleepValue.core; // the last awakening ends the night, it is not part of it
  return spans;
}

export interface Truth {
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

/** What truly happens up to `endMs`, from the first midnight or the bedtime before it on. */
export function live(plans: readonly DayPlan[], endMs: number, clock: LocalClock, random: Random): Truth {
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
  for (const plan of plans) follow(plan, truth, inBed, random);
  getUp(truth, inBed, random);
  beat(truth, clock, random);
  return truth;
}

function follow(plan: DayPlan, truth: Truth, inBed: Uint8Array, random: Random): void {
  const each = (span: Span, visit: (minute: number) => void) => {
    const from = Math.max(0, Math.round((span.fromMs - truth.startMs) / minuteMs));
    const to = Math.min(truth.minutes, Math.round((span.toMs - truth.startMs) / minuteMs));
    for (let minute = from; minute < to; minute++) visit(minute);
  };
  for (const span of [plan.bed, ...plan.nap]) each(span, (minute) => (inBed[minute] = 1));
  for (const span of [...plan.asleep, ...plan.nap])
    each(span, (minute) => (truth.stage[minute] = span.stage));
  for (const span of plan.watchOff) each(span, (minute) => (truth.worn[minute] = 0));
  for (const walk of plan.walks)
    each(walk, (minute) => {
      truth.steps[minute] = Math.round(random.normal(walk.cadence, 4));
      truth.carried[minute] = walk.phone ? 1 : 0;
    });
}

/** Between the walks a person gets up for a minute or two. */
function getUp({ minutes, steps, carried }: Truth, inBed: Uint8Array, random: Random): void {
  for (let minute = 0; minute < minutes; minute++) {
    if (inBed[minute] || steps[minute] || !random.chance(0.07)) continue;
    const withPhone = random.chance(0.35) ? 1 : 0;
    for (let n = random.integer(1, 2); n > 0 && minute < minutes && !inBed[minute]; n--, minute++) {
      if (steps[minute]) continue;
      steps[minute] = random.integer(6, 44);
      carried[minute] = withPhone;
    }
  }
}

function beat({ startMs, minutes, steps, stage, bpm }: Truth, clock: LocalClock, random: Random): void {
  let effort = 0;
  let drift = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const count = steps[minute]!;
    const target = count > 130 ? 84 : count > 60 ? 32 : count * 0.25;
    effort += 0.35 * (target - effort);
    drift = 0.8 * drift + random.normal(0, 1.6);
    const hour = clock.hour(startMs + minute * minuteMs);
    const circadian = Math.cos((2 * Math.PI * (hour - 16)) / 24);
    const resting = [68, 0, 63, 57, 54, 60][stage[minute]!]!;
    bpm[minute] = resting + 5 * circadian + effort + drift;
  }
}
