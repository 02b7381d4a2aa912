import type { DocumentData, DocumentSnapshot, Firestore } from 'firebase-admin/firestore';
import { parseStored, storedUpload } from '../../contract/stored.ts';
import { keyOfPath, paths } from '../../contract/upload.ts';
import { Fault, faultOf } from '../../domain/fault.ts';
import { progressOf } from '../../domain/upload/upload-progress.ts';
import {
  advance,
  awaitsHolder,
  shardOf,
  type Upload,
  type UploadEvent,
  type UploadKey,
} from '../../domain/upload/upload.ts';
import type { Revision, StoredUpload, Uploads } from '../../workflows/ports.ts';
import { withRetry } from '../retry.ts';
import { failedWith, transactionOptions, withDates, writeFailure, type Open, type Sdk } from './client.ts';

/** Between the attempts of a move whose document others are moving too. */
const conflictPolicy = { attempts: 10, baseMs: 20, capMs: 1000, deadlineMs: 10_000 };

export function firestoreUploads(open: Open): Uploads {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      const snapshot = await db.doc(paths.upload(uid, uploadId)).get();
      return snapshot.exists ? read(snapshot) : undefined;
    },

    async waiting(uid, limit) {
      const { db } = await open();
      const unfinished = db
        .collection(paths.uploads(uid))
        .where('status', 'in', ['queued', 'processing', 'deleting']);
      const { docs } = await unfinished.limit(limit).get();
      return docs
        .map((snapshot) => ({ uploadId: snapshot.id, ...read(snapshot) }))
        .filter(({ upload }) => awaitsHolder(upload));
    },

    async due(shard, now, limit) {
      const { sdk, db } = await open();
      const found = await db
        .collectionGroup('uploads')
        .where('shard', '==', shard)
        .where('nextLookAt', '<=', sdk.Timestamp.fromMillis(now))
        .orderBy('nextLookAt')
        .limit(limit)
        .get();
      return found.docs.flatMap((snapshot) => {
        const upload = unlessNewer(() => uploadOf(snapshot.data()));
        return upload ? [{ key: keyOfPath(snapshot.ref.path), upload }] : [];
      });
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

    async advance({ uid, uploadId }, event, outcome = {}, { from, publishFirst } = {}) {
      const { sdk, db } = await open();
      const document = db.doc(paths.upload(uid, uploadId));
      const week = outcome.weekText && db.doc(paths.week(uid, outcome.weekText.monday));
      const write = async (next: Upload, over: Revision): Promise<StoredUpload> => {
        const batch = db.batch();
        batch.update(document, uploadDocument(sdk, uploadId, next), {
          lastUpdateTime: timestampOf(sdk, over),
        });
        if (outcome.narrative) {
          const stamps = { uploadId, createdAt: sdk.FieldValue.serverTimestamp() };
          batch.set(db.doc(paths.narrative(uid, uploadId)), { ...outcome.narrative, ...stamps });
        }
        if (outcome.weekText && (await week!.get()).exists)
          batch.update(week!, { text: outcome.weekText.narrative });
        if (event.kind === 'retried') batch.delete(db.doc(paths.deadLetter(uid, uploadId)));
        const [written] = await batch.commit();
        return { upload: next, revision: revisionOf(written!.writeTime) };
      };

      let known = from && moves(from.upload, event) ? from : undefined;
      let published = false;
      return withRetry(
        async () => {
          const current = known ?? read(await document.get());
          known = undefined;
          const next = advance(current.upload, event);
          if (next === current.upload) return current;
          if (!published) await publishFirst?.(current.upload);
          published = true;
          return write(next, current.revision);
        },
        conflictPolicy,
        isConflict,
      );
    },
  };
}

/** An upload that a newer release has written waits for that release, and keeps nobody else waiting. */
function unlessNewer(read: () => Upload): Upload | undefined {
  try {
    return read();
  } catch (error) {
    if (faultOf(error).code !== 'schema/newer') throw error;
    return undefined;
  }
}

/** @throws Fault `upload/not-found` */
function read(snapshot: DocumentSnapshot): StoredUpload {
  if (!snapshot.exists) throw new Fault('upload/not-found');
  return { upload: uploadOf(snapshot.data()!), revision: revisionOf(snapshot.updateTime!) };
}

/** The time of a document's last write, to the nanosecond: what a write with a precondition names. */
export function revisionOf({ seconds, nanoseconds }: { seconds: number; nanoseconds: number }): Revision {
  return `${seconds}.${nanoseconds}`;
}

export function timestampOf(sdk: Sdk, revision: Revision) {
  const [seconds, nanoseconds] = revision.split('.').map(Number);
  return new sdk.Timestamp(seconds!, nanoseconds!);
}

/** Whether an event moves an upload as it was seen. One that it does not move is looked at again first. */
function moves(seen: Upload, event: UploadEvent): boolean {
  try {
    return advance(seen, event) !== seen;
  } catch {
    return false;
  }
}

/** The document has changed (or gone) since it was read, or a transaction has locked it. */
export function isConflict(error: unknown): boolean {
  return failedWith(error, writeFailure.notFound, writeFailure.failedPrecondition, writeFailure.aborted);
}

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
    if (failedWith(error, writeFailure.alreadyExists)) return false;
    throw error;
  }
}

const instants = ['requestedAt', 'storedAt', 'analyzedAt', 'finishedAt'] as const;

export function uploadDocument(sdk: Sdk, uploadId: string, { nextLook, ...upload }: Upload): DocumentData {
  const timestamp = (at: number | null) => (at === null ? null : sdk.Timestamp.fromMillis(at));
  return {
    ...upload,
    ...progressOf({ nextLook, ...upload }),
    ...look(sdk, uploadId, nextLook),
    schemaVersion: storedUpload.version,
    uploadId,
    lease: upload.lease && { ...upload.lease, until: timestamp(upload.lease.until) },
    trouble: { ...upload.trouble, since: timestamp(upload.trouble.since) },
    ...Object.fromEntries(instants.map((name) => [name, timestamp(upload[name])])),
    updatedAt: sdk.FieldValue.serverTimestamp(),
  };
}

/** Only open uploads have these fields, so that the index of what is due stays as small as what is open. */
function look(sdk: Sdk, uploadId: string, nextLook: Upload['nextLook']): DocumentData {
  const gone = sdk.FieldValue.delete();
  if (!nextLook) return { shard: gone, nextLookAt: gone, looks: gone };
  return {
    shard: shardOf(uploadId),
    nextLookAt: sdk.Timestamp.fromMillis(nextLook.at),
    looks: nextLook.looks,
  };
}

function uploadOf(document: DocumentData): Upload {
  return parseStored(storedUpload, withDates(document));
}
