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
    async newest(uid, limit) {
      const { db } = await open();
      const all = db.collection(paths.analyses(uid));
      const queries = [
        all.where('latest', '==', true).orderBy('daysVersion', 'desc'),
        // Those of the first releases are all of the latest week of their time.
        all.orderBy('createdAt', 'desc'),
      ];
      for (const query of queries) {
        const { docs } = await query.limit(limit).get();
        if (docs.length > 0)
          return docs.map((snapshot) => ({
            uploadId: snapshot.id,
            analysis: parseStored(storedAnalysis, snapshot.data()),
            traceparent: String(snapshot.get('traceparent')),
          }));
      }
      return [];
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
