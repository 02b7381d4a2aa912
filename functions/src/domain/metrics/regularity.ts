const leastPairDays = 5;

/**
 * Sleep Regularity Index: 200 * P(same state 24 h apart) - 100, over all pairs of epochs 24 h apart of which both
 * are known (Phillips 2017, Sci Rep 7:3216). 100 for days that are all alike, 0 for states at random, -100 when each day
 * is the opposite of the one before.
 *
 * The paper computes it from 30 days of sleep diaries. Here it takes five days' worth of known pairs, so at least
 * six days: a choice of ours, since the index of a few days says little about a habit.
 *
 * @param states one per epoch: 1 sleep, 0 wake, -1 unknown
 * @returns -100 to 100, no unit; null with fewer than 5 * epochsPerDay known pairs
 */
export function sleepRegularityIndex(states: Int8Array, epochsPerDay = 1440): number | null {
  let known = 0;
  let same = 0;
  for (let i = 0; i + epochsPerDay < states.length; i++) {
    const today = states[i]!;
    const tomorrow = states[i + epochsPerDay]!;
    if (today < 0 || tomorrow < 0) continue;
    known++;
    if (today === tomorrow) same++;
  }
  return known < leastPairDays * epochsPerDay ? null : (200 * same) / known - 100;
}
