import { minuteMs } from '../../functions/src/domain/time.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import { memoryPorts } from '../../functions/src/adapters/memory/memory.ts';
import { unpackOrigins, unpackSamples } from '../../functions/src/adapters/week-bytes.ts';
import { recomputed } from '../../functions/test/support/recomputed.ts';
import { sleepsSoundly } from '../../functions/test/support/stand-ins.ts';
import { keyOf, type History } from './history.ts';
import { sampleOf, type Promises } from './people.ts';
import { sampleId } from '../../functions/src/domain/samples/sample.ts';
import type { World } from './world.ts';

/**
 * What must hold of an upload whenever anything has happened to it.
 *
 * @param path `users/{uid}/uploads/{uploadId}`
 * @returns sentences about what does not
 */
export function brokenNow({ state }: World, path: string): string[] {
  const upload = state.uploads.get(path);
  const has = {
    analysis: state.analyses.has(path.replace('/uploads/', '/analyses/')),
    narrative: state.narratives.has(path.replace('/uploads/', '/narratives/')),
  };
  if (!upload) return has.analysis || has.narrative ? [`${path} is gone, and its results are not`] : [];
  if (upload.status !== 'succeeded' || has.analysis === has.narrative) return [];
  return [`${path} has succeeded without ${has.analysis ? 'a narrative' : 'an analysis'}`];
}

/** A lost event is made good within. */
const mendedAfterMs = 20 * minuteMs;

/** Where nothing goes wrong nothing has to be mended: less than the sweep waits before its first look. */
const plainlyEndsMs = 6 * minuteMs;
const isPlain = ({
  crash,
  killed,
  failure,
  lostAnswer,
  lostEvent,
  outages,
  workMs,
  acts,
}: History): boolean =>
  Math.max(crash, killed, failure, lostAnswer, lostEvent, outages.length) === 0 &&
  workMs <= 2000 &&
  !acts.some(({ lost }) => lost);

/** What must hold once everything has come to rest. */
export async function brokenAtRest(world: World, heard: Promises, history: History): Promise<string[]> {
  const { state } = world;
  const broken: string[] = [];
  // Poison: given up with its evidence, so that a person can look at it and have it tried again.
  const isPoison = (path: string): boolean =>
    state.uploads.get(path)!.trouble.crashes >= 5 &&
    state.keptLetters.has(path.replace('/uploads/', '/deadLetters/'));
  // An id that was announced with other bytes is a conflict; nothing else is wrong with what these people send.
  for (const { path, code } of heard.refused)
    if (code !== 'upload/conflict') broken.push(`${path} was refused: ${code}`);
  for (const act of history.acts) {
    const { uid, uploadId } = keyOf(act);
    const path = paths.upload(uid, uploadId);
    const upload = state.uploads.get(path);
    if (heard.accepted.has(path) && !heard.deleted.has(path) && !heard.erased.has(uid)) {
      if (!upload) broken.push(`${path} was accepted, and is lost`);
      else if (upload.status === 'failed' && !(history.crash > 0 && isPoison(path)))
        broken.push(`${path} has failed: ${upload.code}`);
      else if (upload.status !== 'succeeded' && upload.status !== 'failed')
        broken.push(`${path} does not end: ${upload.status}`);
    }
    if (heard.deleted.has(path) && !heard.accepted.has(path) && upload)
      broken.push(`${path} was deleted, and is there`);
  }
  for (const act of history.acts.filter(({ lost }) => lost)) {
    const { uid, uploadId } = keyOf(act);
    const { requestedAt, finishedAt } = state.uploads.get(paths.upload(uid, uploadId))!;
    const tookMs = (finishedAt ?? Infinity) - requestedAt;
    if (tookMs > mendedAfterMs)
      broken.push(`the lost event of ${uploadId} was mended after ${tookMs / minuteMs} min`);
  }
  if (isPlain(history))
    for (const [path, { storedAt, analyzedAt }] of state.uploads)
      if (storedAt !== null && analyzedAt !== null && analyzedAt - storedAt > plainlyEndsMs)
        broken.push(`${path} had to be mended although nothing had gone wrong`);
  for (const [path, { status }] of state.uploads) {
    if (status === 'deleting') broken.push(`${path} is not deleted to its end`);
  }
  for (const path of state.recordings.keys()) {
    if (!state.uploads.has(path.replace(/^recordings\/([^/]+)\//, 'users/$1/uploads/')))
      broken.push(`${path} belongs to no upload`);
  }
  return [...broken, ...brokenSamples(world, heard, history), ...(await brokenResults(world))];
}

/** Every sample of a person is there once, of an upload that is there; nothing is left of whom nothing should be. */
function brokenSamples({ state }: World, heard: Promises, history: History): string[] {
  const broken: string[] = [];
  const brought = new Set<string>();
  const ids = new Map<string, Set<string>>();
  for (const [path, { bytes, origins }] of state.samples) {
    const [, uid = '', , week = ''] = path.split('/');
    const known = ids.get(uid) ?? new Set<string>();
    ids.set(uid, known);
    for (const { id } of unpackSamples(week, bytes)) {
      if (known.has(id)) broken.push(`a sample of ${uid} counts twice`);
      known.add(id);
    }
    for (const uploadId of unpackOrigins(origins).flat()) brought.add(paths.upload(uid, uploadId));
  }
  for (const path of brought)
    if (!state.uploads.has(path)) broken.push(`samples of ${path} are there, which is gone`);
  // Where samples were deleted, their upload may be left with none.
  const deletes = (person: number) =>
    history.acts.some((act) => act.does === 'delete-samples' && act.person === person);
  for (const act of history.acts.filter(({ person }) => !deletes(person))) {
    const { uid, uploadId } = keyOf(act);
    const path = paths.upload(uid, uploadId);
    if (state.uploads.get(path)?.status === 'succeeded' && !brought.has(path))
      broken.push(`${path} has succeeded, and its samples are nowhere`);
  }
  for (const another of history.acts.filter(({ does }) => does === 'delete-samples')) {
    const { uid, uploadId } = keyOf(another);
    const others = history.acts.filter((act) => act !== another && keyOf(act).uploadId === uploadId);
    // Under the same id something else may have been sent since.
    if (others.length > 0 || state.uploads.get(paths.upload(uid, uploadId))?.status !== 'succeeded') continue;
    for (const n of [0, 1, 2])
      if (ids.get(uid)?.has(sampleId(sampleOf(another.person, another.upload - 1, n))))
        broken.push(`${uid} deleted a sample that is there`);
  }
  for (const uid of heard.erased) {
    const root = `${paths.person(uid)}/`;
    const has = (documents: ReadonlyMap<string, unknown>) =>
      [...documents.keys()].some((path) => path.startsWith(root));
    if (heard.cameBack.has(uid)) continue;
    const { personStates, samples, weeks, summaries, analyses, narratives } = state;
    if ([personStates, samples, weeks, summaries, analyses, narratives].some(has))
      broken.push(`something of ${uid} is left, who has deleted everything`);
  }
  return broken;
}

/** What is stored of weeks and days is what a computation from the stored samples gives, and the newest result knows them. */
async function brokenResults({ state, time }: World): Promise<string[]> {
  const broken: string[] = [];
  for (const [path, person] of state.personStates) {
    const uid = path.split('/')[1]!;
    const held = person.lease && person.lease.until > time.now();
    if (person.dirty.length > 0 || held) broken.push(`work for ${uid} does not end`);
    const again = await recomputed(memoryPorts(state), sleepsSoundly, uid);
    for (const [monday, mark] of again.weeks) {
      const stored = state.weeks.get(paths.week(uid, monday));
      if (JSON.stringify(stored?.mark) !== JSON.stringify(mark))
        broken.push(`the week ${monday} of ${uid} is not what its samples say`);
      for (const day of Object.keys(mark.summaries))
        if (!state.summaries.has(paths.summary(uid, day))) broken.push(`${uid} has no summary of ${day}`);
    }
    const root = `${paths.person(uid)}/weeks/`;
    const weeks = [...state.weeks.keys()].filter((week) => week.startsWith(root));
    if (weeks.length !== again.weeks.size) broken.push(`${uid} has weeks without samples`);
    const [newest] = await memoryPorts(state).analyses.newest(uid, 1);
    if (newest && again.latest && JSON.stringify(newest.analysis) !== JSON.stringify(again.latest))
      broken.push(`the newest analysis of ${uid} does not know the newest data`);
  }
  return broken;
}
