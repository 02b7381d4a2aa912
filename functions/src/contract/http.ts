import * as v from 'valibot';
import { Fault, type Issue } from '../domain/fault.ts';
import { kindOf } from '../domain/json.ts';
import type { Upload } from '../domain/upload/upload.ts';
import { progressOf } from '../domain/upload/upload-progress.ts';
import type { StatusAnswer, UploadAnswer } from './answers.ts';
import { contentTypes, UploadId, type ContentType } from './upload.ts';

/** The path under which an existing client of the earlier backend posts its recordings. */
const legacyPath = '/api/v1/health-data/upload';

export type Route = { kind: 'upload' } | { kind: 'status'; uploadId: string };

/** What a request to `uploadRecording` asks for. @throws Fault `request/not-found`, `request/method-not-allowed` */
export function routeOf(method: string, path: string): Route {
  const status = /^\/api\/v1\/health-data\/upload\/([^/]+)\/status$/.exec(path);
  if (status) {
    if (method !== 'GET') throw new Fault('request/method-not-allowed');
    const uploadId = status[1]!;
    if (!v.is(UploadId, uploadId)) throw new Fault('upload/not-found');
    return { kind: 'status', uploadId };
  }
  if (path !== '/' && path !== '' && path !== legacyPath) throw new Fault('request/not-found');
  if (method !== 'POST') throw new Fault('request/method-not-allowed');
  return { kind: 'upload' };
}

/** The format that the headers declare. @throws Fault `request/unsupported-media-type` */
export function contentTypeOf(
  contentType: string | undefined,
  contentEncoding: string | undefined,
): ContentType {
  const essence = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const format = contentTypes.find((known) => known === essence);
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (!format || (encoding !== 'identity' && encoding !== 'gzip')) {
    throw new Fault('request/unsupported-media-type');
  }
  return format;
}

/** The upload id that the header `Idempotency-Key` gives, if any. @throws Fault `request/invalid` */
export function idempotencyKeyOf(header: unknown): string | undefined {
  if (header === undefined) return undefined;
  if (v.is(UploadId, header)) return header;
  const expected = '8 to 64 letters, digits, "_" or "-" in the header Idempotency-Key';
  throw new Fault('request/invalid', { issues: [{ pointer: '', expected, received: kindOf(header) }] });
}

/** The answer to an accepted recording, in the case that the client wrote its keys in. */
export function uploadAnswer(received: {
  uploadId: string;
  processedSamples: number;
  skippedSamples: number;
  issues: readonly Issue[];
  snakeCase: boolean;
}): object {
  const { uploadId, processedSamples, skippedSamples, issues, snakeCase } = received;
  const answer: UploadAnswer = {
    success: true,
    uploadId,
    status: 'queued',
    processedSamples,
    skippedSamples,
    errors: issues,
    message: `${processedSamples} samples accepted, ${skippedSamples} skipped.`,
  };
  if (!snakeCase) return answer;
  const {
    uploadId: upload_id,
    processedSamples: processed_samples,
    skippedSamples: skipped_samples,
    ...rest
  } = answer;
  return { ...rest, upload_id, processed_samples, skipped_samples };
}

/** The status document as JSON. */
export function statusAnswer(uploadId: string, upload: Upload): StatusAnswer {
  const { status, stage, attempt, code, message, receipt } = upload;
  const instantOrNull = (at: number | null): string | null => (at === null ? null : instant(at));
  return {
    schemaVersion: 1,
    uploadId,
    status,
    stage,
    ...progressOf(upload),
    attempt,
    code,
    message,
    receipt,
    requestedAt: instant(upload.requestedAt),
    storedAt: instantOrNull(upload.storedAt),
    analyzedAt: instantOrNull(upload.analyzedAt),
    finishedAt: instantOrNull(upload.finishedAt),
  };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
