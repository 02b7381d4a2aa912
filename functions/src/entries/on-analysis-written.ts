import { onDocumentWritten } from 'firebase-functions/v2/firestore';
import { app } from '../app.ts';
import { parseStored, storedAnalysis, type Fields } from '../contract/stored.ts';
import { deployment } from '../deployment.ts';
import { handleEvent } from '../platform/event.ts';
import { writeNarrative } from '../workflows/write-narrative.ts';

/** Firestore: an analysis is there that Gemini is asked for a text of. */
export const onAnalysisWritten = onDocumentWritten(
  { ...deployment.onAnalysisWritten, document: 'users/{uid}/analyses/{uploadId}' },
  async (delivery) => {
    const { uid, uploadId } = delivery.params;
    const fields: Fields | undefined = delivery.data?.after.data();
    if (fields?.['textWanted'] !== true) return;
    const key = { uid, uploadId };
    const traceparent = String(fields['traceparent']);
    await handleEvent({ event: 'onAnalysisWritten', delivery, uploadId, traceparent }, () =>
      writeNarrative(app(), key, parseStored(storedAnalysis, fields)),
    );
  },
);
