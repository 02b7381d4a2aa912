import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { paths, uploadOfObject } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import type { Recordings } from '../../workflows/ports.ts';
import type { MemoryState } from './state.ts';

export function memoryRecordings({ recordings }: MemoryState): Recordings {
  let versions = 0;
  const stored = (uid: string): string[] =>
    [...recordings.keys()].filter((path) => path.startsWith(paths.recordings(uid)));
  return {
    create: async ({ uid, uploadId }, body, { contentType, traceparent, incarnation }) => {
      const path = paths.recording(uid, uploadId);
      const bytes = await buffer(Readable.from([body]));
      if (recordings.has(path)) return false;
      recordings.set(path, {
        contentType,
        traceparent,
        incarnation,
        body: bytes,
        version: String(++versions),
      });
      return true;
    },
    exists: ({ uid, uploadId }) => Promise.resolve(recordings.has(paths.recording(uid, uploadId))),
    open: ({ uid, uploadId }) => {
      const stored = recordings.get(paths.recording(uid, uploadId));
      if (!stored) return Promise.reject(new Fault('recording/missing'));
      const { contentType, settledAt } = stored;
      const body = Readable.from([stored.body]);
      return Promise.resolve({ contentType, settled: settledAt !== undefined, body });
    },
    settle: ({ uid, uploadId }, at) => {
      const stored = recordings.get(paths.recording(uid, uploadId));
      if (!stored) return Promise.reject(new Fault('recording/missing'));
      stored.settledAt = at;
      return Promise.resolve();
    },
    version: ({ uid, uploadId }) => {
      const stored = recordings.get(paths.recording(uid, uploadId));
      return Promise.resolve(stored && (stored.version ?? 'the first'));
    },
    remove: ({ uid, uploadId }, version) => {
      const path = paths.recording(uid, uploadId);
      if (version === undefined || (recordings.get(path)?.version ?? 'the first') === version)
        recordings.delete(path);
      return Promise.resolve();
    },
    list: (uid) => Promise.resolve(stored(uid).map((path) => path.slice(paths.recordings(uid).length))),
    all: () =>
      Promise.resolve(
        Readable.from(
          [...recordings].map(([path, { contentType, traceparent, incarnation, body, createdAt = 0 }]) => {
            const about = { contentType, sizeBytes: body.length, createdAt };
            return { key: uploadOfObject(path)!, ...about, traceparent, incarnation };
          }),
        ),
      ),
    removeAll: (uid) => {
      for (const path of stored(uid)) recordings.delete(path);
      return Promise.resolve();
    },
  };
}
