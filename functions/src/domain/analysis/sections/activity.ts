import type { Unavailable } from '../../fault.ts';
import type { ActivityDay } from '../../metrics/activity.ts';
import { averageOf, type Average } from '../../metrics/statistics.ts';

export interface ActivitySection {
  days: ActivityDay[];
  /** Over the complete days; null where none of them has the number. */
  steps: Average | null;
  distanceMeters: Average | null;
  activeEnergyKcal: Average | null;
  exerciseMinutes: Average | null;
}

export function activitySection(days: ActivityDay[]): ActivitySection | Unavailable {
  const measured = days.some((day) =>
    Object.entries(day).some(([name, value]) => name !== 'day' && typeof value === 'number'),
  );
  if (!measured) return { unavailable: 'no-samples' };
  const average = (name: 'steps' | 'distanceMeters' | 'activeEnergyKcal' | 'exerciseMinutes') =>
    averageOf(days.flatMap((day) => (day.complete && day[name] !== null ? [day[name]] : [])));
  return {
    days,
    steps: average('steps'),
    distanceMeters: average('distanceMeters'),
    activeEnergyKcal: average('activeEnergyKcal'),
    exerciseMinutes: average('exerciseMinutes'),
  };
}
