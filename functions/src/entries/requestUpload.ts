import { onCall } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { RequestUploadInput } from '../contract/upload.ts';
import { deployment } from '../deployment.ts';
import { callable } from '../platform/callable.ts';
import { requestUpload as announce } from '../workflows/requestUpload.ts';

/** Callable: announces an upload that goes straight to Storage. */
export const requestUpload = onCall(
  deployment.requestUpload,
  callable(RequestUploadInput, (uid, input, traceparent) => announce(app(), uid, input, traceparent)),
);
