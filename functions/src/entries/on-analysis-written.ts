import { onDocumentCreated } from 'firebase-functions/v2/firestore';
import { app } from '../app.ts';
import { parseStored, storedAnalysis, type Fields } from '../contract/stored.ts';
import { deployment } from '../deployment.ts';
import { handleEvent } from '../platform/event.ts';
import { writeNarrative } from '../workflows/write-narrative.ts';

/** Firestore: an analysis is there, so its narrative is written. */
export const onAnalysisWritten = onDocumentCreated(
  { ...deployment.onAnalysisWritten, document: 'users/{uid}/analyses/{uploadId}' },
  async (delivery) => {
    const { uid, uploadId } = delivery.params;
    const fields: Fields | undefined = delivery.data?.data();
    if (!fields) return;
    const key = { uid, uploadId };
    const traceparent = String(fields['traceparent']);
    await handleEvent({ event: 'onAnalysisWritten', delivery, key, traceparent }, () =>
      writeNarrative(app(), key, parseStored(storedAnalysis, fields)),
    );
  },
);
