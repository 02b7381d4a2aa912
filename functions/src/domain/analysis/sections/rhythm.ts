import type { Unavailable } from '../../fault.ts';
import { coleKripke } from '../../metrics/actigraphy.ts';
import { validDaysForRhythm, type Coverage } from '../../metrics/coverage.ts';
import { sleepRegularityIndex } from '../../metrics/regularity.ts';
import { rhythm, type Rhythm } from '../../metrics/rhythm.ts';
import { minuteTotals, type Minutes } from '../../samples/minutes.ts';
import { has, ofType } from '../by-type.ts';
import type { Findings } from '../findings.ts';

export interface RhythmSection extends Rhythm {
  /** Which activity the rhythm is of; steps and counts are not comparable. */
  basis: 'activityCount' | 'stepCount';
  sri: number | null;
  /** Which sleep the SRI compares: the nights of this analysis, or the Cole-Kripke scores of actigraph counts. */
  sriBasis: 'sleep' | 'coleKripke' | null;
}

/** Kinds of activity that count as being active rather than at rest: more than 4 counts, or any step. */
const activeThresholds = { activityCount: 4, stepCount: 0 } as const;

/** @param counts of an actigraph by minute; null where there are none */
export function rhythmSection(
  { preparation: { minutes }, byType, states: sleep }: Findings,
  coverage: Coverage,
  counts: Float64Array | null,
): RhythmSection | Unavailable {
  const basis = counts ? 'activityCount' : 'stepCount';
  if (!counts && !has(byType, ['stepCount'])) return { unavailable: 'no-samples' };
  const activity = counts ?? minuteTotals(minutes, ofType(byType, 'stepCount'), 'stepCount').resolved;
  if (activity.every(Number.isNaN)) return { unavailable: 'recording/unresolved-minutes' };
  if (!minutes.wearKnown) return { unavailable: 'recording/no-wearable' };
  if (coverage.validDays < validDaysForRhythm) {
    return { unavailable: 'recording/not-enough-wear' };
  }

  // Steps that only the phone saw while the watch was off are walks without the rest around them.
  const values = activity.map((value, i) => (minutes.worn[i] ? value : NaN));
  const sriBasis = sleep ? 'sleep' : counts ? 'coleKripke' : null;
  const states = sleep ?? (counts && scoredStates(minutes, counts));
  const sri = states && sleepRegularityIndex(states);
  return {
    basis,
    ...rhythm({ values, clockMinutes: minutes.clock }, { activeThreshold: activeThresholds[basis] }),
    sri,
    sriBasis: sri === null ? null : sriBasis,
  };
}

/** Cole-Kripke scores, -1 where nothing was worn. */
function scoredStates(minutes: Minutes, counts: Float64Array): Int8Array {
  return Int8Array.from(coleKripke(counts), (score, i) => (minutes.worn[i] || score ? score : -1));
}
