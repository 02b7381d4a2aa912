import { newPerson, type WeekMark } from '../../src/domain/person/person-state.ts';
import { weeksTouchedBy } from '../../src/domain/samples/week.ts';
import type { Models, Ports } from '../../src/workflows/ports.ts';
import { computeWeeks, Marks } from '../../src/workflows/steps/compute-weeks.ts';
import { Shelf } from '../../src/workflows/steps/shelf.ts';

/** What the stored samples of a person say about each of their weeks, computed from nothing else. */
export async function recomputed(
  ports: Pick<Ports, 'histories'>,
  models: Models,
  uid: string,
): Promise<Map<string, { mark: WeekMark }>> {
  const shelf = new Shelf(ports, uid, new Set(await ports.histories.tombstones(uid)));
  const weeks = (await ports.histories.weeksWithSamples(uid)).sort();
  if (weeks.length === 0) return new Map();
  await shelf.needAll(weeks);
  const mondays = weeksTouchedBy(shelf.samples(weeks[0]!, weeks.at(-1)!));
  const results = await computeWeeks(models, shelf, new Marks(ports, uid, newPerson()), mondays);
  const found = [...results.marks].filter(([, mark]) => mark !== null);
  return new Map(found.map(([monday, mark]) => [monday, { mark: mark! }]));
}
