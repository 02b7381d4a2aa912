import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decodeDay, encodeDay, type DaySamples } from '../domain/day.ts';
import { Fault } from '../domain/fault.ts';

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
