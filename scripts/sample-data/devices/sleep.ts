import { sleepValue } from '../../../functions/src/domain/samples/sample-types.ts';
import { minuteMs, secondMs } from '../../../functions/src/domain/time.ts';
import { phone, watch } from '../healthkit.ts';
import type { DayPlan } from '../person.ts';
import type { Random } from '../random.ts';
import { lasting, moment } from '../span.ts';
import { every, round, type Recorder } from './recorder.ts';

/** Breathing, oxygen and temperature of the night that ends on a day, while the watch is worn. */
export function recordBreathing({ wornAt, add }: Recorder, { asleep }: DayPlan, random: Random): void {
  const night = { fromMs: asleep[0]!.fromMs, toMs: asleep.at(-1)!.toMs };
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
}

/** The phone's time in bed, and the watch's stages of the night and the nap. */
export function recordSleep({ wornAt, add }: Recorder, plan: DayPlan, withStages: boolean): void {
  add('sleepAnalysis', phone, plan.bed, { categoryValue: sleepValue.inBed });
  if (!withStages) return;
  for (const span of [...plan.asleep, ...plan.nap])
    if (wornAt(span.fromMs)) add('sleepAnalysis', watch, span, { categoryValue: span.stage });
}
