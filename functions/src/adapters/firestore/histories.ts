import type {
  DocumentData,
  DocumentReference,
  Firestore,
  Query,
  QueryDocumentSnapshot,
  Transaction,
  WriteBatch,
} from 'firebase-admin/firestore';
import {
  parseStored,
  storedMark,
  storedPersonState,
  storedSamples,
  storedWeek,
} from '../../contract/stored.ts';
import { paths } from '../../contract/upload.ts';
import { newPerson, type PersonState } from '../../domain/person/person-state.ts';
import { Fault } from '../../domain/fault.ts';
import { addDays } from '../../domain/local-time.ts';
import { uniteTraced } from '../../domain/samples/origins.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import { utcWeekOf, type StoredWeek } from '../../domain/samples/week.ts';
import { dayMs } from '../../domain/time.ts';
import { shardOf } from '../../domain/upload/upload.ts';
import type { AnalysisWrite, Changes, Histories, StoredState } from '../../workflows/ports.ts';
import { packIds, packTraced, unpackIds, unpackOrigins, unpackSamples } from '../week-bytes.ts';
import { failedWith, transactionOptions, withDates, writeFailure, type Open, type Sdk } from './client.ts';
import { isConflict, revisionOf, timestampOf, uploadDocument } from './uploads.ts';

/** A Firestore document holds 1 MiB; the rest is for names and the other fields. */
const mostBytes = 900_000;
/** A commit holds 10 MiB. */
const mostParts = 8;
/** How long the days of the first releases are kept once they are taken over; a TTL policy removes them. */
const keptMs = 30 * dayMs;

export function firestoreHistories(open: Open): Histories {
  return {
    async state(uid) {
      const { db } = await open();
      const snapshot = await db.doc(paths.personState(uid)).get();
      if (snapshot.exists)
        return { state: stateOf(snapshot.data()!), revision: revisionOf(snapshot.updateTime!) };
      const latest = await db.collection(paths.days(uid)).orderBy('day', 'desc').limit(1).get();
      const deletions = latest.empty ? 0 : (await tombstonesOf(db, uid)).length;
      return { state: newPerson(latest.docs[0]?.id, deletions), revision: null };
    },

    async commit(uid, from, next, changes) {
      const { sdk, db } = await open();
      if (from.revision === null) return create(sdk, db, uid, next, changes);
      const batch = db.batch();
      const state = db.doc(paths.personState(uid));
      const document = { ...noLook(sdk), ...stateDocument(sdk, uid, next) };
      batch.update(state, document, { lastUpdateTime: timestampOf(sdk, from.revision) });
      write(sdk, db, batch, uid, next, changes);
      try {
        const [written] = await batch.commit();
        return { state: next, revision: revisionOf(written!.writeTime) };
      } catch (error) {
        if (isConflict(error)) return undefined;
        throw error;
      }
    },

    async samples(uid, first, last) {
      const { db, sdk } = await open();
      return joined((await documentsOfWeeks(sdk, db, uid, first, last).get()).docs);
    },

    async weeksWithSamples(uid) {
      const { db } = await open();
      const { docs } = await db.collection(paths.allSamples(uid)).select().get();
      return docs.map(({ id }) => id).filter(isFirstPart);
    },

    async samplesOf(uid, uploadId, limit) {
      const { db } = await open();
      const brought = db.collection(paths.allSamples(uid)).where('uploads', 'array-contains', uploadId);
      const { docs } = await brought.limit(limit).get();
      const rest = docs.flatMap((snapshot) => restOf(snapshot));
      return joined([...docs, ...((rest.length > 0 ? await db.getAll(...rest) : []) as typeof docs)]);
    },

    async tombstones(uid) {
      return tombstonesOf((await open()).db, uid);
    },

    async marks(uid, mondays) {
      const { db } = await open();
      const documents = mondays.map((monday) => db.doc(paths.week(uid, monday)));
      const snapshots = await db.getAll(...documents, { fieldMask: ['mark', 'schemaVersion'] });
      return snapshots.flatMap((snapshot) =>
        snapshot.exists ? [parseStored(storedMark, snapshot.data()!).mark] : [],
      );
    },

    async week(uid, monday) {
      const { db } = await open();
      const fields = (await db.doc(paths.week(uid, monday)).get()).data();
      return fields && parseStored(storedWeek, withDates(fields));
    },

    async legacySamples(uid, before, limit) {
      const { db } = await open();
      const days = db.collection(paths.days(uid));
      const first = addDays(before, -7 * limit);
      // A day lies up to 14 hours before or after the day of UTC that has its name.
      const near = await days.where('day', '>=', addDays(first, -1)).where('day', '<=', before).get();
      const weeks = new Map<string, { samples: Sample[]; origins: (readonly string[])[] }>();
      for (const snapshot of near.docs) {
        const { samples, origins } = legacyDay(snapshot);
        samples.forEach((sample, i) => {
          const week = utcWeekOf(sample.start);
          if (week < first || week >= before) return;
          const known = weeks.get(week) ?? { samples: [], origins: [] };
          weeks.set(week, known);
          known.samples.push(sample);
          known.origins.push(origins[i]!);
        });
      }
      const older = await days.where('day', '<=', first).orderBy('day', 'desc').limit(1).get();
      const latest = older.docs[0] && addDays(utcWeekOf(Date.parse(older.docs[0].id)), 14);
      return {
        // The same sample in two days, from two zones, is one.
        weeks: [...weeks].map(([week, traced]) => ({
          week,
          ...uniteTraced({ samples: [], origins: [] }, traced, new Set()).traced,
        })),
        days: near.docs.map(({ id }) => id).filter((day) => day >= first),
        next: latest === undefined ? null : latest < first ? latest : first,
      };
    },

    async due(shard, now, limit) {
      const { sdk, db } = await open();
      const { docs } = await db
        .collectionGroup('private')
        .where('shard', '==', shard)
        .where('nextLookAt', '<=', sdk.Timestamp.fromMillis(now))
        .orderBy('nextLookAt')
        .limit(limit)
        .get();
      return docs.map(uidOf);
    },

    async people(limit, after) {
      const { db, sdk } = await open();
      const states = db.collectionGroup('private').orderBy(sdk.FieldPath.documentId()).select();
      const page = after === undefined ? states : states.startAfter(db.doc(paths.personState(after)));
      return (await page.limit(limit).get()).docs.map(uidOf);
    },
  };
}

/**
 * The first commit of a person. Nothing that could depend on a state is there yet: it depends on the uploads in hand instead, and
 * on nobody deleting everything.
 */
async function create(
  sdk: Sdk,
  db: Firestore,
  uid: string,
  next: PersonState,
  changes: Changes,
): Promise<StoredState | undefined> {
  const state = db.doc(paths.personState(uid));
  const uploads = (next.lease?.uploads ?? []).map((uploadId) => db.doc(paths.upload(uid, uploadId)));
  try {
    const created = await db.runTransaction(async (transaction) => {
      const [erasure, ...present] = await transaction.getAll(db.doc(paths.erasure(uid)), ...uploads);
      if (erasure!.exists || present.some(({ exists }) => !exists)) return false;
      transaction.create(state, stateDocument(sdk, uid, next));
      write(sdk, db, transaction, uid, next, changes);
      return true;
    }, transactionOptions);
    if (!created) return undefined;
  } catch (error) {
    if (failedWith(error, writeFailure.alreadyExists) || isConflict(error)) return undefined;
    throw error;
  }
  const snapshot = await state.get();
  if (snapshot.get('lastWrite') !== next.lastWrite) return undefined;
  return { state: next, revision: revisionOf(snapshot.updateTime!) };
}

/** Puts everything but the state into a commit. */
function write(
  sdk: Sdk,
  db: Firestore,
  batch: WriteBatch | Transaction,
  uid: string,
  { version, traceparent }: PersonState,
  changes: Changes,
): void {
  // Both write the same way, but are not one type.
  const set = (ref: DocumentReference, fields: DocumentData) => void (batch as WriteBatch).set(ref, fields);
  const remove = (ref: DocumentReference) => void (batch as WriteBatch).delete(ref);
  const computedAt = sdk.FieldValue.serverTimestamp();
  const meta = { version, traceparent, computedAt };

  for (const week of changes.samples ?? []) writeSamples(db, set, remove, uid, week);
  if (changes.tombstones)
    set(db.doc(paths.tombstones(uid)), { schemaVersion: 1, ids: packIds(changes.tombstones) });
  for (const [monday, result] of changes.weeks ?? []) {
    const document = db.doc(paths.week(uid, monday));
    if (!result) remove(document);
    else {
      const { analysis, narrative, mark } = result;
      const fields = { schemaVersion: storedWeek.version, monday, content: analysis, text: narrative, mark };
      set(document, { ...fields, meta });
    }
  }
  for (const [day, summary] of changes.summaries ?? []) {
    const document = db.doc(paths.summary(uid, day));
    if (summary) set(document, { ...summary, meta });
    else remove(document);
  }
  const tell = ({ uploadId, analysis, latest, narrative, ...told }: AnalysisWrite, textWanted: boolean) => {
    const stamps = { uploadId, createdAt: computedAt };
    const fields = { ...analysis, daysVersion: version, latest, textWanted, traceparent: told.traceparent };
    set(db.doc(paths.analysis(uid, uploadId)), { ...fields, ...stamps });
    if (narrative) set(db.doc(paths.narrative(uid, uploadId)), { ...narrative, ...stamps });
  };
  for (const told of changes.analyses ?? []) tell(told, false);
  for (const { uploadId, revision, next, told } of changes.uploads ?? []) {
    const document = db.doc(paths.upload(uid, uploadId));
    const condition = { lastUpdateTime: timestampOf(sdk, revision) };
    if (next) (batch as WriteBatch).update(document, uploadDocument(sdk, uploadId, next), condition);
    else {
      (batch as WriteBatch).delete(document, condition);
      for (const path of [paths.analysis, paths.narrative, paths.deadLetter])
        remove(db.doc(path(uid, uploadId)));
    }
    if (told) tell(told, next?.status === 'processing');
  }
  const expiresAt = sdk.Timestamp.fromMillis(Date.now() + keptMs);
  for (const day of changes.takenOver ?? [])
    (batch as WriteBatch).update(db.doc(`${paths.days(uid)}/${day}`), { expiresAt });
}

function writeSamples(
  db: Firestore,
  set: (ref: DocumentReference, fields: DocumentData) => void,
  remove: (ref: DocumentReference) => void,
  uid: string,
  { week, parts: before = 1, ...traced }: StoredWeek,
): void {
  const part = (i: number) => db.doc(paths.samples(uid, i === 0 ? week : `${week}.${i}`));
  const empty = traced.samples.length === 0;
  const { bytes, origins } = packTraced(week, traced);
  const parts = empty ? 0 : Math.ceil(bytes.length / mostBytes);
  if (parts > mostParts) throw new Fault('recording/too-many-samples');
  const schemaVersion = storedSamples.version;
  const piece = (i: number) => bytes.subarray(i * mostBytes, (i + 1) * mostBytes);
  for (let i = 1; i < parts; i++) set(part(i), { schemaVersion, week, bytes: piece(i) });
  // What is deleted must not stay behind in a part that nobody reads any more.
  for (let i = Math.max(1, parts); i < before; i++) remove(part(i));
  if (empty) remove(part(0));
  else {
    const { uploads, bytes: packed } = origins;
    set(part(0), { schemaVersion, week, parts, bytes: piece(0), origins: packed, uploads });
  }
}

/** The weeks whose documents these are, oldest first. */
export function joined(documents: readonly QueryDocumentSnapshot[]): StoredWeek[] {
  const byId = new Map(documents.map((snapshot) => [snapshot.id, snapshot.data()]));
  return [...byId]
    .filter(([id]) => isFirstPart(id))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([week, fields]) => {
      const { bytes, origins, uploads, parts } = parseStored(storedSamples, fields);
      const rest = Array.from(
        { length: parts - 1 },
        (_, i) => byId.get(`${week}.${i + 1}`)!.bytes as Uint8Array,
      );
      return {
        week,
        samples: unpackSamples(week, rest.length > 0 ? Buffer.concat([bytes, ...rest]) : bytes),
        origins: unpackOrigins({ uploads, bytes: origins }),
        ...(parts > 1 ? { parts } : {}),
      };
    });
}

/** The documents of the weeks from `first` to `last`, with the rest of those that lie in several. */
export function documentsOfWeeks(sdk: Sdk, db: Firestore, uid: string, first: string, last: string): Query {
  const id = sdk.FieldPath.documentId();
  return db.collection(paths.allSamples(uid)).where(id, '>=', first).where(id, '<', addDays(last, 1));
}

const uidOf = ({ ref }: QueryDocumentSnapshot): string => ref.path.split('/')[1]!;

export const isFirstPart = (id: string): boolean => !id.includes('.');

function restOf(snapshot: QueryDocumentSnapshot): DocumentReference[] {
  const { ref, id } = snapshot;
  const parts = snapshot.get('parts') as number;
  return Array.from({ length: parts - 1 }, (_, i) => ref.parent.doc(`${id}.${i + 1}`));
}

function legacyDay(snapshot: QueryDocumentSnapshot) {
  const { bytes, origins, uploads } = snapshot.data() as Record<'bytes' | 'origins', Uint8Array> & {
    uploads: string[];
  };
  return {
    samples: unpackSamples(snapshot.id, bytes),
    origins: unpackOrigins({ uploads, bytes: origins }),
  };
}

async function tombstonesOf(db: Firestore, uid: string): Promise<string[]> {
  const ids = (await db.doc(paths.tombstones(uid)).get()).get('ids') as Uint8Array | undefined;
  return ids ? unpackIds(ids) : [];
}

function stateOf(document: DocumentData): PersonState {
  return parseStored(storedPersonState, withDates(document));
}

/** Only those of whom something is left to be done have these fields, so that the index stays small. */
function noLook(sdk: Sdk): DocumentData {
  const gone = sdk.FieldValue.delete();
  return { shard: gone, nextLookAt: gone, looks: gone };
}

function stateDocument(sdk: Sdk, uid: string, { nextLook, ...state }: PersonState): DocumentData {
  const timestamp = (at: number) => sdk.Timestamp.fromMillis(at);
  return {
    ...state,
    schemaVersion: storedPersonState.version,
    lease: state.lease && { ...state.lease, until: timestamp(state.lease.until) },
    text: state.text && { ...state.text, askedAt: timestamp(state.text.askedAt) },
    ...(nextLook && { shard: shardOf(uid), nextLookAt: timestamp(nextLook.at), looks: nextLook.looks }),
  };
}
