import type { ServerResponse } from 'node:http';
import type { Request } from 'firebase-functions/v2/https';
import { contentTypeOf, idempotencyKeyOf, routeOf, statusAnswer, uploadAnswer } from './contract/http.ts';
import { maxRequestBytes } from './contract/upload.ts';
import { admission } from './platform/admission.ts';
import { credentialsOf } from './platform/credentials.ts';
import { answerRequest } from './platform/http.ts';
import { bodyHeadersOf, bodyLengthOf, bodyOf } from './platform/raw-body.ts';
import { authorize } from './workflows/authorize.ts';
import { readStatus } from './workflows/read-status.ts';
import { receiveRecording } from './workflows/receive-recording.ts';

const mib = 1024 * 1024;
/** What reading one recording takes besides its body: the samples of a batch, and what is parsed at once. */
const readingBytes = 16 * mib;
/** Eight of the largest at once, beside 200 MiB of everything else, are well below the memory of an instance. */
const admit = admission({ mostBytes: 8 * (maxRequestBytes + readingBytes), mostEach: 4 });

/** Answers one request with the parts of the product that `ports` gives: as `uploadRecording` does. */
export async function answerUpload(
  ports: () => Parameters<typeof authorize>[0] & Parameters<typeof receiveRecording>[0],
  request: Request,
  response: ServerResponse,
): Promise<void> {
  await answerRequest(request, response, async (traceparent) => {
    const route = routeOf(request.method, request.path);
    const credentials = credentialsOf(request);
    const uid = await authorize(ports(), credentials);
    if (route.kind === 'status') {
      const { uploadId } = route;
      const body = statusAnswer(uploadId, await readStatus(ports(), { uid, uploadId }));
      return { status: 200, body, uploadId };
    }
    const headers = bodyHeadersOf(request);
    const input = {
      uid,
      address: credentials.address,
      contentType: contentTypeOf(headers['content-type'], headers['content-encoding']),
      body: bodyOf(request),
      sizeBytes: bodyLengthOf(request),
      uploadId: idempotencyKeyOf(request.headers['idempotency-key']),
      traceparent,
    };
    const bytes = Math.min(input.sizeBytes ?? maxRequestBytes, maxRequestBytes) + readingBytes;
    const received = await admit(uid, bytes, () => receiveRecording(ports(), input));
    return { status: 202, body: uploadAnswer(received), uploadId: received.uploadId };
  });
}
