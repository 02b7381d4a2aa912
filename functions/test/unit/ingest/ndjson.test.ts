import assert from 'node:assert/strict';
import { notJson } from '../../../src/ingest/json.ts';
import { ndjsonPieces } from '../../../src/ingest/ndjson.ts';
import { inPieces } from '../../support/build.ts';

async function valuesOf(text: string, size?: number): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const piece of ndjsonPieces(inPieces(Buffer.from(text), size))) values.push(...piece);
  return values;
}

describe('ndjsonPieces', () => {
  it('gives the value of each line, whatever the pieces, blank lines and line ends', async () => {
    const text = '\n{"a":"Übung ✓ 🏃"}\r\n\r\n \n[1]\n2';
    for (const size of [1, 2, 7, 100]) {
      assert.deepEqual(await valuesOf(text, size), [{ a: 'Übung ✓ 🏃' }, [1], 2]);
    }
  });

  it('gives the first line by itself, before it looks at another', async () => {
    const pieces = ndjsonPieces(inPieces(Buffer.from('{}\n{"a":1}\nnonsense')));
    const first = await pieces.next();
    assert.deepEqual(first.value, [{}]);
    assert.deepEqual([...((await pieces.next()).value as Iterable<unknown>)], [{ a: 1 }]);
  });

  it('marks a line that is not JSON, the last one cut off included', async () => {
    assert.deepEqual(await valuesOf('{}\n{"a":\n{"b":2}\n{"c"'), [{}, notJson, { b: 2 }, notJson]);
  });

  it('gives nothing of blank lines', async () => {
    assert.deepEqual(await valuesOf('\n \r\n'), []);
  });

  it('ignores a byte order mark', async () => {
    assert.deepEqual(await valuesOf('\uFEFF{}\n{"a":1}'), [{}, { a: 1 }]);
  });

  it('takes as long a first line as JSON may have around its samples', async () => {
    const envelope = { deletedSamples: Array.from({ length: 100_000 }, () => '0'.repeat(36)) };
    const [first] = await valuesOf(`${JSON.stringify(envelope)}\n{}`, 64 * 1024);
    assert.deepEqual(first, envelope);
  });

  it('refuses a first line that is not JSON, a line without end, and a file of nothing but short lines', async () => {
    const long = 'x'.repeat(1_100_000);
    const longest = 'x'.repeat(4_200_000);
    for (const text of ['hello\n{}', longest, `{}\n${long}\n{}`, `{}\n${'1\n'.repeat(100_000)}`]) {
      await assert.rejects(valuesOf(text), { code: 'recording/invalid-json' });
    }
  });
});
