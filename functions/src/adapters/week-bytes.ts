import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TracedSamples } from '../domain/samples/origins.ts';
import type { Sample } from '../domain/samples/sample.ts';
import { decodeSamples, encodeSamples } from '../domain/samples/sample-codec.ts';

/** Samples as the bytes that are stored. @param base the Monday of their week, `yyyy-mm-dd` */
export function packSamples(base: string, samples: readonly Sample[]): Buffer {
  return deflateRawSync(encodeSamples(base, samples));
}

export function unpackSamples(base: string, bytes: Uint8Array): Sample[] {
  return decodeSamples(base, inflateRawSync(bytes));
}

export function packTraced(
  base: string,
  { samples, origins }: TracedSamples,
): { bytes: Buffer; origins: PackedOrigins } {
  return { bytes: packSamples(base, samples), origins: packOrigins(origins) };
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

/** Which uploads brought which sample, as it is stored: the uploads by name, to be searched, and bytes. */
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
