import type { Analysis, SleepSection } from './analysis.ts';
import type { Unavailable } from './fault.ts';

/** One number that a narrative may use, already rounded as it may be said. */
export interface Fact {
  id: string;
  label: string;
  /** A number, or a clock time `HH:MM`. */
  value: number | string;
  unit: string;
}

/** Whether a section of an analysis has its numbers. */
export function available<T extends object>(section: T): section is Exclude<T, Unavailable> {
  return !('unavailable' in section);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/**
 * The facts of an analysis: every number that a text about it may contain. What was not measured gives no fact.
 * Labels contain no numbers: a text that quotes one must not seem to invent it. Rounding: hours to 0.1, shares to whole percent, indices to 0.01, everything else to whole numbers.
 */
export function factsOf(analysis: Analysis): Fact[] {
  const facts: Fact[] = [];
  const add = (id: string, label: string, value: number | string | null, unit: string): void => {
    if (value !== null) facts.push({ id, label, value, unit });
  };

  add('window.days', 'Days looked at', analysis.window.days.length, 'days');
  add('coverage.validDays', 'Days with enough wear', analysis.coverage.validDays, 'days');
  const gapMinutes = analysis.coverage.gaps.reduce((sum, { minutes }) => sum + minutes, 0);
  if (gapMinutes > 0) add('coverage.gaps', 'Time without the wearable', round(gapMinutes / 60, 1), 'h');

  if (available(analysis.sleep)) addSleep(add, analysis.sleep);
  if (available(analysis.activity) && analysis.activity.meanDailySteps !== null) {
    add('activity.steps', 'Mean steps a day', Math.round(analysis.activity.meanDailySteps), 'steps');
  }
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

function addSleep(
  add: (id: string, label: string, value: number | string | null, unit: string) => void,
  { summary, missingNights }: SleepSection,
): void {
  add('sleep.nights', 'Nights measured', summary.nights, 'nights');
  if (missingNights.length > 0) add('sleep.missing', 'Nights without data', missingNights.length, 'nights');
  const hours = (minutes: number | null): number | null => (minutes === null ? null : round(minutes / 60, 1));
  add('sleep.tst', 'Mean sleep a night', hours(summary.meanTstMinutes), 'h');
  add('sleep.se', 'Sleep efficiency', summary.meanSe === null ? null : Math.round(summary.meanSe * 100), '%');
  add('sleep.midpoint', 'Middle of sleep', summary.meanMidpoint, 'clock');
  add('sleep.socialJetLag', 'Social jet lag', hours(summary.socialJetLagMinutes), 'h');
}
