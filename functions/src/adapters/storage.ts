import type { Bucket } from '@google-cloud/storage';
import { paths } from '../contract/upload.ts';
import { Fault } from '../domain/fault.ts';
import type { Recordings } from '../workflows/ports.ts';

/** HTTP status of a create whose object is there already, and of a read whose object is not. */
const preconditionFailed = 412;
const notFound = 404;

function statusOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

/** Recordings as objects `recordings/{uid}/{uploadId}`, with the trace in their metadata. */
export function storageRecordings(open: () => Promise<Bucket>): Recordings {
  return {
    async create({ uid, uploadId }, body, { contentType, traceparent }) {
      const file = (await open()).file(paths.recording(uid, uploadId));
      try {
        await file.save(Buffer.from(body), {
          contentType,
          resumable: false,
          preconditionOpts: { ifGenerationMatch: 0 },
          metadata: { metadata: { traceparent } },
        });
        return true;
      } catch (error) {
        if (statusOf(error) === preconditionFailed) return false;
        throw error;
      }
    },

    async exists({ uid, uploadId }) {
      return (await (await open()).file(paths.recording(uid, uploadId)).exists())[0];
    },

    async open({ uid, uploadId }) {
      const file = (await open()).file(paths.recording(uid, uploadId));
      try {
        const [metadata] = await file.getMetadata();
        // Undone here where needed: the client's own decompression fails on what only claims to be gzip.
        const body = file.createReadStream({ decompress: false, validation: false });
        return { contentType: metadata.contentType ?? '', body };
      } catch (error) {
        if (statusOf(error) === notFound) throw new Fault('recording/missing', { cause: error });
        throw error;
      }
    },
  };
}
