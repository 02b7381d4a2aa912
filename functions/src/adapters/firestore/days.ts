import type {
  DocumentData,
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
  Transaction,
} from 'firebase-admin/firestore';
import { parseStored, storedPersonState } from '../../contract/stored.ts';
import { paths } from '../../contract/upload.ts';
import type { DaySamples } from '../../domain/samples/day.ts';
import { Fault } from '../../domain/fault.ts';
import { forgetUpload, mergeTraced, type TracedDay } from '../../domain/samples/origins.ts';
import type { UploadKey } from '../../domain/upload/upload.ts';
import type { Days } from '../../workflows/ports.ts';
import {
  packIds,
  packTracedDay,
  rememberDeletions,
  unpackDay,
  unpackIds,
  unpackOrigins,
} from '../day-bytes.ts';
import { transactionOptions, type Open, type Sdk } from './client.ts';

/** Days that one transaction reads and writes: ten full ones stay under Firestore's 10 MiB. */
const daysPerTransaction = 10;
/** Values that one query may leave out. */
const mostExcluded = 10;
/** Days that one page of the search for deleted samples reads. */
const daysPerPage = 20;

/** A person's days: the samples as bytes, the uploads that brought them by name so that they can be searched. */
export function firestoreDays(open: Open): Days {
  return {
    async merge(origin, batch, deletions) {
      const { sdk, db } = await open();
      const tombstones = db.doc(paths.tombstones(origin.uid));
      if (deletions.length > 0) {
        await fenced(db, origin, [tombstones], (transaction, [stored]) => {
          const ids = packIds(rememberDeletions(deletedIds(stored!.data()), deletions));
          transaction.set(tombstones, { schemaVersion: 1, ids });
        });
      }
      const merged: DaySamples[] = [];
      for (let i = 0; i < batch.length; i += daysPerTransaction) {
        merged.push(...(await mergeDays(sdk, db, origin, batch.slice(i, i + daysPerTransaction))));
      }
      if (deletions.length === 0) return merged;
      const deleted = new Set(deletions);
      await removeDeleted(sdk, db, origin, deleted);
      return merged
        .map(({ day, samples }) => ({ day, samples: samples.filter(({ id }) => !deleted.has(id)) }))
        .filter(({ samples }) => samples.length > 0);
    },

    async forget({ uid, uploadId }) {
      const { sdk, db } = await open();
      const brought = db.collection(paths.days(uid)).where('uploads', 'array-contains', uploadId);
      for (let left = true; left;) {
        left = await db.runTransaction(async (transaction) => {
          const [state, { docs }] = await Promise.all([
            transaction.get(db.doc(paths.personState(uid))),
            transaction.get(brought.limit(daysPerTransaction)),
          ]);
          refuseNewer(state);
          for (const snapshot of docs) {
            const traced = forgetUpload(tracedDayOf(snapshot.id, snapshot.data()), uploadId);
            store(sdk, transaction, snapshot, snapshot.id, traced);
          }
          return docs.length > 0;
        }, transactionOptions);
      }
    },

    async latest(uid, count, seen = []) {
      const { db } = await open();
      const newestFirst = db.collection(paths.days(uid)).orderBy('day', 'desc');
      const read = async (query: Query): Promise<DaySamples[]> =>
        (await query.get()).docs.map((snapshot) => dayOf(snapshot.id, snapshot.data()));
      if (seen.length > 0 && seen.length < Math.min(count, mostExcluded)) {
        const others = newestFirst
          .where(
            'day',
            'not-in',
            seen.map(({ day }) => day),
          )
          .limit(count - seen.length);
        const found = await read(others);
        // Days that were seen are only known to be among the latest where all the others that were found go back further.
        const oldest = seen.map(({ day }) => day).sort()[0]!;
        if (found.length < count - seen.length || found.at(-1)!.day < oldest) {
          return [...found, ...seen].sort((a, b) => (a.day < b.day ? -1 : 1));
        }
      }
      return (await read(count === Infinity ? newestFirst : newestFirst.limit(count))).reverse();
    },

    async between(uid, first, last) {
      const { db } = await open();
      const within = db.collection(paths.days(uid)).where('day', '>=', first).where('day', '<=', last);
      const { docs } = await within.orderBy('day').get();
      return docs.map((snapshot) => dayOf(snapshot.id, snapshot.data()));
    },
  };
}

/**
 * A transaction that writes only while its upload is there: what is at work on an upload that is being deleted must not
 * bring anything back.
 *
 * @throws Fault `upload/not-found`, `schema/newer`
 */
async function fenced<T>(
  db: Firestore,
  { uid, uploadId }: UploadKey,
  documents: DocumentReference[],
  write: (transaction: Transaction, snapshots: DocumentSnapshot[]) => T,
): Promise<T> {
  const written = await db.runTransaction(async (transaction) => {
    const about = [db.doc(paths.upload(uid, uploadId)), db.doc(paths.personState(uid))];
    const [upload, state, ...snapshots] = await transaction.getAll(...about, ...documents);
    refuseNewer(state!);
    if (!upload!.exists || upload!.get('status') === 'deleting') return undefined;
    return { outcome: write(transaction, snapshots) };
  }, transactionOptions);
  if (!written) throw new Fault('upload/not-found');
  return written.outcome;
}

/**
 * A newer release may keep a person's samples elsewhere: then none may be added here, where it has looked already. Read in the
 * transaction that writes, since both releases run while one takes over from the other.
 *
 * @throws Fault `schema/newer`
 */
function refuseNewer(state: DocumentSnapshot): void {
  if (state.exists) parseStored(storedPersonState, state.data()!);
}

/** Merges samples into at most `daysPerTransaction` days, and gives those days; one that does not change is not written. */
async function mergeDays(
  sdk: Sdk,
  db: Firestore,
  origin: UploadKey,
  batch: readonly DaySamples[],
): Promise<DaySamples[]> {
  const { uid, uploadId } = origin;
  const documents = batch.map(({ day }) => db.doc(paths.day(uid, day)));
  // Reading the tombstones here makes a deletion that commits meanwhile repeat this transaction.
  const read = [db.doc(paths.tombstones(uid)), ...documents];
  const merged = await fenced(db, origin, read, (transaction, [deletions, ...snapshots]) => {
    const deleted = new Set(deletedIds(deletions!.data()));
    return batch.map(({ day, samples }, i): DaySamples => {
      const before = tracedDayOf(day, snapshots[i]!.data());
      const traced = mergeTraced(before, uploadId, samples, deleted);
      store(sdk, transaction, snapshots[i]!, day, traced);
      return { day, samples: traced.samples };
    });
  });
  return merged.filter(({ samples }) => samples.length > 0);
}

function store(
  sdk: Sdk,
  transaction: Transaction,
  snapshot: DocumentSnapshot,
  day: string,
  traced: TracedDay,
): void {
  const stored = snapshot.data();
  // A day without samples is no day: it would push a measured one out of the latest ones.
  if (traced.samples.length === 0) {
    if (stored) transaction.delete(snapshot.ref);
    return;
  }
  const { bytes, origins } = packTracedDay(day, traced);
  const same =
    stored &&
    bytes.equals(bytesOf(stored.bytes)) &&
    origins.bytes.equals(bytesOf(stored.origins)) &&
    origins.uploads.join() === (stored.uploads as string[]).join();
  if (same) return;
  transaction.set(snapshot.ref, {
    schemaVersion: 1,
    day,
    bytes,
    uploads: origins.uploads,
    origins: origins.bytes,
    updatedAt: sdk.FieldValue.serverTimestamp(),
  });
}

/** Takes deleted samples out of the days that hold them. */
async function removeDeleted(
  sdk: Sdk,
  db: Firestore,
  origin: UploadKey,
  deleted: ReadonlySet<string>,
): Promise<void> {
  const pages = db.collection(paths.days(origin.uid)).orderBy('day', 'desc').limit(daysPerPage);
  let page = await pages.get();
  while (!page.empty) {
    const touched = page.docs
      .map((snapshot) => dayOf(snapshot.id, snapshot.data()))
      .filter(({ samples }) => samples.some(({ id }) => deleted.has(id)))
      .map(({ day }): DaySamples => ({ day, samples: [] }));
    for (let i = 0; i < touched.length; i += daysPerTransaction) {
      await mergeDays(sdk, db, origin, touched.slice(i, i + daysPerTransaction));
    }
    page = await pages.startAfter(page.docs.at(-1)!).get();
  }
}

function bytesOf(field: unknown): Buffer {
  return Buffer.from(field as Uint8Array);
}

function dayOf(day: string, document: DocumentData): DaySamples {
  return unpackDay(day, bytesOf(document.bytes));
}

function tracedDayOf(day: string, document: DocumentData | undefined): TracedDay {
  if (!document) return { samples: [], origins: [] };
  const origins = unpackOrigins({
    uploads: document.uploads as string[],
    bytes: bytesOf(document.origins),
  });
  return { samples: dayOf(day, document).samples, origins };
}

function deletedIds(document: DocumentData | undefined): string[] {
  return document ? unpackIds(document.ids as Uint8Array) : [];
}
