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

/** As much as is read at once. */
const pieceBytes = 64 * 1024;
/** How long a recording may keep the process from everything else, about. */
const turnMs = 16;

/**
 * The same bytes in pieces of at most 64 KiB. Whoever works on them by the piece lets others have their turn every 16 ms:
 * the next piece then comes after whatever else the process has to do.
 */
export async function* inTurns(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Work is what is done with a piece; what is waited for keeps nobody from anything.
  let workedMs = 0;
  for await (const chunk of bytes) {
    for (let i = 0; i < chunk.length; i += pieceBytes) {
      if (workedMs > turnMs) {
        await new Promise((resolve) => setImmediate(resolve));
        workedMs = 0;
      }
      const began = performance.now();
      yield chunk.subarray(i, i + pieceBytes);
      workedMs += performance.now() - began;
    }
  }
}
