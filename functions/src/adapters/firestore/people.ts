import type {
  CollectionReference,
  DocumentData,
  DocumentReference,
  Firestore,
  Timestamp,
} from 'firebase-admin/firestore';
import * as v from 'valibot';
import { StoredPerson } from '../../contract/stored.ts';
import { paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import type { Erasures, Exports, People, PersonalDocument } from '../../workflows/ports.ts';
import { unpackIds, unpackSamples } from '../week-bytes.ts';
import { transactionOptions, type Open, type Sdk } from './client.ts';
import { documentsOfWeeks, isFirstPart, joined } from './histories.ts';

/** Documents that one page of a walk reads; days are the largest of them. */
const documentsPerPage = 20;
/** There are hardly ever more than a few erasures that did not end at once. */
const mostErasuresRead = 500;

export function firestorePeople(open: Open): People {
  return {
    async find(uid) {
      const { db } = await open();
      return v.parse(StoredPerson, (await db.doc(paths.person(uid)).get()).data() ?? {});
    },
    async documents(uid) {
      const { sdk, db } = await open();
      return documentsBelow(sdk, db, uid);
    },
  };
}

/** Walks everything there is, so that no kind of document can be forgotten. */
async function* documentsBelow(sdk: Sdk, db: Firestore, uid: string): AsyncGenerator<PersonalDocument> {
  const person = db.doc(paths.person(uid));
  const snapshot = await person.get();
  if (snapshot.exists) yield readable('', snapshot.data()!);
  for (const collection of await person.listCollections()) {
    for await (const { ref, fields } of documentsOf(collection)) {
      const path = ref.path.slice(person.path.length + 1);
      if (collection.id !== 'samples') yield readable(path, fields);
      else if (isFirstPart(ref.id)) yield* samplesAt(sdk, db, uid, path, fields);
    }
  }
}

/** A week of samples. One that lies in several documents is read anew, all of them as they are at one time. */
async function* samplesAt(
  sdk: Sdk,
  db: Firestore,
  uid: string,
  path: string,
  fields: DocumentData,
): AsyncGenerator<PersonalDocument> {
  const { bytes, origins, parts, ...rest } = fields;
  const week = String(rest.week);
  const alone = (parts as number) === 1;
  const [stored] = alone ? [] : joined((await documentsOfWeeks(sdk, db, uid, week, week).get()).docs);
  const samples = alone ? unpackSamples(week, bytes as Uint8Array) : stored?.samples;
  if (samples) yield { path, fields: plain(rest), samples };
}

async function* documentsOf(
  collection: CollectionReference,
): AsyncGenerator<{ ref: DocumentReference; fields: DocumentData }> {
  const pages = collection.orderBy('__name__').limit(documentsPerPage);
  let page = await pages.get();
  while (!page.empty) {
    for (const snapshot of page.docs) yield { ref: snapshot.ref, fields: snapshot.data() };
    page = await pages.startAfter(page.docs.at(-1)!).get();
  }
}

/** A document as JSON can carry it; what we keep as packed bytes is unpacked. */
function readable(path: string, fields: DocumentData): PersonalDocument {
  const [collection, id] = path.split('/');
  if (collection === 'days') {
    const { bytes, origins, ...rest } = fields;
    return { path, fields: plain(rest), samples: unpackSamples(id!, bytes as Uint8Array) };
  }
  if (collection === 'deletions')
    return { path, fields: { ...plain(fields), ids: unpackIds(fields.ids as Uint8Array) } };
  return { path, fields: plain(fields) };
}

function plain(fields: DocumentData): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if ('toDate' in value) return (value as { toDate(): Date }).toDate().toISOString();
  return plain(value);
}

export function firestoreErasures(open: Open): Erasures {
  return {
    async begin(uid, at) {
      const { sdk, db } = await open();
      const erasure = db.doc(paths.erasure(uid));
      await erasure.set({ schemaVersion: 1, begunAt: sdk.Timestamp.fromMillis(at) }, { merge: true });
    },
    async unfinished(now, limit) {
      const { db } = await open();
      // Those of an earlier release have no time to wait for.
      const { docs } = await db.collection('erasures').orderBy('begunAt').limit(mostErasuresRead).get();
      const due = docs.filter((snapshot) => {
        const until = snapshot.get('postponedUntil') as Timestamp | undefined;
        return !until || until.toMillis() <= now;
      });
      return due.slice(0, limit).map(({ id }) => id);
    },
    async postpone(uid, until) {
      const { sdk, db } = await open();
      const postponedUntil = sdk.Timestamp.fromMillis(until);
      await db.doc(paths.erasure(uid)).set({ postponedUntil }, { merge: true });
    },
    async removeDocuments(uid) {
      const { db } = await open();
      // Whoever is at work on the person can write nothing any more once the state is gone, nor on an upload once that is.
      await db.doc(paths.personState(uid)).delete();
      await db.recursiveDelete(db.collection(paths.uploads(uid)));
      await db.recursiveDelete(db.doc(paths.person(uid)));
    },
    async end(uid) {
      const { db } = await open();
      await db.doc(paths.erasure(uid)).delete();
    },
  };
}

/** The announcements of archives; the archives themselves are in Storage. */
export function firestoreExports(open: Open): Pick<Exports, 'announce' | 'announced'> {
  return {
    async announce(uid, name, expiresAt) {
      const { sdk, db } = await open();
      const erasing = await db.runTransaction(async (transaction) => {
        if ((await transaction.get(db.doc(paths.erasure(uid)))).exists) return true;
        const fields = { schemaVersion: 1, expiresAt: sdk.Timestamp.fromMillis(expiresAt) };
        transaction.set(db.doc(paths.announcedExport(uid, name)), fields);
        return false;
      }, transactionOptions);
      if (erasing) throw new Fault('person/erasing');
    },
    async announced(uid, name) {
      const { db } = await open();
      return (await db.doc(paths.announcedExport(uid, name)).get()).exists;
    },
  };
}
