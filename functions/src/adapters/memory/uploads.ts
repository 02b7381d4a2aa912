import { keyOfPath, paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { advance, awaitsHolder, shardOf, type Upload } from '../../domain/upload/upload.ts';
import type { DeadLetters, KeptLetter, Uploads } from '../../workflows/ports.ts';
import { revisionOf } from './revisions.ts';
import type { MemoryState } from './state.ts';

export function memoryUploads({ uploads, narratives, weeks, keptLetters, erasures }: MemoryState): Uploads {
  const storedOf = (upload: Upload) => ({ upload, revision: revisionOf(upload) });
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
    find: ({ uid, uploadId }) => {
      const upload = uploads.get(paths.upload(uid, uploadId));
      return Promise.resolve(upload && storedOf(upload));
    },
    waiting: (uid, limit) =>
      Promise.resolve(
        [...uploads]
          .filter(([path, upload]) => path.startsWith(`${paths.uploads(uid)}/`) && awaitsHolder(upload))
          .slice(0, limit)
          .map(([path, upload]) => ({ uploadId: keyOfPath(path).uploadId, ...storedOf(upload) })),
      ),
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
      if (next === uploads.get(path)) return storedOf(next);
      uploads.set(path, next);
      const { narrative, weekText } = outcome;
      if (narrative) narratives.set(paths.narrative(uid, uploadId), narrative);
      const week = weekText && weeks.get(paths.week(uid, weekText.monday));
      if (week) weeks.set(paths.week(uid, weekText.monday), { ...week, narrative: weekText.narrative });
      if (event.kind === 'retried') keptLetters.delete(paths.deadLetter(uid, uploadId));
      return storedOf(next);
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
