import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { UploadIdInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { retryUpload as retry } from '../workflows/retry-upload.ts';

/** Callable: takes a failed upload up again from its stored recording. */
export const retryUpload = onCall(
  { ...deployment.retryUpload, cors: corsOrigins() },
  callable(
    UploadIdInput,
    (credentials) => authorize(app(), credentials, { amounts: { retries: 1 } }),
    ({ uid, input: { uploadId } }) => retry(app(), { uid, uploadId }),
  ),
);
