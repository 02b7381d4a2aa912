import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import { latestDay, newPerson, withResults, type WeekMark } from '../../src/domain/person/person-state.ts';
import { weeksTouchedBy } from '../../src/domain/samples/week.ts';
import type { Models, Ports } from '../../src/workflows/ports.ts';
import { analyzeTrailingWeek, computeWeeks, Marks } from '../../src/workflows/steps/compute-weeks.ts';
import { Shelf } from '../../src/workflows/steps/shelf.ts';

/** What the stored samples of a person say about each of their weeks, and about the latest seven days: computed from nothing else. */
export async function recomputed(
  ports: Pick<Ports, 'histories'>,
  models: Models,
  uid: string,
): Promise<{ weeks: Map<string, WeekMark>; latest: Analysis | null }> {
  const shelf = new Shelf(ports, uid, new Set(await ports.histories.tombstones(uid)));
  const weeks = (await ports.histories.weeksWithSamples(uid)).sort();
  if (weeks.length === 0) return { weeks: new Map(), latest: null };
  await shelf.needAll(weeks);
  const mondays = weeksTouchedBy(shelf.samples(weeks[0]!, weeks.at(-1)!));
  const marks = new Marks(ports, uid, newPerson());
  const results = await computeWeeks(models, shelf, marks, mondays);
  const found = [...results.marks].filter((entry): entry is [string, WeekMark] => entry[1] !== null);
  const day = latestDay(withResults(newPerson(), results));
  const latest = day === undefined ? null : await analyzeTrailingWeek(models, shelf, marks, day);
  return { weeks: new Map(found), latest };
}
