import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { UploadIdInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { refreshNarrative as refresh } from '../workflows/refreshNarrative.ts';

/** Callable: writes the narrative of a finished upload anew. */
export const refreshNarrative = onCall(
  deployment.refreshNarrative,
  callable(UploadIdInput, (uid, { uploadId }, traceparent) => refresh(app(), { uid, uploadId }, traceparent)),
);
