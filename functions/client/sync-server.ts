import type { ClarityLoop } from './client.ts';
import type { SyncServer } from './sync-ports.ts';

/**
 * The server for `sync`, by the client: recordings go straight to Storage, states come from Firestore.
 *
 * @param blobOf for React Native, whose Storage takes no bytes: the Blob of a file, as `fetch(uri)` gives it
 */
export function syncServer(
  loop: Pick<ClarityLoop, 'uid' | 'uploadRecording' | 'upload' | 'retryUpload'>,
  blobOf?: (bytes: Uint8Array) => Promise<Blob>,
): SyncServer {
  return {
    uid: loop.uid,
    async send({ uploadId, sha256, bytes }) {
      const content = blobOf ? await blobOf(bytes) : (bytes as Uint8Array<ArrayBuffer>);
      const body = { contentType: 'application/x-ndjson', bytes: content } as const;
      await loop.uploadRecording(body, { uploadId, sha256 }).sent;
    },
    async status(uploadId) {
      const upload = await loop.upload(uploadId);
      return upload && { analyzed: upload.analyzedAt !== null, code: upload.code };
    },
    async retry(uploadId) {
      await loop.retryUpload(uploadId);
    },
  };
}
