import assert from 'node:assert/strict';
import { limited, withFewMarks } from '../../../src/ingest/limits.ts';
import { inPieces } from '../../support/build.ts';

async function lengthOf(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of bytes) length += chunk.length;
  return length;
}

describe('limited', () => {
  it('lets as many bytes pass as are allowed, and not one more', async () => {
    assert.equal(await lengthOf(limited(inPieces(Buffer.alloc(10), 3), 10)), 10);
    await assert.rejects(lengthOf(limited(inPieces(Buffer.alloc(11), 3), 10)), {
      code: 'recording/too-large',
    });
  });
});

describe('withFewMarks', () => {
  it('refuses what is nothing but brackets and commas, wherever they are', async () => {
    for (const mark of [',', '[', '{', '[       ']) {
      const bomb = Buffer.alloc(mark.length * 6_000_000, mark);
      await assert.rejects(lengthOf(withFewMarks(inPieces(bomb, 65_536))), { code: 'recording/too-large' });
    }
  });

  it('lets text of the same size pass', async () => {
    const text = Buffer.alloc(20_000_000, '{"unit":"count/min"}');
    assert.equal(await lengthOf(withFewMarks(inPieces(text, 65_536))), text.length);
  });
});
