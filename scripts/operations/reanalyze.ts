// Has weeks computed again, after a model or a formula has changed, and after a restored database.
import { randomUUID } from 'node:crypto';
import { faultOf } from '../../functions/src/domain/fault.ts';
import { mondayOf } from '../../functions/src/domain/history/week-digest.ts';
import { addDays } from '../../functions/src/domain/local-time.ts';
import { withDirty, withLook } from '../../functions/src/domain/person/person-state.ts';
import { childOf, formatTraceparent } from '../../functions/src/telemetry/trace.ts';
import type { ModelCard, Ports } from '../../functions/src/workflows/ports.ts';
import { workIn } from './place.ts';

type ReanalyzePorts = Pick<Ports, 'histories' | 'requests' | 'clock'>;

export interface ModelVersion {
  name: string;
  version: string;
}

export interface Options {
  /** Only this person. */
  uid: string | undefined;
  /** Only weeks from the one of this day on. */
  since: string | undefined;
  /** Only weeks of which a night was staged, or activity embedded, by an older version of this model. */
  olderThan: ModelVersion | undefined;
  /** Only people after this one, as a run before has named them. */
  after: string | undefined;
  /** Without it, it only shows what it would do. */
  apply: boolean;
  /** People a second, at most. */
  rate: number;
}

export interface Surroundings {
  /** A line of the result. */
  say: (line: string) => void;
  /** @throws Interrupted */
  wait: (ms: number) => Promise<void>;
}

const peoplePerPage = 200;
const weeksReadAtOnce = 8;
/** Whoever holds a person writes the state every few seconds. */
const mostTries = 20;

async function* peopleOf({ histories }: ReanalyzePorts, { uid, after }: Options): AsyncGenerator<string> {
  if (uid !== undefined) {
    yield uid;
    return;
  }
  let page = await histories.people(peoplePerPage, after);
  while (page.length > 0) {
    yield* page;
    page = await histories.people(peoplePerPage, page.at(-1));
  }
}

/** The ISO weeks that are chosen, of those that may have results. */
async function weeksOf(
  { histories }: ReanalyzePorts,
  uid: string,
  { since, olderThan }: Options,
): Promise<string[]> {
  // Samples are stored by week of UTC: what starts at its ends may belong to the local week before or after it.
  const near = (await histories.weeksWithSamples(uid)).flatMap((week) =>
    [-7, 0, 7].map((days) => addDays(week, days)),
  );
  const first = since === undefined ? '' : mondayOf(since);
  const weeks = [...new Set(near)].filter((monday) => monday >= first).sort();
  if (olderThan === undefined) return weeks;
  const old: string[] = [];
  for (let i = 0; i < weeks.length; i += weeksReadAtOnce) {
    const some = weeks.slice(i, i + weeksReadAtOnce);
    const results = await Promise.all(some.map((monday) => histories.week(uid, monday)));
    old.push(
      ...some.filter((_, j) => results[j]?.analysis.models.some((model) => isOlder(model, olderThan))),
    );
  }
  return old;
}

function isOlder({ name, version }: ModelCard, than: ModelVersion): boolean {
  return name === than.name && version.localeCompare(than.version, 'en', { numeric: true }) < 0;
}

/** Notes that weeks are to be computed, and asks for it. @returns how many */
async function ask(ports: ReanalyzePorts, uid: string, options: Options): Promise<number> {
  const { histories, requests, clock } = ports;
  for (let tries = 1; tries <= mostTries; tries++) {
    const stored = await histories.state(uid);
    const mondays = await weeksOf(ports, uid, options);
    if (mondays.length === 0 || !options.apply) return mondays.length;
    const dirty = { ...withDirty(stored.state, mondays), lastWrite: randomUUID() };
    // With a time to be looked at: where the message is lost, the sweep asks again.
    if (!(await histories.commit(uid, stored, withLook(dirty, clock.now()), {}))) continue;
    await requests.publish({ uid, traceparent: formatTraceparent(childOf(undefined)) });
    return mondays.length;
  }
  throw new Error('Somebody was always faster.');
}

/**
 * Shows how many weeks of whom it chooses, or has them computed again. Doing it again does no harm, and where a model's version
 * chooses, only what is left.
 *
 * @returns the number of failures
 */
export async function reanalyze(
  ports: ReanalyzePorts,
  options: Options,
  { say, wait }: Surroundings,
): Promise<number> {
  let [people, weeks, failures] = [0, 0, 0];
  for await (const uid of peopleOf(ports, options)) {
    try {
      const count = await ask(ports, uid, options);
      if (count === 0) continue;
      people++;
      weeks += count;
      say(`${uid}  ${counted(count, 'week')}`);
    } catch (problem) {
      failures++;
      say(`${uid}  ${faultOf(problem).code}`);
    }
    if (options.apply) await wait(1000 / options.rate);
  }
  const hint = options.apply || weeks === 0 ? '' : '; --apply has them computed again';
  say(`${people === 1 ? '1 person' : `${people} people`}, ${counted(weeks, 'week')}${hint}`);
  return failures;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What `--model-older-than` may be: `sleep-tcn@5`. */
export function modelVersion(given: string): ModelVersion {
  const [, name, version] = /^([^@]+)@([^@]+)$/.exec(given) ?? [];
  if (name === undefined || version === undefined)
    throw new RangeError('must be a model and a version like sleep-tcn@5.');
  return { name, version };
}

/** The same, in the project or on the emulators. @returns the number of failures */
export function runReanalyze(
  project: string | undefined,
  options: Options,
  say: Surroundings['say'],
  signal: AbortSignal,
): Promise<number> {
  return workIn(project, signal, ({ ports, wait }) => reanalyze(ports, options, { say, wait }));
}
