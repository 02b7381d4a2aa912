import { onRequest } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins, servedFunction } from '../config.ts';
import { contentTypeOf, idempotencyKeyOf, routeOf, statusAnswer, uploadAnswer } from '../contract/http.ts';
import { deployment } from '../deployment.ts';
import { credentialsOf } from '../platform/credentials.ts';
import { answerRequest } from '../platform/http.ts';
import { bodyHeadersOf, bodyOf, keepBodiesRaw } from '../platform/raw-body.ts';
import { authorize } from '../workflows/authorize.ts';
import { readStatus } from '../workflows/read-status.ts';
import { receiveRecording } from '../workflows/receive-recording.ts';

if (servedFunction === 'uploadRecording') keepBodiesRaw();

/** HTTPS: takes a recording, or tells the status of an upload. */
export const uploadRecording = onRequest(
  { ...deployment.uploadRecording, cors: corsOrigins() },
  (request, response) =>
    answerRequest(request, response, async (traceparent) => {
      const route = routeOf(request.method, request.path);
      const credentials = credentialsOf(request);
      const uid = await authorize(app(), credentials);
      if (route.kind === 'status') {
        const { uploadId } = route;
        const body = statusAnswer(uploadId, await readStatus(app(), { uid, uploadId }));
        return { status: 200, body, uploadId };
      }
      const headers = bodyHeadersOf(request);
      const received = await receiveRecording(app(), {
        uid,
        address: credentials.address,
        contentType: contentTypeOf(headers['content-type'], headers['content-encoding']),
        body: bodyOf(request),
        uploadId: idempotencyKeyOf(request.headers['idempotency-key']),
        traceparent,
      });
      return { status: 202, body: uploadAnswer(received), uploadId: received.uploadId };
    }),
);
