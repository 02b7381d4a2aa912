import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { UploadIdInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { deleteUpload as remove } from '../workflows/delete-upload.ts';

/** Callable: deletes an upload with everything that only it brought. */
export const deleteUpload = onCall(
  { ...deployment.deleteUpload, cors: corsOrigins() },
  callable(
    UploadIdInput,
    (credentials) => authorize(app(), credentials, { amounts: { deletions: 1 } }),
    ({ uid, input: { uploadId }, traceparent }) => remove(app(), { uid, uploadId }, traceparent),
  ),
);
