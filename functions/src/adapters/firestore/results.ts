import { parseStored, storedAnalysis, storedNarrative } from '../../contract/stored.ts';
import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analyses, Narratives } from '../../workflows/ports.ts';
import type { Open } from './client.ts';

export function firestoreAnalyses(open: Open): Analyses {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      const fields = (await db.doc(paths.analysis(uid, uploadId)).get()).data();
      return fields && parseStored(storedAnalysis, fields);
    },
    async latest(uid) {
      const { db } = await open();
      const latest = db.collection(paths.analyses(uid)).orderBy('window.end', 'desc');
      // Of those that end with the same sample, the one that knows most; those of the first releases do not say what they know.
      for (const query of [latest.orderBy('daysVersion', 'desc'), latest]) {
        const { docs } = await query.limit(1).get();
        if (docs[0]) return { uploadId: docs[0].id, analysis: parseStored(storedAnalysis, docs[0].data()) };
      }
      return undefined;
    },
  };
}

export function firestoreNarratives(open: Open): Narratives {
  return {
    async find({ uid, uploadId }) {
      const { db } = await open();
      const fields = (await db.doc(paths.narrative(uid, uploadId)).get()).data();
      return fields && parseStored(storedNarrative, fields);
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
