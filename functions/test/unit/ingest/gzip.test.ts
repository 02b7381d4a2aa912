import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { decompressed } from '../../../src/ingest/gzip.ts';
import { inPieces } from '../../support/build.ts';

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('decompressed', () => {
  it('decompresses what begins like gzip, in pieces of any size, and leaves the rest as it is', async () => {
    const text = '{"samples":[]}';
    for (const body of [Buffer.from(text), gzipSync(text)]) {
      for (const size of [1, 2, body.length])
        assert.equal(await textOf(decompressed(inPieces(body, size))), text);
    }
    for (const bytes of [[], [0x1f], [0x1f, 0x20], [0x20, 0x8b]]) {
      const body = Buffer.from(bytes);
      assert.equal(await textOf(decompressed(inPieces(body, 1))), body.toString('utf8'));
    }
  });

  it('distinguishes a file that is cut off from one that is damaged', async () => {
    const cut = gzipSync('{"samples":[]}').subarray(0, 20);
    await assert.rejects(textOf(decompressed(inPieces(cut))), { code: 'recording/truncated' });
    const damaged = Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    await assert.rejects(textOf(decompressed(inPieces(damaged))), { code: 'recording/invalid-encoding' });
  });

  it('rethrows an error of the stream as it is: it is no fault of the recording', async () => {
    const broken = new Error('connection reset');
    for (const start of ['{"samples":', gzipSync('{}').subarray(0, 12)]) {
      async function* body() {
        await Promise.resolve();
        yield Buffer.from(start);
        throw broken;
      }
      await assert.rejects(textOf(decompressed(body())), broken);
    }
  });
});
