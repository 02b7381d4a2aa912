import type { History } from './history.ts';
import { live } from './simulate.ts';

/** A smaller history that breaks a promise, too: acts, outages and kinds of faults that it can do without are left out. */
export async function shrunk(history: History): Promise<History> {
  let smallest = history;
  for (let found = true; found;) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if ((await live(candidate)).broken.length === 0) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

const rates = ['crash', 'killed', 'lostAnswer', 'failure', 'duplicate', 'lostEvent', 'workMs'] as const;

function* smaller(history: History): Generator<History> {
  const without = <T>(all: readonly T[], i: number): T[] => all.filter((_, at) => at !== i);
  for (const i of history.acts.keys()) yield { ...history, acts: without(history.acts, i) };
  for (const i of history.outages.keys()) yield { ...history, outages: without(history.outages, i) };
  for (const rate of rates) if (history[rate] !== 0) yield { ...history, [rate]: 0 };
}
