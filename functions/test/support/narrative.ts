// A week whose facts have something of most kinds.
import type { Fact } from '../../src/domain/narrative/facts.ts';

const fact = (id: string, value: number | string, unit: string, more: Partial<Fact> = {}): Fact => ({
  id,
  label: id,
  value,
  unit,
  ...more,
});
const night = (day: string) => ({ about: 'night', day }) as const;

export const weekFacts: Fact[] = [
  fact('window.days', 7, 'days'),
  fact('coverage.validDays', 6, 'days'),
  fact('sleep.nights', 6, 'nights'),
  fact('sleep.missing', 1, 'nights'),
  fact('night.missing.2025-06-13', 'watch-off', 'code', night('2025-06-13')),
  fact('sleep.tst', 446, 'min', { earlier: 402, change: 'higher' }),
  fact('night.longest', 491, 'min', night('2025-06-15')),
  fact('night.shortest', 388, 'min', night('2025-06-10')),
  fact('night.earliestOnset', '22:41', 'clock', night('2025-06-11')),
  fact('night.latestOnset', '01:05', 'clock', night('2025-06-15')),
  fact('sleep.deep', 61, 'min'),
  fact('sleep.rem', 97, 'min'),
  fact('sleep.laterOnFreeDays', 75, 'min'),
  fact('activity.steps', 8421, 'steps', { earlier: 8230, change: 'same' }),
  fact('day.mostSteps', 12_034, 'steps', { about: 'day', day: '2025-06-14' }),
  fact('day.leastSteps', 4120, 'steps', { about: 'day', day: '2025-06-12' }),
  fact('workouts.count', 2, 'workouts'),
  fact('workouts.minutes', 84, 'min'),
  fact('cardio.resting', 55, 'bpm', { earlier: 59, change: 'lower' }),
  fact('cardio.hrvNight', 69, 'ms'),
  fact('respiration.rate', 14, 'breaths/min'),
  fact('respiration.oxygen', 97, '%'),
];

/** The facts with other values of one of them. */
export const having = (id: string, values: Partial<Fact>, facts: readonly Fact[] = weekFacts): Fact[] =>
  facts.map((one) => (one.id === id ? { ...one, ...values } : one));

export const without = (beginning: string, facts: readonly Fact[] = weekFacts): Fact[] =>
  facts.filter(({ id }) => !id.startsWith(beginning));

/** So much that every kind that can stand beside others has an insight. */
export const everyKind: Fact[] = [
  ...having('window.days', { value: 5 }, without('sleep.tst', without('activity.steps'))),
  fact('night.missing.2025-06-09', 'night-not-found', 'code', night('2025-06-09')),
  fact('night.missing.2025-06-12', 'watch-off', 'code', night('2025-06-12')),
  fact('night.missing.2025-06-14', 'watch-off', 'code', night('2025-06-14')),
  fact('sleep.partial', 2, 'nights'),
  fact('night.partial.2025-06-11', 200, 'min', night('2025-06-11')),
  fact('night.partial.2025-06-15', 120, 'min', night('2025-06-15')),
  fact('sleep.tstEstimated', 421, 'min'),
  fact('sleep.estimated', 1, 'nights'),
  fact('night.aboutFrom.2025-06-10', '23:10', 'clock', night('2025-06-10')),
  fact('night.aboutTo.2025-06-10', '06:40', 'clock', night('2025-06-10')),
  fact('coverage.gaps', 540, 'min'),
  fact('sleep.tst', 446, 'min', { earlier: 402, change: 'higher' }),
  fact('sleep.total24h', 470, 'min'),
  fact('sleep.se', 93, '%', { earlier: 92, change: 'same' }),
  fact('activity.steps', 9100, 'steps', { earlier: 7000, change: 'higher' }),
  fact('night.unusual.2025-06-15.tstMinutes', 610, 'min', night('2025-06-15')),
  fact('night.unusual.2025-06-15.lowestHeartRateBpm', 61, 'bpm', night('2025-06-15')),
];
