import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { UploadIdInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { refreshNarrative as refresh } from '../workflows/refresh-narrative.ts';

/** Callable: writes the narrative of a finished upload anew. */
export const refreshNarrative = onCall(
  { ...deployment.refreshNarrative, cors: corsOrigins() },
  callable(
    UploadIdInput,
    (credentials) => authorize(app(), credentials),
    ({ uid, input: { uploadId }, traceparent }) => refresh(app(), { uid, uploadId }, traceparent),
  ),
);
