import assert from 'node:assert/strict';
import { inTurns, limited } from '../../../src/ingest/limits.ts';
import { inPieces } from '../../support/build.ts';

async function lengthsOf(bytes: AsyncIterable<Uint8Array>): Promise<number[]> {
  const lengths: number[] = [];
  for await (const chunk of bytes) lengths.push(chunk.length);
  return lengths;
}

describe('limited', () => {
  it('lets as many bytes pass as are allowed, and not one more', async () => {
    assert.deepEqual(await lengthsOf(limited(inPieces(Buffer.alloc(10), 3), 10)), [3, 3, 3, 1]);
    await assert.rejects(lengthsOf(limited(inPieces(Buffer.alloc(11), 3), 10)), {
      code: 'recording/too-large',
    });
  });
});

describe('inTurns', () => {
  it('gives the same bytes in pieces of at most 64 KiB', async () => {
    const bytes = Buffer.alloc(150_000, '0123456789');
    const pieces: Uint8Array[] = [];
    for await (const piece of inTurns(inPieces(bytes))) pieces.push(piece);
    assert.deepEqual(
      pieces.map(({ length }) => length),
      [65_536, 65_536, 18_928],
    );
    assert.ok(Buffer.concat(pieces).equals(bytes));
  });

  it('lets a timer fire while somebody works on the bytes for long', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for await (const piece of inTurns(inPieces(Buffer.alloc(20 * 65_536)))) {
      const until = performance.now() + piece.length / 13_000;
      while (performance.now() < until);
    }
    clearInterval(timer);
    assert.ok(turns >= 3, `${turns} turns in 100 ms`);
  });
});
