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
      const { docs } = await db.collection(paths.analyses(uid)).orderBy('createdAt', 'desc').limit(1).get();
      return docs[0] && { uploadId: docs[0].id, analysis: parseStored(storedAnalysis, docs[0].data()) };
    },
    async latestBefore(uid, instant) {
      const { db } = await open();
      const ended = db.collection(paths.analyses(uid)).where('window.end', '<=', instant);
      const { docs } = await ended.orderBy('window.end', 'desc').limit(1).get();
      return docs[0] && parseStored(storedAnalysis, docs[0].data());
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
