import { randomInt } from 'node:crypto';
import { Fault } from '../domain/fault.ts';

/** The bytes as they come. @throws Fault `recording/too-large` beyond `maxBytes` */
export async function* limited(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new Fault('recording/too-large');
    yield chunk;
  }
}

/**
 * Opening brackets and commas of a JSON recording: what its values in memory grow with, rather than with its bytes. Real
 * samples have one in 20 bytes.
 */
const mostMarks = 5_000_000;

/** The bytes of a JSON recording as they come. @throws Fault `recording/too-large` for more marks than are allowed */
export async function* withFewMarks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let marks = 0;
  for await (const chunk of bytes) {
    marks += marksIn(chunk);
    if (marks > mostMarks) throw new Fault('recording/too-large');
    yield chunk;
  }
}

/** Every how many bytes marks are looked for: looking at all of them would cost half as much as parsing. */
const markStride = 8;
const markBlock = 4096;

/**
 * Estimates the marks of a chunk from every eighth byte. Each block begins at another, random byte, so that no pattern
 * in the bytes hides them; real recordings stay far from the limit.
 */
function marksIn(chunk: Uint8Array): number {
  let marks = 0;
  for (let block = 0; block < chunk.length; block += markBlock) {
    const end = Math.min(block + markBlock, chunk.length);
    for (let i = block + randomInt(markStride); i < end; i += markStride) {
      const byte = chunk[i];
      if (byte === 44 /* , */ || byte === 91 /* [ */ || byte === 123 /* { */) marks++;
    }
  }
  return marks * markStride;
}
