import type { Unavailable } from '../../fault.ts';
import {
  heartRateVariability,
  restingHeartRate,
  type HeartRateVariability,
  type RestingHeartRate,
} from '../../metrics/cardio.ts';
import type { Night } from '../../metrics/sleep.ts';
import { mean, median } from '../../metrics/statistics.ts';
import { layMinutes, minuteMeans, samplesNear, type Minutes } from '../../samples/minutes.ts';
import type { Sample } from '../../samples/sample.ts';
import type { Window } from '../../samples/window.ts';
import { has, ofType, valuesOf, type ByType } from '../by-type.ts';

export interface CardioSection {
  restingHeartRate: RestingHeartRate | Unavailable;
  walkingHeartRateBpm: number | null;
  heartRate: { meanBpm: number; minBpm: number; maxBpm: number; minutes: number } | Unavailable;
  hrv: { night: HeartRateVariability | Unavailable; day: HeartRateVariability | Unavailable };
}

export function cardioSection(
  window: Window,
  minutes: Minutes,
  byType: ByType,
  nights: readonly Night[],
): CardioSection | Unavailable {
  if (
    !has(byType, ['heartRate', 'restingHeartRate', 'walkingHeartRateAverage', 'heartRateVariabilitySDNN'])
  ) {
    return { unavailable: 'no-samples' };
  }
  const inWindow = (at: number): boolean => at >= window.start && at < window.end;
  const inNight = (at: number): boolean => nights.some(({ start, end }) => at >= start && at < end);
  const none: Unavailable = { unavailable: 'no-samples' };
  const walking = valuesOf(byType, 'walkingHeartRateAverage', inWindow);
  const heartRates = ofType(byType, 'heartRate');
  const perMinute = minuteMeans(minutes, heartRates, 'heartRate').filter((bpm) => !Number.isNaN(bpm));
  return {
    restingHeartRate:
      restingHeartRate({
        healthKit: valuesOf(byType, 'restingHeartRate', inWindow),
        sleepHeartRate: nightHeartRate(window, heartRates, nights),
      }) ?? none,
    walkingHeartRateBpm: walking.length ? median(walking) : null,
    heartRate: perMinute.length
      ? {
          meanBpm: mean(perMinute),
          minBpm: perMinute.reduce((a, b) => Math.min(a, b)),
          maxBpm: perMinute.reduce((a, b) => Math.max(a, b)),
          minutes: perMinute.length,
        }
      : none,
    hrv: {
      night: heartRateVariability(valuesOf(byType, 'heartRateVariabilitySDNN', inNight)) ?? none,
      day:
        heartRateVariability(
          valuesOf(byType, 'heartRateVariabilitySDNN', (at) => inWindow(at) && !inNight(at)),
        ) ?? none,
    },
  };
}

/** Heart rate of the minutes between onset and final awakening, night after night, with a gap between nights. */
function nightHeartRate(
  window: Window,
  heartRates: readonly Sample[],
  nights: readonly Night[],
): Float64Array {
  const series: number[] = [];
  for (const { onset, wake } of nights) {
    if (onset === null || wake === null) continue;
    const grid = layMinutes({ days: window.days, start: onset, end: wake }, []);
    for (const bpm of minuteMeans(grid, samplesNear(heartRates, onset, wake), 'heartRate')) series.push(bpm);
    for (let i = 0; i < 60; i++) series.push(NaN);
  }
  return Float64Array.from(series);
}
