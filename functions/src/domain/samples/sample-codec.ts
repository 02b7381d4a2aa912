import { dayNumber } from '../local-time.ts';
import { dayMs } from '../time.ts';
import type { Sample, Source, SourceKind } from './sample.ts';
import { sampleTypeIndex, sampleTypeNames } from './sample-types.ts';

/**
 * Columnar bytes of samples in canonical order: equal samples give equal bytes. Little-endian; the columns of one kind lie together,
 * times as differences, so that a general compressor does well on them (only the ids are incompressible).
 *
 * Layout: magic `CLD1`, u32 count n, u32 length of the tables, the tables as JSON `{zones, sources: [kind, key][]}`,
 * then per sample: 16 bytes id, i32 ms since the previous start (the first: since midnight UTC of `base`),
 * u32 duration in ms, f64 value, u16 source, u16 zone, u8 type, u8 flags (1 = entered by the user).
 */
export function encodeSamples(base: string, samples: readonly Sample[]): Uint8Array {
  const zones = [...new Set(samples.map(({ timeZone }) => timeZone))].sort();
  // Thousands of samples share a few objects.
  const textOf = new Map<Source, string>();
  for (const { source } of samples) if (!textOf.has(source)) textOf.set(source, sourceText(source));
  const sourceTexts = [...new Set(textOf.values())].sort();
  const zoneIndex = new Map(zones.map((zone, index) => [zone, index]));
  const sourceIndex = new Map(sourceTexts.map((text, index) => [text, index]));
  const tables = new TextEncoder().encode(
    JSON.stringify({ zones, sources: sourceTexts.map((text) => JSON.parse(text) as [string, string]) }),
  );

  const n = samples.length;
  const bytes = new Uint8Array(12 + tables.length + n * bytesPerSample);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(4, n, true);
  view.setUint32(8, tables.length, true);
  bytes.set(tables, 12);

  const at = columns(12 + tables.length, n);
  let previous = dayNumber(base) * dayMs;
  samples.forEach((sample, i) => {
    writeId(bytes, at.id + 16 * i, sample.id);
    view.setInt32(at.start + 4 * i, sample.start - previous, true);
    view.setUint32(at.duration + 4 * i, sample.end - sample.start, true);
    view.setFloat64(at.value + 8 * i, sample.value, true);
    view.setUint16(at.source + 2 * i, sourceIndex.get(textOf.get(sample.source)!)!, true);
    view.setUint16(at.zone + 2 * i, zoneIndex.get(sample.timeZone)!, true);
    bytes[at.type + i] = sampleTypeIndex.get(sample.type)!;
    bytes[at.flags + i] = sample.userEntered ? 1 : 0;
    previous = sample.start;
  });
  return bytes;
}

/** The samples of `encodeSamples`' bytes. @throws RangeError when the bytes are none */
export function decodeSamples(base: string, bytes: Uint8Array): Sample[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (magic.some((byte, i) => bytes[i] !== byte)) throw new RangeError('not encoded samples');
  const n = view.getUint32(4, true);
  const tablesLength = view.getUint32(8, true);
  if (bytes.length !== 12 + tablesLength + n * bytesPerSample)
    throw new RangeError('encoded samples are cut off');
  const tables = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + tablesLength))) as {
    zones: string[];
    sources: [SourceKind, string][];
  };
  const sources = tables.sources.map(([kind, key]): Source => ({ kind, key }));

  const at = columns(12 + tablesLength, n);
  const samples: Sample[] = [];
  let start = dayNumber(base) * dayMs;
  for (let i = 0; i < n; i++) {
    start += view.getInt32(at.start + 4 * i, true);
    samples.push({
      id: readId(bytes, at.id + 16 * i),
      type: sampleTypeNames[bytes[at.type + i]!]!,
      start,
      end: start + view.getUint32(at.duration + 4 * i, true),
      value: view.getFloat64(at.value + 8 * i, true),
      source: sources[view.getUint16(at.source + 2 * i, true)]!,
      timeZone: tables.zones[view.getUint16(at.zone + 2 * i, true)]!,
      userEntered: bytes[at.flags + i] === 1,
    });
  }
  return samples;
}

const magic = new TextEncoder().encode('CLD1');
const bytesPerSample = 16 + 4 + 4 + 8 + 2 + 2 + 1 + 1;

/** Where each column begins. */
function columns(offset: number, n: number) {
  const id = offset;
  const start = id + 16 * n;
  const duration = start + 4 * n;
  const value = duration + 4 * n;
  const source = value + 8 * n;
  const zone = source + 2 * n;
  const type = zone + 2 * n;
  return { id, start, duration, value, source, zone, type, flags: type + n };
}

function sourceText({ kind, key }: Source): string {
  return JSON.stringify([kind, key]);
}

const hexDigits = new Uint8Array(128);
for (let i = 0; i < 16; i++) hexDigits['0123456789abcdef'.charCodeAt(i)] = i;
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function writeId(bytes: Uint8Array, offset: number, id: string): void {
  for (let i = 0, character = 0; i < 16; i++) {
    if (id.charCodeAt(character) === 45 /* - */) character++;
    bytes[offset + i] =
      (hexDigits[id.charCodeAt(character)]! << 4) | hexDigits[id.charCodeAt(character + 1)]!;
    character += 2;
  }
}

function readId(bytes: Uint8Array, offset: number): string {
  let id = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) id += '-';
    id += hexPairs[bytes[offset + i]!]!;
  }
  return id;
}
