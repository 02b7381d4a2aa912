import { keyOfPath, paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { advance, shardOf, type Upload } from '../../domain/upload/upload.ts';
import type { DeadLetters, KeptLetter, Uploads } from '../../workflows/ports.ts';
import type { MemoryState } from './state.ts';

export function memoryUploads({
  uploads,
  analyses,
  narratives,
  keptLetters,
  erasures,
}: MemoryState): Uploads {
  let revision = 0;
  return {
    due: (shard, now, limit) => {
      const due = [...uploads]
        .map(([path, upload]) => ({ key: keyOfPath(path), upload }))
        .filter(
          ({ key, upload }) =>
            upload.nextLook && upload.nextLook.at <= now && shardOf(key.uploadId) === shard,
        )
        .sort((a, b) => a.upload.nextLook!.at - b.upload.nextLook!.at);
      return Promise.resolve(due.slice(0, limit));
    },
    find: ({ uid, uploadId }) => Promise.resolve(uploads.get(paths.upload(uid, uploadId))),
    open: ({ uid, uploadId }, upload) => {
      if (erasures.has(uid)) return Promise.reject(new Fault('person/erasing'));
      const path = paths.upload(uid, uploadId);
      const existing = uploads.get(path);
      if (!existing) uploads.set(path, upload);
      return Promise.resolve({ upload: existing ?? upload, created: !existing });
    },
    // Whatever the caller has seen, the upload as it is now is at hand.
    advance: async ({ uid, uploadId }, event, outcome = {}, { publishFirst } = {}) => {
      const path = paths.upload(uid, uploadId);
      const move = (): Upload => {
        const upload = uploads.get(path);
        if (!upload) throw new Fault('upload/not-found');
        return advance(upload, event);
      };
      if (publishFirst && move() !== uploads.get(path)) await publishFirst(uploads.get(path)!);
      // Somebody may have moved it meanwhile.
      const next = move();
      if (next === uploads.get(path)) return { upload: next, revision: String(revision) };
      uploads.set(path, next);
      if (outcome.analysis) {
        const at = paths.analysis(uid, uploadId);
        // Kept in the order of writing, also when one is written again.
        analyses.delete(at);
        analyses.set(at, outcome.analysis);
      }
      if (outcome.narrative) narratives.set(paths.narrative(uid, uploadId), outcome.narrative);
      if (event.kind === 'retried') keptLetters.delete(paths.deadLetter(uid, uploadId));
      return { upload: next, revision: String(++revision) };
    },
    remove: ({ uid, uploadId }) => {
      if (uploads.get(paths.upload(uid, uploadId))?.status !== 'deleting') return Promise.resolve();
      analyses.delete(paths.analysis(uid, uploadId));
      narratives.delete(paths.narrative(uid, uploadId));
      keptLetters.delete(paths.deadLetter(uid, uploadId));
      uploads.delete(paths.upload(uid, uploadId));
      return Promise.resolve();
    },
  };
}

export function memoryDeadLetters({ publishedLetters, keptLetters, uploads }: MemoryState): DeadLetters {
  return {
    publish: (letter) => {
      publishedLetters.push(letter);
      return Promise.resolve();
    },
    keep: (letter, at) => {
      const { uid, uploadId } = letter;
      if (uploads.has(paths.upload(uid, uploadId))) {
        keptLetters.set(paths.deadLetter(uid, uploadId), { letter, at });
      }
      return Promise.resolve();
    },
    list: (limit, after) => {
      const pathOf = ({ letter: { uid, uploadId } }: KeptLetter): string => paths.deadLetter(uid, uploadId);
      const order = (a: KeptLetter, b: KeptLetter): number => a.at - b.at || (pathOf(a) < pathOf(b) ? -1 : 1);
      const kept = [...keptLetters.values()].sort(order);
      // Whether or not the last one of the other page is still there.
      const rest = after ? kept.filter((one) => order(after, one) < 0) : kept;
      return Promise.resolve(rest.slice(0, limit));
    },
  };
}
