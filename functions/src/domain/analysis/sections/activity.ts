import type { Unavailable } from '../../fault.ts';
import { activityDays, type ActivityDay } from '../../metrics/activity.ts';
import { mean } from '../../metrics/statistics.ts';
import type { Minutes } from '../../samples/minutes.ts';
import type { Sample } from '../../samples/sample.ts';
import type { Window } from '../../samples/window.ts';

export interface ActivitySection {
  days: ActivityDay[];
  meanDailySteps: number | null;
}

export function activitySection(
  window: Window,
  minutes: Minutes,
  samples: readonly Sample[],
  asleep: Uint8Array,
): ActivitySection | Unavailable {
  const days = activityDays(window, minutes, samples, asleep);
  const measured = days.some((day) =>
    Object.entries(day).some(([name, value]) => name !== 'day' && value !== null),
  );
  if (!measured) return { unavailable: 'no-samples' };
  const steps = days.flatMap((day) => (day.steps === null ? [] : [day.steps]));
  return { days, meanDailySteps: steps.length ? mean(steps) : null };
}
