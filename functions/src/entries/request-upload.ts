import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { RequestUploadInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { authorize } from '../workflows/authorize.ts';
import { requestUpload as announce } from '../workflows/request-upload.ts';

/** Callable: announces an upload that goes straight to Storage. */
export const requestUpload = onCall(
  { ...deployment.requestUpload, cors: corsOrigins() },
  callable(
    RequestUploadInput,
    (credentials) => authorize(app(), credentials),
    ({ uid, address, input, traceparent }) => announce(app(), { uid, address }, input, traceparent),
  ),
);
