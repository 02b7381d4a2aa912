import { minuteMs } from '../../functions/src/domain/time.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import { unpackDay, unpackOrigins } from '../../functions/src/adapters/day-bytes.ts';
import { keyOf, type History } from './history.ts';
import type { Promises } from './people.ts';
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
  if (upload.status !== 'succeeded' || (has.analysis && has.narrative)) return [];
  return [`${path} has succeeded without ${has.analysis ? 'a narrative' : 'an analysis'}`];
}

/** A lost event is made good within. */
const mendedAfterMs = 20 * minuteMs;

/** What must hold once everything has come to rest. */
export function brokenAtRest(world: World, heard: Promises, history: History): string[] {
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
  for (const [path, { status }] of state.uploads) {
    if (status === 'deleting') broken.push(`${path} is not deleted to its end`);
  }
  for (const path of state.recordings.keys()) {
    if (!state.uploads.has(path.replace(/^recordings\/([^/]+)\//, 'users/$1/uploads/')))
      broken.push(`${path} belongs to no upload`);
  }
  return [...broken, ...brokenDays(world)];
}

/** Every sample of the days is there once, of an upload that is there. */
function brokenDays({ state }: World): string[] {
  const broken: string[] = [];
  for (const [uid, days] of state.days) {
    const ids = new Set<string>();
    for (const [day, bytes] of days) {
      const origins = unpackOrigins(state.origins.get(paths.day(uid, day))!);
      unpackDay(day, bytes).samples.forEach(({ id }, i) => {
        if (ids.has(id)) broken.push(`a sample of ${uid} counts twice`);
        ids.add(id);
        for (const uploadId of origins[i]!)
          if (!state.uploads.has(paths.upload(uid, uploadId)))
            broken.push(`${paths.day(uid, day)} holds a sample of ${uploadId}, which is gone`);
      });
    }
    for (const [path, { status }] of state.uploads) {
      if (status !== 'succeeded' || !path.startsWith(`users/${uid}/`)) continue;
      const brought = [...state.origins].some(
        ([day, { uploads }]) => day.startsWith(`users/${uid}/`) && uploads.includes(path.split('/').at(-1)!),
      );
      if (!brought) broken.push(`${path} has succeeded, and its samples are nowhere`);
    }
  }
  return broken;
}
