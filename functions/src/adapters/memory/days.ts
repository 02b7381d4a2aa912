import { parseStored, storedPersonState } from '../../contract/stored.ts';
import { paths } from '../../contract/upload.ts';
import type { DaySamples } from '../../domain/samples/day.ts';
import { Fault } from '../../domain/fault.ts';
import { forgetUpload, mergeTraced, type TracedDay } from '../../domain/samples/origins.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import type { Days } from '../../workflows/ports.ts';
import { packTracedDay, rememberDeletions, unpackDay, unpackOrigins } from '../day-bytes.ts';
import type { MemoryState } from './state.ts';

/** Bytes that keep nothing but themselves alive: zlib's lie in blocks of 64 KiB. */
function exact(bytes: Buffer): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}

export function memoryDays({ days, origins, tombstones, uploads, personStates }: MemoryState): Days {
  const stored = (uid: string): Map<string, Buffer> => {
    const mine = days.get(uid) ?? new Map<string, Buffer>();
    days.set(uid, mine);
    return mine;
  };
  const unpack = (uid: string, day: string): TracedDay => {
    const bytes = stored(uid).get(day);
    if (!bytes) return { samples: [], origins: [] };
    const { samples } = unpackDay(day, bytes);
    return { samples, origins: unpackOrigins(origins.get(paths.day(uid, day))!) };
  };
  const store = (uid: string, day: string, traced: TracedDay): void => {
    // A day without samples is no day: it would push a measured one out of the latest ones.
    if (traced.samples.length === 0) {
      stored(uid).delete(day);
      origins.delete(paths.day(uid, day));
      return;
    }
    const packed = packTracedDay(day, traced);
    stored(uid).set(day, exact(packed.bytes));
    origins.set(paths.day(uid, day), { ...packed.origins, bytes: exact(packed.origins.bytes) });
  };
  const refuseNewer = (uid: string): void => {
    const personState = personStates.get(paths.personState(uid));
    if (personState) parseStored(storedPersonState, personState);
  };
  return {
    merge: ({ uid, uploadId }, batch, deletions) =>
      Promise.try(() => {
        refuseNewer(uid);
        const upload = uploads.get(paths.upload(uid, uploadId));
        if (!upload || upload.status === 'deleting') throw new Fault('upload/not-found');
        const deleted = rememberDeletions(tombstones.get(uid) ?? [], deletions);
        tombstones.set(uid, deleted);
        const gone = new Set(deleted);
        const keep = (day: string, samples: readonly Sample[]): DaySamples => {
          const merged = mergeTraced(unpack(uid, day), uploadId, samples, gone);
          store(uid, day, merged);
          return { day, samples: merged.samples };
        };
        const merged = batch.map(({ day, samples }) => keep(day, samples));
        if (deletions.length > 0) for (const day of stored(uid).keys()) keep(day, []);
        return merged.filter(({ samples }) => samples.length > 0);
      }),
    forget: ({ uid, uploadId }) =>
      Promise.try(() => {
        refuseNewer(uid);
        for (const day of [...stored(uid).keys()]) {
          if (!origins.get(paths.day(uid, day))!.uploads.includes(uploadId)) continue;
          store(uid, day, forgetUpload(unpack(uid, day), uploadId));
        }
      }),
    latest: (uid, count) =>
      Promise.resolve(
        [...stored(uid)]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(-count)
          .map(([day, bytes]) => unpackDay(day, bytes)),
      ),
    between: (uid, first, last) =>
      Promise.resolve(
        [...stored(uid)]
          .filter(([day]) => day >= first && day <= last)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([day, bytes]) => unpackDay(day, bytes)),
      ),
  };
}
