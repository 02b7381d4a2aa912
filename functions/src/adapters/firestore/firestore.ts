import type { DocumentData, DocumentReference, Firestore, Timestamp } from 'firebase-admin/firestore';
import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analysis } from '../../domain/analysis/analysis.ts';
import { Fault } from '../../domain/fault.ts';
import type { Narrative } from '../../domain/narrative/narrative.ts';
import { advance, type Upload, type UploadEvent, type UploadKey } from '../../domain/upload/upload.ts';
import { progressOf } from '../../domain/upload/upload-progress.ts';
import type {
  Analyses,
  DeadLetter,
  DeadLetters,
  Exports,
  Narratives,
  Ports,
  Uploads,
} from '../../workflows/ports.ts';
import { firestoreDays } from './days.ts';
import { firestoreErasures, firestoreExports, firestorePeople } from './people.ts';
import { firestoreQuotas } from './quotas.ts';
import { transactionOptions, type Open, type Sdk } from './client.ts';
import { backoffMs } from '../retry.ts';

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
      for (let attempt = 1; ; attempt++) {
        const created = await create(sdk, db, { uid, uploadId }, upload);
        if (created) return { upload, created };
        const existing = await document.get();
        if (existing.exists) return { upload: uploadOf(existing.data()!), created };
        // Deleted between the two.
        if (attempt === transactionOptions.maxAttempts) throw new Fault('service/unavailable');
      }
    },

    async advance({ uid, uploadId }, event, outcome = {}, { seen, before } = {}) {
      const { sdk, db } = await open();
      const document = db.doc(paths.upload(uid, uploadId));
      const write = async (next: Upload, lastUpdateTime: Timestamp): Promise<Upload> => {
        const batch = db.batch();
        batch.update(document, uploadDocument(sdk, uploadId, next), { lastUpdateTime });
        const stamps = { uploadId, createdAt: sdk.FieldValue.serverTimestamp() };
        if (outcome.analysis) {
          const { traceparent } = next;
          batch.set(db.doc(paths.analysis(uid, uploadId)), { ...outcome.analysis, traceparent, ...stamps });
        }
        if (outcome.narrative) {
          batch.set(db.doc(paths.narrative(uid, uploadId)), { ...outcome.narrative, ...stamps });
        }
        if (event.kind === 'retried') batch.delete(db.doc(paths.deadLetter(uid, uploadId)));
        const [written] = await batch.commit();
        versions.set(next, written!.writeTime);
        return next;
      };

      let current = seen && moves(seen, event) ? seen : await read(document);
      let prepared = false;
      for (let attempt = 1; ; attempt++) {
        const next = advance(current, event);
        if (next === current) return current;
        if (!prepared) await before?.();
        prepared = true;
        try {
          return await write(next, versions.get(current)!);
        } catch (error) {
          if (!isOvertaken(error) || attempt === transactionOptions.maxAttempts) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, backoffMs(overtaken, attempt)));
        current = await read(document);
      }
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

/** Which version of its document an upload that was handed out is: a move from it is written over this one only. */
const versions = new WeakMap<Upload, Timestamp>();

async function read(document: DocumentReference): Promise<Upload> {
  const snapshot = await document.get();
  if (!snapshot.exists) throw new Fault('upload/not-found');
  const upload = uploadOf(snapshot.data()!);
  versions.set(upload, snapshot.updateTime!);
  return upload;
}

/** Whether an event moves an upload of which the version is known. What it does not move is looked at again first. */
function moves(seen: Upload, event: UploadEvent): boolean {
  try {
    return versions.has(seen) && advance(seen, event) !== seen;
  } catch {
    return false;
  }
}

/** How a conditional write fails when the document has changed (or gone), or is locked by a transaction: codes of gRPC. */
const notFound = 5;
const alreadyExists = 6;
const failedPrecondition = 9;
const aborted = 10;

function isOvertaken(error: unknown): boolean {
  return [notFound, failedPrecondition, aborted].includes((error as { code?: number }).code ?? 0);
}

/** Between the attempts of a move whose document others are moving too. */
const overtaken = { attempts: 10, baseMs: 20, capMs: 1000, deadlineMs: 10_000 };

/** Whether an upload's document was created; false where there is one already. Only its absence is asked for, not read. */
async function create(
  sdk: Sdk,
  db: Firestore,
  { uid, uploadId }: UploadKey,
  upload: Upload,
): Promise<boolean> {
  try {
    const erasing = await db.runTransaction(async (transaction) => {
      if ((await transaction.get(db.doc(paths.erasure(uid)))).exists) return true;
      const createdAt = sdk.FieldValue.serverTimestamp();
      const document = { ...uploadDocument(sdk, uploadId, upload), createdAt };
      transaction.create(db.doc(paths.upload(uid, uploadId)), document);
      return false;
    }, transactionOptions);
    if (erasing) throw new Fault('person/erasing');
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === alreadyExists) return false;
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
