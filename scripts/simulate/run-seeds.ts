import { minuteMs } from '../../functions/src/domain/time.ts';
import type { History } from './history.ts';
import { randomHistory } from './random-history.ts';
import { scenarios } from './scenarios.ts';
import { shrunk } from './shrink.ts';
import { live } from './simulate.ts';

/** Lives through one history a seed, from `first` on. @returns those that broke a promise, made smaller, with what broke */
export async function runSeeds(
  first: number,
  count: number,
): Promise<{ history: History; broken: string[] }[]> {
  const failures: { history: History; broken: string[] }[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const history = randomHistory(seed);
    if ((await live(history)).broken.length === 0) continue;
    const smallest = await shrunk(history);
    failures.push({ history: smallest, broken: (await live(smallest)).broken });
  }
  return failures;
}

export interface Outcome {
  name: string;
  statuses: Record<string, number>;
  broken: string[];
  restedAfterMinutes: number;
  cpuSeconds: number;
}

/** Lives through every incident of the table. @param scale 1 as the table says, less for a quick look */
export async function runScenarios(seed: number, scale: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, history } of scenarios) {
    const before = process.cpuUsage();
    const { broken, statuses, restedAfterMs } = await live(history(seed, scale));
    const { user, system } = process.cpuUsage(before);
    outcomes.push({
      name,
      statuses,
      broken,
      restedAfterMinutes: Math.round(restedAfterMs / minuteMs),
      cpuSeconds: (user + system) / 1e6,
    });
  }
  return outcomes;
}
