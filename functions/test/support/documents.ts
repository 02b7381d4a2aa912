import type { UploadDocument } from '../../src/contract/documents.ts';
import { requested, type Upload } from '../../src/domain/upload/upload.ts';
import { progressOf } from '../../src/domain/upload/upload-progress.ts';
import { traceparent } from './build.ts';

/** The status document of an announced recording, but for the changes. */
export function uploadDocument(changes: Partial<Pick<Upload, 'status' | 'stage' | 'code'>>): UploadDocument {
  const announced = { contentType: 'application/x-ndjson', sizeBytes: 1, sha256: null };
  const upload = { ...requested(announced, traceparent, 1), ...changes };
  const at = new Date(1);
  return {
    ...upload,
    ...progressOf(upload),
    schemaVersion: 1,
    uploadId: 'some-upload',
    lease: null,
    receipt: null,
    requestedAt: at,
    storedAt: null,
    analyzedAt: null,
    finishedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}
