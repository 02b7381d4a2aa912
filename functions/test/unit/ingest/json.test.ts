import assert from 'node:assert/strict';
import { jsonPieces } from '../../../src/ingest/json.ts';
import { inPieces } from '../../support/build.ts';

async function piecesOf(text: string): Promise<Iterable<unknown>[]> {
  const pieces: Iterable<unknown>[] = [];
  for await (const piece of jsonPieces(inPieces(Buffer.from(text)))) pieces.push(piece);
  return pieces;
}

describe('jsonPieces', () => {
  it('gives the recording as the envelope, then its samples where it has any', async () => {
    const recording = { userId: 'me', samples: [{ a: 1 }, 2] };
    assert.deepEqual(await piecesOf(JSON.stringify(recording)), [[recording], recording.samples]);
    assert.deepEqual(await piecesOf('{}'), [[{}]]);
    assert.deepEqual(await piecesOf('[]'), [[[]]]);
  });

  it('gives nothing of an empty text, and ignores a byte order mark', async () => {
    assert.deepEqual(await piecesOf(' \n\t '), []);
    assert.deepEqual(await piecesOf('\uFEFF{}'), [[{}]]);
  });

  it('refuses what is not JSON', async () => {
    for (const text of ['hello', '{"samples":[1']) {
      await assert.rejects(piecesOf(text), { code: 'recording/invalid-json' });
    }
  });

  it('refuses samples that are no array, after the envelope has been looked at', async () => {
    for (const [samples, received] of [
      ['{}', 'object'],
      ['null', 'null'],
      ['7', 'number'],
    ] as const) {
      const pieces = jsonPieces(inPieces(Buffer.from(`{"samples":${samples}}`)));
      assert.equal((await pieces.next()).done, false);
      const issue = { pointer: '/samples', expected: 'an array of samples', received };
      await assert.rejects(pieces.next(), { code: 'recording/invalid', issues: [issue] });
    }
  });
});
