import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket, File } from '@google-cloud/storage';
import { paths, uploadOfObject } from '../contract/upload.ts';
import { Fault } from '../domain/fault.ts';
import type { Exports, FoundRecording, Recordings } from '../workflows/ports.ts';

/** HTTP status of a create whose object is there already, and of a read whose object is not. */
const preconditionFailed = 412;
const notFound = 404;
const removedAtOnce = 10;
/** The same create by an account that may not delete, if Storage looks at the rights first; or one that may not create. */
const forbidden = 403;

function statusOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

/** Recordings as objects `recordings/{uid}/{uploadId}`, with the trace in their metadata. */
export function storageRecordings(open: () => Promise<Bucket>): Recordings {
  return {
    async create({ uid, uploadId }, body, { contentType, traceparent, incarnation }) {
      const file = (await open()).file(paths.recording(uid, uploadId));
      try {
        // Not a copy: it may be 32 MiB.
        await file.save(Buffer.from(body.buffer, body.byteOffset, body.length), {
          contentType,
          resumable: false,
          preconditionOpts: { ifGenerationMatch: 0 },
          metadata: { metadata: { traceparent, incarnation } },
        });
        return true;
      } catch (error) {
        if (statusOf(error) === preconditionFailed) return false;
        if (statusOf(error) === forbidden && (await file.exists())[0]) return false;
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
        const settled = metadata.customTime !== undefined;
        return { contentType: metadata.contentType ?? '', settled, body };
      } catch (error) {
        if (statusOf(error) === notFound) throw new Fault('recording/missing', { cause: error });
        throw error;
      }
    },

    async settle({ uid, uploadId }, at) {
      const file = (await open()).file(paths.recording(uid, uploadId));
      try {
        await file.setMetadata({ customTime: new Date(at).toISOString() });
      } catch (error) {
        if (statusOf(error) === notFound) throw new Fault('recording/missing', { cause: error });
        throw error;
      }
    },

    async version({ uid, uploadId }) {
      try {
        const [{ generation }] = await (await open()).file(paths.recording(uid, uploadId)).getMetadata();
        return String(generation);
      } catch (error) {
        if (statusOf(error) === notFound) return undefined;
        throw error;
      }
    },

    async remove({ uid, uploadId }, version) {
      const file = (await open()).file(paths.recording(uid, uploadId));
      const only = version === undefined ? {} : { ifGenerationMatch: Number(version) };
      try {
        await file.delete({ ignoreNotFound: true, ...only });
      } catch (error) {
        if (statusOf(error) !== preconditionFailed) throw error;
      }
    },

    async list(uid) {
      const prefix = paths.recordings(uid);
      const [files] = await (await open()).getFiles({ prefix });
      return files.map(({ name }) => name.slice(prefix.length));
    },

    async all() {
      return foundIn(await open());
    },

    async removeAll(uid) {
      await removeBelow(await open(), paths.recordings(uid));
    },
  };
}

/** Removes all objects there; one that somebody else has removed meanwhile is no error. */
async function removeBelow(bucket: Bucket, prefix: string): Promise<void> {
  const [files] = await bucket.getFiles({ prefix });
  for (let i = 0; i < files.length; i += removedAtOnce)
    await Promise.all(files.slice(i, i + removedAtOnce).map((file) => file.delete({ ignoreNotFound: true })));
}

async function* foundIn(bucket: Bucket): AsyncGenerator<FoundRecording> {
  for await (const { name, metadata } of bucket.getFilesStream({
    prefix: 'recordings/',
  }) as AsyncIterable<File>) {
    const key = uploadOfObject(name);
    if (!key) continue;
    const { traceparent, incarnation } = (metadata.metadata ?? {}) as Record<string, string | undefined>;
    const { contentType = '', size = 0, timeCreated = '' } = metadata;
    yield {
      key,
      contentType,
      sizeBytes: Number(size),
      createdAt: Date.parse(timeCreated),
      traceparent,
      incarnation,
    };
  }
}

/** Archives as objects `exports/{uid}/{name}`; the rules let their owner read them until the time in their metadata. */
export function storageExports(open: () => Promise<Bucket>): Pick<Exports, 'write' | 'remove' | 'removeAll'> {
  return {
    async write(uid, name, { contentType, expiresAt }, body) {
      const path = paths.export(uid, name);
      const metadata = { contentType, metadata: { expiresAtMs: String(expiresAt) } };
      const file = (await open()).file(path);
      await pipeline(Readable.from(body), file.createWriteStream({ resumable: false, metadata }));
      return path;
    },

    async remove(uid, name) {
      await (await open()).file(paths.export(uid, name)).delete({ ignoreNotFound: true });
    },

    async removeAll(uid) {
      await removeBelow(await open(), paths.exports(uid));
    },
  };
}
