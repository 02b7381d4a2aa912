import { paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { newPerson } from '../../domain/person/person-state.ts';
import type { StoredWeek } from '../../domain/samples/week.ts';
import { shardOf } from '../../domain/upload/upload.ts';
import type { Changes, Histories } from '../../workflows/ports.ts';
import { packTraced, unpackOrigins, unpackSamples } from '../week-bytes.ts';
import { revisionOf } from './revisions.ts';
import type { MemorySamples, MemoryState } from './state.ts';

export function memoryHistories(state: MemoryState): Histories {
  const { personStates, samples, tombstones, weeks, uploads, erasures } = state;
  const stateOf = (uid: string) => {
    if (state.lifted.has(uid)) throw new Fault('schema/newer');
    const stored = personStates.get(paths.personState(uid));
    return { state: stored ?? newPerson(), revision: stored ? revisionOf(stored) : null };
  };
  const weeksOf = (uid: string): [week: string, stored: MemorySamples][] => {
    const root = `${paths.allSamples(uid)}/`;
    return [...samples]
      .filter(([path]) => path.startsWith(root))
      .map(([path, stored]): [string, MemorySamples] => [path.slice(root.length), stored])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const unpackedOf = (weeks: [string, MemorySamples][]): Promise<StoredWeek[]> =>
    Promise.resolve(weeks.map(([week, stored]) => unpacked(week, stored)));
  return {
    state: (uid) => Promise.try(() => stateOf(uid)),
    commit: (uid, from, next, changes) =>
      Promise.try(() => {
        if (stateOf(uid).revision !== from.revision) return undefined;
        const present = (uploadId: string) => uploads.get(paths.upload(uid, uploadId));
        // As the first commit does on Firestore.
        if (from.revision === null && (erasures.has(uid) || !(next.lease?.uploads ?? []).every(present)))
          return undefined;
        for (const { uploadId, revision } of changes.uploads ?? []) {
          const upload = present(uploadId);
          if (!upload || revisionOf(upload) !== revision) return undefined;
        }
        const stored = structuredClone(next);
        personStates.set(paths.personState(uid), stored);
        write(state, uid, changes, next.version);
        return { state: stored, revision: revisionOf(stored) };
      }),
    samples: (uid, first, last) => unpackedOf(weeksOf(uid).filter(([week]) => week >= first && week <= last)),
    weeksWithSamples: (uid) => Promise.resolve(weeksOf(uid).map(([week]) => week)),
    samplesOf: (uid, uploadId, limit) =>
      unpackedOf(
        weeksOf(uid)
          .filter(([, { origins }]) => origins.uploads.includes(uploadId))
          .slice(0, limit),
      ),
    tombstones: (uid) => Promise.resolve(tombstones.get(uid) ?? []),
    marks: (uid, mondays) =>
      Promise.resolve(mondays.flatMap((monday) => weeks.get(paths.week(uid, monday))?.mark ?? [])),
    week: (uid, monday) => Promise.resolve(weeks.get(paths.week(uid, monday))),
    // Nobody has used the first releases here.
    legacySamples: () => Promise.resolve({ weeks: [], days: [], next: null }),
    due: (shard, now, limit) =>
      Promise.resolve(
        [...personStates]
          .map(([path, { nextLook }]) => ({ uid: path.split('/')[1]!, nextLook }))
          .filter(({ uid, nextLook }) => shardOf(uid) === shard && nextLook && nextLook.at <= now)
          .sort((a, b) => a.nextLook!.at - b.nextLook!.at)
          .slice(0, limit)
          .map(({ uid }) => uid),
      ),
    people: (limit, after = '') =>
      Promise.resolve(
        [...personStates.keys()]
          .map((path) => path.split('/')[1]!)
          .filter((uid) => uid > after)
          .sort()
          .slice(0, limit),
      ),
  };
}

function write(state: MemoryState, uid: string, changes: Changes, version: number): void {
  for (const { week, ...traced } of changes.samples ?? []) {
    const path = paths.samples(uid, week);
    if (traced.samples.length === 0) state.samples.delete(path);
    else state.samples.set(path, packed(week, traced));
  }
  if (changes.tombstones) state.tombstones.set(uid, [...changes.tombstones]);
  for (const [monday, result] of changes.weeks ?? []) put(state.weeks, paths.week(uid, monday), result);
  for (const [day, summary] of changes.summaries ?? [])
    put(state.summaries, paths.summary(uid, day), summary);
  for (const { uploadId, next } of changes.uploads ?? []) {
    put(state.uploads, paths.upload(uid, uploadId), next);
    if (!next) {
      state.analyses.delete(paths.analysis(uid, uploadId));
      state.narratives.delete(paths.narrative(uid, uploadId));
      state.keptLetters.delete(paths.deadLetter(uid, uploadId));
    }
  }
  const told = [...(changes.analyses ?? []), ...(changes.uploads ?? []).flatMap((move) => move.told ?? [])];
  for (const { uploadId, analysis, latest, narrative, traceparent } of told) {
    const path = paths.analysis(uid, uploadId);
    state.analyses.set(path, analysis);
    state.analysisVersions.set(path, { version, latest, traceparent });
    if (narrative) state.narratives.set(paths.narrative(uid, uploadId), narrative);
  }
}

function put<T>(documents: Map<string, T>, path: string, document: T | null): void {
  if (document === null) documents.delete(path);
  else documents.set(path, document);
}

function packed(week: string, traced: Omit<StoredWeek, 'week'>): MemorySamples {
  const { bytes, origins } = packTraced(week, traced);
  return { bytes: exact(bytes), origins: { ...origins, bytes: exact(origins.bytes) } };
}

function unpacked(week: string, { bytes, origins }: MemorySamples): StoredWeek {
  return { week, samples: unpackSamples(week, bytes), origins: unpackOrigins(origins) };
}

/** Bytes that keep nothing but themselves alive: zlib's lie in blocks of 64 KiB. */
function exact(bytes: Buffer): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}
