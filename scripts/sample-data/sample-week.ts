/**
 * A week (or more, or less) of what HealthKit hands over for one made-up person with an Apple Watch and an
 * iPhone. Seeded: the same options give the same recording, byte for byte. Nobody's measurements are in here.
 *
 * What each week contains, because real ones do: steps that watch and phone both counted, walks that only one
 * of them saw (the phone on the desk; the watch on its charger), a charging gap a day, one night without the
 * watch, a nap, a run, a mindful session, and a body temperature typed in by hand.
 */
import { writeFileSync } from 'node:fs';
import { isoInstant } from '../../functions/src/domain/instant.ts';
import { dayMs, secondMs } from '../../functions/src/domain/time.ts';
import { recordEnergy } from './devices/energy.ts';
import { recordDailyHeart, recordHeartRate } from './devices/heart.ts';
import { recorder, type Recorder } from './devices/recorder.ts';
import { recordBreathing, recordSleep } from './devices/sleep.ts';
import { recordFlights, recordSteps } from './devices/steps.ts';
import { healthApp, phone, running, watch, type Recording, type Sample } from './healthkit.ts';
import { localClock } from './local-clock.ts';
import { live, planDay, type DayPlan, type Truth } from './person.ts';
import { randomOf } from './random.ts';
import { moment } from './span.ts';

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
    timestamp: isoInstant(truth.endMs + 90 * secondMs),
    samples,
  };
}

/** What the devices make of it. Ids come from one stream, in the order in which samples are added. */
function observe(
  plans: readonly DayPlan[],
  truth: Truth,
  { seed, timeZone, withStages }: { seed: number; timeZone: string; withStages: boolean },
): Sample[] {
  const samples: Sample[] = [];
  const chance = (stream: string) => randomOf(seed, stream);
  const record = recorder(truth, timeZone, chance('uuid'), samples);
  recordHeartRate(record, plans, chance('heart rate'));
  recordSteps(record, chance);
  recordEnergy(record, chance('energy'));
  recordFlights(record, plans);
  const random = chance('the rest');
  for (const plan of plans) {
    recordDailyHeart(record, plan, random);
    recordBreathing(record, plan, random);
    recordSleep(record, plan, withStages);
    recordOccasions(record, plan);
  }
  // A client asks HealthKit for one type after the other, each in the order of time.
  const order = [...new Set(samples.map((sample) => sample.sampleType))];
  return samples.sort(
    (a, b) =>
      order.indexOf(a.sampleType) - order.indexOf(b.sampleType) ||
      (a.startDate < b.startDate ? -1 : a.startDate > b.startDate ? 1 : 0),
  );
}

/** What happens once a week, or is typed in by hand. */
function recordOccasions({ add }: Recorder, { mindful, workout, typedInMs }: DayPlan): void {
  if (mindful) add('mindfulSession', watch, mindful, { categoryValue: 0 });
  if (workout) add('workout', watch, workout, { categoryValue: running });
  if (typedInMs === null) return;
  const temperature = { value: 36.7, unit: 'degC' };
  add('bodyTemperature', healthApp, moment(typedInMs), temperature, { HKWasUserEntered: true });
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
