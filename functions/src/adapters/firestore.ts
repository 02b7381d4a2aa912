import type { DocumentData } from 'firebase-admin/firestore';
import { keyOfPath, paths } from '../contract/upload.ts';
import type { Analysis } from '../domain/analysis.ts';
import { Fault } from '../domain/fault.ts';
import type { Narrative } from '../domain/narrative.ts';
import { advance, type Upload } from '../domain/upload.ts';
import { progressOf } from '../domain/uploadProgress.ts';
import type {
  Analyses,
  DeadLetter,
  DeadLetters,
  Exports,
  Narratives,
  Ports,
  Uploads,
} from '../workflows/ports.ts';
import { firestoreDays } from './firestoreDays.ts';
import { firestoreErasures, firestoreExports, firestorePeople } from './firestorePeople.ts';
import { firestoreQuotas } from './firestoreQuotas.ts';
import { transactionOptions, type Open, type Sdk } from './firestoreClient.ts';

/** The ports that Firestore stands behind. The client is made on first use: it costs most of a cold start. */
export function firestorePorts(open: Open): Pick<
  Ports,
  'uploads' | 'analyses' | 'narratives' | 'quotas' | 'people' | 'erasures' | 'days'
> & {
  keptLetters: Omit<DeadLetters, 'publish'>;
  announcedExports: Pick<Exports, 'announce' | 'announced'>;
} {
  return {
    uploads: uploads(open),
    analyses: analyses(open),
    narratives: narratives(open),
    keptLetters: keptLetters(open),
    announcedExports: firestoreExports(open),
    quotas: firestoreQuotas(open),
    people: firestorePeople(open),
    erasures: firestoreErasures(open),
    days: firestoreDays(open),
  };
}

function uploads(open: Open): Uploads {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      const snapshot = await db.doc(paths.upload(uid, uploadId)).get();
      return snapshot.exists ? uploadOf(snapshot.data()!) : undefined;
    },

    async waiting(status, before, limit) {
      const { sdk, db } = await open();
      const since = status === 'requested' || status === 'deleting' ? 'requestedAt' : 'storedAt';
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
      const opened = await db.runTransaction(async (transaction) => {
        const [existing, erasure] = await transaction.getAll(document, db.doc(paths.erasure(uid)));
        if (erasure!.exists) return new Fault('person/erasing');
        if (existing!.exists) return { upload: uploadOf(existing!.data()!), created: false };
        const createdAt = sdk.FieldValue.serverTimestamp();
        transaction.create(document, { ...uploadDocument(sdk, uploadId, upload), createdAt });
        return { upload, created: true };
      }, transactionOptions);
      if (opened instanceof Fault) throw opened;
      return opened;
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

    async remove({ uid, uploadId }) {
      const { db } = await open();
      const batch = db.batch();
      for (const path of [paths.analysis, paths.narrative, paths.deadLetter, paths.upload]) {
        batch.delete(db.doc(path(uid, uploadId)));
      }
      await batch.commit();
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

const instants = ['requestedAt', 'storedAt', 'analyzedAt', 'finishedAt'] as const;

function uploadDocument(sdk: Sdk, uploadId: string, upload: Upload): DocumentData {
  const timestamp = (at: number | null) => (at === null ? null : sdk.Timestamp.fromMillis(at));
  return {
    ...upload,
    ...progressOf(upload),
    schemaVersion: 1,
    uploadId,
    lease: upload.lease && { ...upload.lease, until: timestamp(upload.lease.until) },
    ...Object.fromEntries(instants.map((name) => [name, timestamp(upload[name])])),
    updatedAt: sdk.FieldValue.serverTimestamp(),
  };
}

function uploadOf(document: DocumentData): Upload {
  const { schemaVersion, uploadId, createdAt, updatedAt, progress, sentence, nextStep, ...rest } = document;
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

/** The evidence of dead letters; the topic they come from is Pub/Sub's. */
function keptLetters(open: Open): Omit<DeadLetters, 'publish'> {
  return {
    async keep(letter, at) {
      const { sdk, db } = await open();
      const { uid, uploadId } = letter;
      await db.runTransaction(async (transaction) => {
        // A letter about an upload that was deleted meanwhile would bring its ids back.
        if (!(await transaction.get(db.doc(paths.upload(uid, uploadId)))).exists) return;
        const document = { schemaVersion: 1, ...letter, at: sdk.Timestamp.fromMillis(at) };
        transaction.set(db.doc(paths.deadLetter(uid, uploadId)), document);
      }, transactionOptions);
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
