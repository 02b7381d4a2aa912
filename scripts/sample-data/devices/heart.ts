import { hourMs, minuteMs, secondMs } from '../../../functions/src/domain/time.ts';
import { watch } from '../healthkit.ts';
import type { DayPlan, Truth } from '../person.ts';
import type { Random } from '../random.ts';
import { lasting, moment } from '../span.ts';
import { every, round, type Recorder } from './recorder.ts';

/** Heart rate: every 5 minutes or so, every 5 seconds in a workout. */
export function recordHeartRate(
  { truth, minuteAt, wornAt, add }: Recorder,
  plans: readonly DayPlan[],
  random: Random,
): void {
  const workouts = plans.flatMap((plan) => (plan.workout ? [plan.workout] : []));
  for (let ms = truth.startMs + 40 * secondMs; ms < truth.endMs;) {
    if (wornAt(ms))
      add(
        'heartRate',
        watch,
        moment(ms),
        { value: Math.round(bpmAt(truth, ms) + random.normal(0, 0.7)), unit: 'count/min' },
        { HKMetadataKeyHeartRateMotionContext: truth.steps[minuteAt(ms)]! > 60 ? 2 : 1 },
      );
    const inWorkout = workouts.some((span) => ms >= span.fromMs && ms < span.toMs);
    const next = ms + Math.round(inWorkout ? random.uniform(4_000, 6_000) : random.uniform(210_000, 390_000));
    const begun = workouts.find((span) => ms < span.fromMs && next > span.fromMs);
    ms = begun ? begun.fromMs : next;
  }
}

function bpmAt({ startMs, minutes, bpm }: Truth, ms: number): number {
  const exact = (ms - startMs) / minuteMs;
  const minute = Math.min(Math.floor(exact), minutes - 1);
  const next = bpm[Math.min(minute + 1, minutes - 1)]!;
  return bpm[minute]! + (next - bpm[minute]!) * (exact - minute);
}

/** What the watch makes of a day's heart rate, and its variability by night and by day. */
export function recordDailyHeart({ wornAt, add }: Recorder, plan: DayPlan, random: Random): void {
  const evening = plan.middayMs + 9 * hourMs;
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

  const night = { fromMs: plan.asleep[0]!.fromMs, toMs: plan.asleep.at(-1)!.toMs };
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
}
