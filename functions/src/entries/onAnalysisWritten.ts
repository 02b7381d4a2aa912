import { onDocumentCreated } from 'firebase-functions/v2/firestore';
import { app } from '../app.ts';
import { deployment } from '../deployment.ts';
import type { Analysis } from '../domain/analysis.ts';
import { handleEvent } from '../platform/event.ts';
import { measure } from '../platform/metrics.ts';
import { writeNarrative } from '../workflows/writeNarrative.ts';

/** Firestore: an analysis is there, so its narrative is written. */
export const onAnalysisWritten = onDocumentCreated(
  { ...deployment.onAnalysisWritten, document: 'users/{uid}/analyses/{uploadId}' },
  async ({ data: snapshot, params: { uid, uploadId } }) => {
    const document = snapshot?.data() as (Analysis & { traceparent: string }) | undefined;
    if (!document) return;
    const key = { uid, uploadId };
    await handleEvent({ event: 'onAnalysisWritten', key, traceparent: document.traceparent }, async () => {
      const source = await writeNarrative(app(), key, document);
      if (source !== 'done-before') measure('clarity_loop.narratives', 1, { source });
      return source;
    });
  },
);
