import { parseStored, storedDeadLetter } from '../../contract/stored.ts';
import { paths } from '../../contract/upload.ts';
import type { DeadLetters } from '../../workflows/ports.ts';
import { transactionOptions, withDates, type Open } from './client.ts';

/** The evidence of dead letters; the topic they come from is Pub/Sub's. */
export function keptLetters(open: Open): Omit<DeadLetters, 'publish'> {
  return {
    async keep(letter, at) {
      const { sdk, db } = await open();
      const { uid, uploadId } = letter;
      await db.runTransaction(async (transaction) => {
        // A letter about an upload that was deleted meanwhile would bring its ids back.
        if (!(await transaction.get(db.doc(paths.upload(uid, uploadId)))).exists) return;
        const document = {
          schemaVersion: storedDeadLetter.version,
          ...letter,
          at: sdk.Timestamp.fromMillis(at),
        };
        transaction.set(db.doc(paths.deadLetter(uid, uploadId)), document);
      }, transactionOptions);
    },
    async list(limit, after) {
      const { sdk, db } = await open();
      let page = db.collectionGroup('deadLetters').orderBy('at').orderBy(sdk.FieldPath.documentId());
      if (after) {
        const { uid, uploadId } = after.letter;
        page = page.startAfter(sdk.Timestamp.fromMillis(after.at), db.doc(paths.deadLetter(uid, uploadId)));
      }
      const { docs } = await page.limit(limit).get();
      return docs.map((snapshot) => parseStored(storedDeadLetter, withDates(snapshot.data())));
    },
  };
}
