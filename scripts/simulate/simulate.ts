import { hourMs } from '../../functions/src/domain/time.ts';
import { finished } from '../../functions/src/domain/upload/upload.ts';
import { start, uidOf, type History } from './history.ts';
import { brokenAtRest, brokenNow } from './invariants.ts';
import { perform, promises } from './people.ts';
import { refusedLanguage, worldOf } from './world.ts';

/** How a history ended: `broken` is empty where every promise was kept. */
export interface Ending {
  broken: string[];
  /** Virtual time until everything was at rest. */
  restedAfterMs: number;
  statuses: Record<string, number>;
  asked: number;
}

/** After this long without a fault, everything must have ended. */
const patienceMs = 48 * hourMs;
const lookEveryMs = hourMs;

/** Lives through one history, from its first act until everything is at rest. */
export async function live(history: History): Promise<Ending> {
  const world = worldOf(history);
  const heard = promises();
  const broken: string[] = [];
  let acting = history.acts.length;
  for (const { person } of history.acts)
    world.state.people.set(uidOf(person), {
      timeZone: 'UTC',
      language: history.refused.includes(person) ? refusedLanguage : 'en',
      consent: { generatedText: true },
    });
  for (const act of history.acts)
    world.time.after(act.at, () => {
      void perform(world, heard, act, history).then(() => {
        acting--;
      });
    });

  const atRest = (): boolean =>
    acting === 0 &&
    world.underWay() === 0 &&
    [...world.state.uploads.values()].every((upload) => finished(upload) && upload.nextLook === null) &&
    [...world.state.personStates.values()].every(({ nextLook }) => nextLook === null) &&
    world.state.erasures.size <= history.hanging.length;
  const each = (): void => {
    for (const path of world.touched()) if (broken.length === 0) broken.push(...brokenNow(world, path));
  };
  const lastAct = Math.max(0, ...history.acts.map(({ at }) => at));
  const end = start + Math.max(history.calmFrom, lastAct) + patienceMs;
  let until = start;
  while (until < end && broken.length === 0 && !(atRest() && until - start > lastAct)) {
    until += lookEveryMs;
    await world.time.run(until, each);
  }
  if (broken.length === 0) broken.push(...(await brokenAtRest(world, heard, history)));
  const statuses: Record<string, number> = {};
  for (const { status } of world.state.uploads.values()) statuses[status] = (statuses[status] ?? 0) + 1;
  return { broken, restedAfterMs: world.time.now() - start, statuses, asked: world.asked };
}
