import type * as firestore from 'firebase-admin/firestore';
import type { DocumentData, Firestore, Transaction } from 'firebase-admin/firestore';
import { keyOfPath, paths } from '../contract/upload.ts';
import type { Analysis } from '../domain/analysis.ts';
import { mergeSamples, type DaySamples } from '../domain/day.ts';
import { Fault } from '../domain/fault.ts';
import type { Narrative } from '../domain/narrative.ts';
import { advance, type Upload } from '../domain/upload.ts';
import type {
  Analyses,
  Days,
  DeadLetter,
  DeadLetters,
  Narratives,
  People,
  Person,
  Ports,
  Quotas,
  Uploads,
} from '../workflows/ports.ts';
import { packDay, packIds, rememberDeletions, unpackDay, unpackIds } from './dayBytes.ts';

type Sdk = typeof firestore;

/** Days that one transaction reads and writes: ten full ones stay under Firestore's 10 MiB. */
const daysPerTransaction = 10;
/** Days that one page of the search for deleted samples reads. */
const daysPerPage = 20;
/** Several events of one upload meet at its document; each attempt waits for the one before. */
const transactionOptions = { maxAttempts: 10 };

/** The ports that Firestore stands behind. The client is made on first use: it costs most of a cold start. */
export function firestorePorts(open: () => Promise<{ sdk: Sdk; db: Firestore }>): Pick<
  Ports,
  'uploads' | 'analyses' | 'narratives' | 'quotas' | 'people' | 'days'
> & {
  keptLetters: Omit<DeadLetters, 'publish'>;
} {
  return {
    uploads: uploads(open),
    analyses: analyses(open),
    narratives: narratives(open),
    keptLetters: keptLetters(open),
    quotas: quotas(open),
    people: people(open),
    days: days(open),
  };
}

type Open = () => Promise<{ sdk: Sdk; db: Firestore }>;

function uploads(open: Open): Uploads {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      const snapshot = await db.doc(paths.upload(uid, uploadId)).get();
      return snapshot.exists ? uploadOf(snapshot.data()!) : undefined;
    },

    async waiting(status, before, limit) {
      const { sdk, db } = await open();
      const since = status === 'requested' ? 'requestedAt' : 'storedAt';
      const found = await db
        .collectionGroup('uploads')
        .where('status', '==', status)
        .where(since, '<=', sdk.Timestamp.fromMillis(before))
        .orderBy(since)
        .limit(limit)
        .get();
      return found.docs.map((snapshot) => ({
        key: keyOfPath(snapshot.ref.path),
        upload: uploadOf(snapshot.data()),
      }));
    },

    async open({ uid, uploadId }, upload) {
      const { sdk, db } = await open();
      const document = db.doc(paths.upload(uid, uploadId));
      try {
        await document.create({
          ...uploadDocument(sdk, uploadId, upload),
          createdAt: sdk.FieldValue.serverTimestamp(),
        });
        return { upload, created: true };
      } catch (error) {
        if ((error as { code?: unknown }).code !== alreadyExists) throw error;
        return { upload: uploadOf((await document.get()).data()!), created: false };
      }
    },

    async advance({ uid, uploadId }, event, outcome = {}) {
      const { sdk, db } = await open();
      const document = db.doc(paths.upload(uid, uploadId));
      const moved = await db.runTransaction(async (transaction) => {
        const snapshot = await transaction.get(document);
        if (!snapshot.exists) return new Fault('upload/not-found');
        const upload = uploadOf(snapshot.data()!);
        const next = refusedOr(() => advance(upload, event));
        if (next instanceof Fault || next === upload) return next;
        transaction.update(document, uploadDocument(sdk, uploadId, next));
        const stamps = { uploadId, createdAt: sdk.FieldValue.serverTimestamp() };
        if (outcome.analysis) {
          const { traceparent } = upload;
          transaction.set(db.doc(paths.analysis(uid, uploadId)), {
            ...outcome.analysis,
            traceparent,
            ...stamps,
          });
        }
        if (outcome.narrative) {
          transaction.set(db.doc(paths.narrative(uid, uploadId)), { ...outcome.narrative, ...stamps });
        }
        if (event.kind === 'retried') transaction.delete(db.doc(paths.deadLetter(uid, uploadId)));
        return next;
      }, transactionOptions);
      if (moved instanceof Fault) throw moved;
      return moved;
    },
  };
}

/**
 * A move that is refused must not be thrown inside a transaction: the instance may end before the rollback is through,
 * and the document would stay locked until the transaction times out. Ending it with a commit releases the lock.
 */
function refusedOr<T>(move: () => T): T | Fault {
  try {
    return move();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** gRPC status of a `create` on a document that is there. */
const alreadyExists = 6;

const instants = ['requestedAt', 'storedAt', 'analyzedAt', 'finishedAt'] as const;

function uploadDocument(sdk: Sdk, uploadId: string, upload: Upload): DocumentData {
  const timestamp = (at: number | null) => (at === null ? null : sdk.Timestamp.fromMillis(at));
  return {
    ...upload,
    schemaVersion: 1,
    uploadId,
    lease: upload.lease && { ...upload.lease, until: timestamp(upload.lease.until) },
    ...Object.fromEntries(instants.map((name) => [name, timestamp(upload[name])])),
    updatedAt: sdk.FieldValue.serverTimestamp(),
  };
}

function uploadOf(document: DocumentData): Upload {
  const { schemaVersion, uploadId, createdAt, updatedAt, ...rest } = document;
  const millis = (value: unknown): number | null =>
    (value as { toMillis(): number } | null)?.toMillis() ?? null;
  const lease = document.lease as { holder: string; until: unknown } | null;
  return {
    ...rest,
    lease: lease && { holder: lease.holder, until: millis(lease.until)! },
    ...Object.fromEntries(instants.map((name) => [name, millis(document[name])])),
  } as Upload;
}

function analyses(open: Open): Analyses {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      return (await db.doc(paths.analysis(uid, uploadId)).get()).data() as Analysis | undefined;
    },
    async latest(uid) {
      const { db } = await open();
      const { docs } = await db.collection(paths.analyses(uid)).orderBy('createdAt', 'desc').limit(1).get();
      return docs[0] && { uploadId: docs[0].id, analysis: docs[0].data() as Analysis };
    },
    async latestBefore(uid, instant) {
      const { db } = await open();
      const ended = db.collection(paths.analyses(uid)).where('window.end', '<=', instant);
      const { docs } = await ended.orderBy('window.end', 'desc').limit(1).get();
      return docs[0]?.data() as Analysis | undefined;
    },
  };
}

/** How long a counter of one day is kept; a TTL policy on `expiresAt` removes it. */
const quotaKeptMs = 3 * 86_400_000;

/** The evidence of dead letters; the topic they come from is Pub/Sub's. */
function keptLetters(open: Open): Omit<DeadLetters, 'publish'> {
  return {
    async keep(letter, at) {
      const { sdk, db } = await open();
      const document = db.doc(paths.deadLetter(letter.uid, letter.uploadId));
      await document.set({ schemaVersion: 1, ...letter, at: sdk.Timestamp.fromMillis(at) });
    },
    async list(limit) {
      const { db } = await open();
      const { docs } = await db.collectionGroup('deadLetters').orderBy('at').limit(limit).get();
      return docs.map((snapshot) => {
        const { schemaVersion, at, ...letter } = snapshot.data();
        return { letter: letter as DeadLetter, at: (at as { toMillis(): number }).toMillis() };
      });
    },
  };
}

function narratives(open: Open): Narratives {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      return (await db.doc(paths.narrative(uid, uploadId)).get()).data() as Narrative | undefined;
    },
    async replaceable(limit) {
      const { db } = await open();
      const found = await db
        .collectionGroup('narratives')
        .where('replaceable', '==', true)
        .limit(limit)
        .get();
      return found.docs.map(({ ref }) => keyOfPath(ref.path));
    },
  };
}

function quotas(open: Open): Quotas {
  return {
    async take(uid, name, day, limit) {
      const { sdk, db } = await open();
      const document = db.doc(paths.quota(uid, name, day));
      return db.runTransaction(async (transaction) => {
        const used = ((await transaction.get(document)).data()?.used as number | undefined) ?? 0;
        if (used >= limit) return false;
        const expiresAt = sdk.Timestamp.fromMillis(Date.parse(day) + quotaKeptMs);
        transaction.set(document, { schemaVersion: 1, used: used + 1, expiresAt });
        return true;
      }, transactionOptions);
    },
  };
}

function people(open: Open): People {
  return {
    async find(uid) {
      const { db } = await open();
      return ((await db.doc(paths.person(uid)).get()).data() as Person | undefined) ?? {};
    },
  };
}

function days(open: Open): Days {
  return {
    async merge(uid, batch, deletions) {
      const { sdk, db } = await open();
      const tombstones = db.doc(paths.tombstones(uid));
      if (deletions.length > 0) {
        await db.runTransaction(async (transaction) => {
          const known = deletedIds((await transaction.get(tombstones)).data());
          transaction.set(tombstones, {
            schemaVersion: 1,
            ids: packIds(rememberDeletions(known, deletions)),
          });
        }, transactionOptions);
      }
      for (let i = 0; i < batch.length; i += daysPerTransaction) {
        await mergeDays(sdk, db, uid, batch.slice(i, i + daysPerTransaction));
      }
      if (deletions.length > 0) await removeDeleted(sdk, db, uid, new Set(deletions));
    },

    async latest(uid, count) {
      const { db } = await open();
      const newestFirst = db.collection(paths.days(uid)).orderBy('day', 'desc');
      const { docs } = await (count === Infinity ? newestFirst : newestFirst.limit(count)).get();
      return docs.map((snapshot) => dayOf(snapshot.id, snapshot.data())).reverse();
    },

    async between(uid, first, last) {
      const { db } = await open();
      const within = db.collection(paths.days(uid)).where('day', '>=', first).where('day', '<=', last);
      const { docs } = await within.orderBy('day').get();
      return docs.map((snapshot) => dayOf(snapshot.id, snapshot.data()));
    },
  };
}

/** Merges samples into at most `daysPerTransaction` days; a day that does not change is not written. */
async function mergeDays(sdk: Sdk, db: Firestore, uid: string, batch: readonly DaySamples[]): Promise<void> {
  const tombstones = db.doc(paths.tombstones(uid));
  const documents = batch.map(({ day }) => db.doc(paths.day(uid, day)));
  await db.runTransaction(async (transaction: Transaction) => {
    // Reading the tombstones here makes a deletion that commits meanwhile repeat this transaction.
    const [deletions, ...snapshots] = await transaction.getAll(tombstones, ...documents);
    const deleted = new Set(deletedIds(deletions!.data()));
    batch.forEach(({ day, samples }, i) => {
      const stored = snapshots[i]!.data();
      const before = bytesOf(stored);
      const merged = mergeSamples(before ? unpackDay(day, before).samples : [], samples, deleted);
      // A day without samples is no day: it would push a measured one out of the latest ones.
      if (merged.length === 0) {
        if (before) transaction.delete(documents[i]!);
        return;
      }
      const bytes = packDay({ day, samples: merged });
      if (before && bytes.equals(before)) return;
      transaction.set(documents[i]!, {
        schemaVersion: 1,
        day,
        bytes,
        updatedAt: sdk.FieldValue.serverTimestamp(),
      });
    });
  }, transactionOptions);
}

/** Takes deleted samples out of the days that hold them. */
async function removeDeleted(
  sdk: Sdk,
  db: Firestore,
  uid: string,
  deleted: ReadonlySet<string>,
): Promise<void> {
  const pages = db.collection(paths.days(uid)).orderBy('day', 'desc').limit(daysPerPage);
  let page = await pages.get();
  while (!page.empty) {
    const touched = page.docs
      .map((snapshot) => dayOf(snapshot.id, snapshot.data()))
      .filter(({ samples }) => samples.some(({ id }) => deleted.has(id)))
      .map(({ day }): DaySamples => ({ day, samples: [] }));
    for (let i = 0; i < touched.length; i += daysPerTransaction) {
      await mergeDays(sdk, db, uid, touched.slice(i, i + daysPerTransaction));
    }
    page = await pages.startAfter(page.docs.at(-1)!).get();
  }
}

function bytesOf(document: DocumentData | undefined): Buffer | undefined {
  return document && Buffer.from(document.bytes as Uint8Array);
}

function dayOf(day: string, document: DocumentData): DaySamples {
  return unpackDay(day, bytesOf(document)!);
}

function deletedIds(document: DocumentData | undefined): string[] {
  return document ? unpackIds(document.ids as Uint8Array) : [];
}
