import type { ActivitySection } from '../analysis/sections/activity.ts';
import type { Analysis } from '../analysis/analysis.ts';
import type { SleepSection } from '../analysis/sections/sleep.ts';
import type { Unavailable } from '../fault.ts';
import { weekday } from '../local-time.ts';
import { mean } from '../metrics/statistics.ts';

/** Units in which a person reads distances. */
export type Units = 'metric' | 'imperial';

/** One number that a narrative may use, already rounded as it may be said. */
export interface Fact {
  id: string;
  label: string;
  /** A number, a clock time `HH:MM`, or a weekday in English. */
  value: number | string;
  unit: string;
  /** The same number a week before, where it is known and worth comparing. */
  earlier?: number;
  /** How the value compares with the week before. */
  change?: 'higher' | 'lower' | 'same';
}

/** The facts that are compared with the week before. */
const compared: ReadonlySet<string> = new Set([
  'sleep.tst',
  'sleep.se',
  'activity.steps',
  'cardio.resting',
  'cardio.hrvNight',
]);

/** Whether a section of an analysis has its numbers. */
export function available<T extends object>(section: T): section is Exclude<T, Unavailable> {
  return !('unavailable' in section);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/**
 * The facts of an analysis: every number that a text about it may contain. What was not measured gives no fact.
 * Labels contain no numbers: a text that quotes one must not seem to invent it. Rounding: hours and distances to 0.1,
 * shares to whole percent, indices to 0.01, everything else to whole numbers.
 *
 * @param before the analysis of the week before, if there is one
 */
export function factsOf(analysis: Analysis, units: Units = 'metric', before?: Analysis): Fact[] {
  const facts = measuredFacts(analysis, units);
  if (!before) return facts;
  const earlierFacts = new Map(measuredFacts(before, units).map((fact) => [fact.id, fact.value]));
  return facts.map((fact) => {
    const earlier = earlierFacts.get(fact.id);
    if (!compared.has(fact.id) || typeof fact.value !== 'number' || typeof earlier !== 'number') return fact;
    const change = fact.value > earlier ? 'higher' : fact.value < earlier ? 'lower' : 'same';
    return { ...fact, earlier, change };
  });
}

function measuredFacts(analysis: Analysis, units: Units): Fact[] {
  const facts: Fact[] = [];
  const add = (id: string, label: string, value: number | string | null, unit: string): void => {
    if (value !== null) facts.push({ id, label, value, unit });
  };

  add('window.days', 'Days looked at', analysis.window.days.length, 'days');
  add('coverage.validDays', 'Days with enough wear', analysis.coverage.validDays, 'days');
  const gapMinutes = analysis.coverage.gaps.reduce((sum, { minutes }) => sum + minutes, 0);
  if (round(gapMinutes / 60, 1) > 0)
    add('coverage.gaps', 'Time without the wearable', round(gapMinutes / 60, 1), 'h');

  if (available(analysis.sleep)) addSleep(add, analysis.sleep);
  if (available(analysis.activity)) addActivity(add, analysis.activity, units);
  if (available(analysis.rhythm)) {
    const { is, ra, sri } = analysis.rhythm;
    if (is !== null) add('rhythm.is', 'Interdaily stability', round(is, 2), '');
    if (ra !== null) add('rhythm.ra', 'Relative amplitude', round(ra, 2), '');
    if (sri !== null) add('rhythm.sri', 'Sleep regularity index', Math.round(sri), '');
  }
  if (available(analysis.cardio)) {
    const { restingHeartRate, hrv } = analysis.cardio;
    if (available(restingHeartRate)) {
      add('cardio.resting', 'Resting heart rate', Math.round(restingHeartRate.bpm), 'bpm');
    }
    if (available(hrv.night)) {
      add('cardio.hrvNight', 'Heart rate variability at night (SDNN)', Math.round(hrv.night.medianMs), 'ms');
    }
  }
  if (available(analysis.respiration)) {
    const { breathing, oxygen } = analysis.respiration;
    if (available(breathing))
      add('respiration.rate', 'Breathing rate', Math.round(breathing.median), 'breaths/min');
    if (available(oxygen)) add('respiration.oxygen', 'Blood oxygen', Math.round(oxygen.median * 100), '%');
  }
  return facts;
}

type Add = (id: string, label: string, value: number | string | null, unit: string) => void;

const metersPerMile = 1609.344;

function addActivity(add: Add, { meanDailySteps, days }: ActivitySection, units: Units): void {
  add(
    'activity.steps',
    'Mean steps a day',
    meanDailySteps === null ? null : Math.round(meanDailySteps),
    'steps',
  );
  const meters = days.flatMap(({ distanceMeters }) => (distanceMeters === null ? [] : [distanceMeters]));
  if (meters.length === 0) return;
  const [unit, length] = units === 'imperial' ? (['mi', metersPerMile] as const) : (['km', 1000] as const);
  add('activity.distance', 'Mean distance a day', round(mean(meters) / length, 1), unit);
}

function addSleep(add: Add, { summary, missingNights, nights }: SleepSection): void {
  add('sleep.nights', 'Nights measured', summary.nights, 'nights');
  if (missingNights.length > 0) add('sleep.missing', 'Nights without data', missingNights.length, 'nights');
  const hours = (minutes: number | null): number | null => (minutes === null ? null : round(minutes / 60, 1));
  add('sleep.tst', 'Mean sleep a night', hours(summary.meanTstMinutes), 'h');
  add('sleep.se', 'Sleep efficiency', summary.meanSe === null ? null : Math.round(summary.meanSe * 100), '%');
  add('sleep.longest', 'Day on which the longest night ended', longestNight(nights), 'weekday');
  add('sleep.midpoint', 'Middle of sleep', summary.meanMidpoint, 'clock');
  add('sleep.socialJetLag', 'Social jet lag', hours(summary.socialJetLagMinutes), 'h');
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The weekday of the one longest night, where there are enough nights for that to say something. */
function longestNight(nights: SleepSection['nights']): string | null {
  const [longest, next] = [...nights].sort((a, b) => b.tstMinutes - a.tstMinutes);
  if (nights.length < 3 || longest!.tstMinutes === next!.tstMinutes) return null;
  return weekdays[weekday(longest!.day)]!;
}
