import type { Unavailable } from '../../fault.ts';
import {
  heartRateVariability,
  lowestSleepingHeartRate,
  restingHeartRate,
  type HeartRateVariability,
  type LowestSleepingHeartRate,
  type RestingHeartRate,
} from '../../metrics/cardio.ts';
import { nightsOfMeans } from '../../metrics/sleep-summary.ts';
import { averageOf, mean, type Average } from '../../metrics/statistics.ts';
import { minuteMeans } from '../../samples/minutes.ts';
import { between, has, ofType } from '../by-type.ts';
import type { Findings } from '../findings.ts';

export interface CardioSection {
  restingHeartRate: RestingHeartRate | Unavailable;
  lowestSleepingHeartRate: LowestSleepingHeartRate | Unavailable;
  heartRate: { meanBpm: number; minBpm: number; maxBpm: number; minutes: number } | Unavailable;
  hrv: {
    /** `average`: of the medians of the nights that are averaged. */
    night: (HeartRateVariability & { average: Average | null }) | Unavailable;
    day: HeartRateVariability | Unavailable;
  };
}

export function cardioSection({ preparation, byType, nights, signs }: Findings): CardioSection | Unavailable {
  if (!has(byType, ['heartRate', 'restingHeartRate', 'heartRateVariabilitySDNN'])) {
    return { unavailable: 'no-samples' };
  }
  const { window, minutes } = preparation;
  const none: Unavailable = { unavailable: 'no-samples' };
  const inWindow = (type: 'restingHeartRate' | 'heartRateVariabilitySDNN') =>
    between(ofType(byType, type), window.start, window.end);
  const perMinute = minuteMeans(minutes, ofType(byType, 'heartRate'), 'heartRate').filter(
    (bpm) => !Number.isNaN(bpm),
  );
  const averaged = nightsOfMeans(nights).nights.map(({ day }) => ({ day, ...signs.get(day)! }));
  const inNight = (at: number): boolean => nights.some(({ start, end }) => at >= start && at < end);
  const variability = ofType(byType, 'heartRateVariabilitySDNN');
  const night = heartRateVariability(
    variability.filter(({ start }) => inNight(start)).map(({ value }) => value),
  );
  const day = inWindow('heartRateVariabilitySDNN').filter(({ start }) => !inNight(start));
  return {
    restingHeartRate: restingHeartRate(inWindow('restingHeartRate').map(({ value }) => value)) ?? none,
    lowestSleepingHeartRate:
      lowestSleepingHeartRate(
        averaged.flatMap(({ day, lowestHeartRateBpm: bpm }) => (bpm === null ? [] : [{ day, bpm }])),
      ) ?? none,
    heartRate: perMinute.length
      ? {
          meanBpm: mean(perMinute),
          minBpm: perMinute.reduce((a, b) => Math.min(a, b)),
          maxBpm: perMinute.reduce((a, b) => Math.max(a, b)),
          minutes: perMinute.length,
        }
      : none,
    hrv: {
      night: night
        ? { ...night, average: averageOf(averaged.flatMap(({ hrv }) => (hrv ? [hrv.medianMs] : []))) }
        : none,
      day: heartRateVariability(day.map(({ value }) => value)) ?? none,
    },
  };
}
