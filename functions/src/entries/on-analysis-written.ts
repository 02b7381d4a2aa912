import { onDocumentCreated } from 'firebase-functions/v2/firestore';
import { app } from '../app.ts';
import { deployment } from '../deployment.ts';
import type { Analysis } from '../domain/analysis/analysis.ts';
import { handleEvent } from '../platform/event.ts';
import { writeNarrative } from '../workflows/write-narrative.ts';

/** Firestore: an analysis is there, so its narrative is written. */
export const onAnalysisWritten = onDocumentCreated(
  { ...deployment.onAnalysisWritten, document: 'users/{uid}/analyses/{uploadId}' },
  async (delivery) => {
    const { uid, uploadId } = delivery.params;
    const document = delivery.data?.data() as (Analysis & { traceparent: string }) | undefined;
    if (!document) return;
    const key = { uid, uploadId };
    const { traceparent } = document;
    await handleEvent({ event: 'onAnalysisWritten', delivery, key, traceparent }, () =>
      writeNarrative(app(), key, document),
    );
  },
);
