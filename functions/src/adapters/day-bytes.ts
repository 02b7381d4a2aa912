import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Fault } from '../domain/fault.ts';
import type { DaySamples } from '../domain/samples/day.ts';
import type { TracedDay } from '../domain/samples/origins.ts';
import { decodeDay, encodeDay } from './day-codec.ts';

/** A Firestore document holds 1 MiB; the rest is for names and the other fields. */
const maxDayBytes = 1_000_000;

/** How many deletions are remembered for one person; see `rememberDeletions`. */
const mostTombstones = 50_000;

/** A day as the bytes that are stored. @throws Fault `recording/too-many-samples` */
export function packDay(day: DaySamples): Buffer {
  const bytes = deflateRawSync(encodeDay(day));
  if (bytes.length > maxDayBytes) throw new Fault('recording/too-many-samples');
  return bytes;
}

/** A day with its origins as the bytes that are stored. @throws Fault `recording/too-many-samples` */
export function packTracedDay(
  day: string,
  { samples, origins }: TracedDay,
): { bytes: Buffer; origins: PackedOrigins } {
  const bytes = packDay({ day, samples });
  const packed = packOrigins(origins);
  const { length } = packed.uploads.join();
  if (bytes.length + packed.bytes.length + length > maxDayBytes)
    throw new Fault('recording/too-many-samples');
  return { bytes, origins: packed };
}

export function unpackDay(day: string, bytes: Uint8Array): DaySamples {
  return decodeDay(day, inflateRawSync(bytes));
}

/**
 * The identities that stay deleted, in the order in which they were deleted. Samples may arrive after their own
 * deletion, so deletions must be remembered; when there are too many, the oldest are let go.
 */
export function rememberDeletions(known: readonly string[], deleted: readonly string[]): string[] {
  return [...new Set([...known, ...deleted])].slice(-mostTombstones);
}

/** Identities as the bytes that are stored: 16 for each. */
export function packIds(ids: readonly string[]): Buffer {
  return Buffer.from(ids.join('').replaceAll('-', ''), 'hex');
}

export function unpackIds(bytes: Uint8Array): string[] {
  const hex = Buffer.from(bytes).toString('hex');
  return Array.from({ length: bytes.length / 16 }, (_, i) =>
    hex.slice(32 * i, 32 * i + 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  );
}

/** Which uploads brought which sample of a day, as it is stored: the uploads by name, to be searched, and bytes. */
export interface PackedOrigins {
  uploads: string[];
  /** For each sample in canonical order, which set of uploads. */
  bytes: Buffer;
}

/** Thousands of samples share a few sets of origins: the sets once, and an index into them for each sample. */
export function packOrigins(origins: readonly (readonly string[])[]): PackedOrigins {
  const uploads = [...new Set(origins.flat())].sort();
  const position = new Map(uploads.map((uploadId, i) => [uploadId, i]));
  const sets: number[][] = [];
  const indexOfSet = new Map<string, number>();
  const of = origins.map((origin) => {
    const name = origin.join();
    const known = indexOfSet.get(name);
    if (known !== undefined) return known;
    indexOfSet.set(name, sets.length);
    return sets.push(origin.map((uploadId) => position.get(uploadId)!)) - 1;
  });
  return { uploads, bytes: deflateRawSync(JSON.stringify({ sets, of })) };
}

export function unpackOrigins({
  uploads,
  bytes,
}: {
  uploads: readonly string[];
  bytes: Uint8Array;
}): string[][] {
  const { sets, of } = JSON.parse(inflateRawSync(bytes).toString()) as { sets: number[][]; of: number[] };
  const named = sets.map((set) => set.map((i) => uploads[i]!));
  return of.map((i) => named[i]!);
}
