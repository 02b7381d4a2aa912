import type { NightValues } from '../history/week-digest.ts';
import { activityDays, type ActivityDay } from '../metrics/activity.ts';
import { heartRateVariability, lowestHalfHour, type HeartRateVariability } from '../metrics/cardio.ts';
import { breathing, oxygen, type NightRange, type OxygenRange } from '../metrics/respiration.ts';
import { isWhole, type Night } from '../metrics/night.ts';
import { midpointMinutes } from '../metrics/sleep-summary.ts';
import { layMinutes, minuteMeans, samplesNear } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import { dayOfEnd, type Window } from '../samples/window.ts';
import { between, ofType, type ByType } from './by-type.ts';
import { asleepMinutes, sleepOf, sleepStates, type KnownSleep, type StagedNight } from './nights.ts';
import type { Preparation } from './prepare.ts';

/** Everything that is found out once, of which an analysis, the summaries of its days and the digest of its week tell each a part. */
export interface Findings {
  preparation: Preparation;
  byType: ByType;
  sleep: KnownSleep;
  /** The nights, in the order of days. */
  nights: Night[];
  /** What was measured in each of them. */
  signs: ReadonlyMap<string, NightSigns>;
  /** 1 for every minute of the window that is known, or estimated, to be asleep. */
  asleep: Uint8Array;
  /** See `sleepStates`. */
  states: Int8Array | null;
  activity: ActivityDay[];
  /** Whether the sleep model's answer is in them. */
  byModel: boolean;
}

/** What was measured in a night, from going to bed to getting up. */
export interface NightSigns {
  lowestHeartRateBpm: number | null;
  hrv: HeartRateVariability | null;
  breathing: NightRange | null;
  oxygen: OxygenRange | null;
  wristCelsius: number | null;
}

/** @param staged the sleep model's answers, in any order */
export function findingsOf(preparation: Preparation, staged: readonly StagedNight[]): Findings {
  const { window, minutes, samples } = preparation;
  const byType: ByType = Map.groupBy(samples, ({ type }) => type);
  const sleep = sleepOf(preparation, staged);
  const nights = [...sleep.nights.values()].map(({ night }) => night);
  const asleep = asleepMinutes(minutes, sleep);
  const states = sleepStates(preparation, sleep, asleep);
  return {
    preparation,
    byType,
    sleep,
    nights,
    signs: new Map(nights.map((night) => [night.day, signsOf(window, byType, night)])),
    asleep,
    states,
    activity: activityDays(window, minutes, byType, samples[0]?.start ?? window.start, states),
    byModel: nights.some(({ source }) => source === 'sleep-model'),
  };
}

function signsOf(window: Window, byType: ByType, { day, start, end, onset, wake }: Night): NightSigns {
  const values = (type: Sample['type']) =>
    between(ofType(byType, type), start, end).map(({ value }) => value);
  const temperature = ofType(byType, 'appleSleepingWristTemperature').findLast(
    (sample) => dayOfEnd(window, sample.end) === day && sample.start < end && sample.end > start,
  );
  return {
    lowestHeartRateBpm: lowestIn(window, ofType(byType, 'heartRate'), onset ?? start, wake ?? end),
    hrv: heartRateVariability(values('heartRateVariabilitySDNN')),
    breathing: breathing(values('respiratoryRate')),
    oxygen: oxygen(values('oxygenSaturation')),
    wristCelsius: temperature?.value ?? null,
  };
}

function lowestIn(window: Window, heartRates: readonly Sample[], start: number, end: number): number | null {
  const grid = layMinutes({ days: window.days, start, end }, []);
  return lowestHalfHour(minuteMeans(grid, samplesNear(heartRates, start, end), 'heartRate'));
}

/** The values of a whole, measured night that are compared with what is usual; null of any other. */
export function nightValues({ preparation, signs }: Findings, night: Night): NightValues | null {
  if (!isWhole(night)) return null;
  const own = signs.get(night.day)!;
  return {
    day: night.day,
    tstMinutes: night.tstMinutes,
    midpointMinutes: midpointMinutes(preparation.window, night),
    lowestHeartRateBpm: own.lowestHeartRateBpm,
    hrvMs: own.hrv?.medianMs ?? null,
    breathsPerMinute: own.breathing?.median ?? null,
    oxygen: own.oxygen?.median ?? null,
    wristCelsius: own.wristCelsius,
  };
}
