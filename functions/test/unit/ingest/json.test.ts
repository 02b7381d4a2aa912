import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isObject } from '../../../src/domain/json.ts';
import { jsonPieces } from '../../../src/ingest/json.ts';
import { inPieces } from '../../support/build.ts';

async function piecesOf(text: string | Buffer, size?: number, slice?: number): Promise<Iterable<unknown>[]> {
  const bytes = Buffer.from(text as string);
  const pieces: Iterable<unknown>[] = [];
  for await (const piece of jsonPieces(() => inPieces(bytes, size), slice)) pieces.push(piece);
  return pieces;
}

/** What of a text is read: the whole of it, as JSON.parse would give it, or the code of the refusal. */
async function wholeOf(text: string | Buffer, size?: number, slice?: number): Promise<unknown> {
  try {
    const [[envelope] = [], ...samples] = (await piecesOf(text, size, slice)) as unknown[][];
    if (samples.length > 0) (envelope as Record<string, unknown>).samples = samples.flat();
    return envelope;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** JSON.parse of a text, or the same code. */
function parsed(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return 'recording/invalid-json';
  }
}

describe('jsonPieces', () => {
  it('gives the envelope, then the samples where it has any', async () => {
    const samples = [{ a: 1 }, 2];
    const recording = { userId: 'me', samples, schemaVersion: 1 };
    assert.deepEqual(await piecesOf(JSON.stringify(recording)), [[{ ...recording, samples: [] }], samples]);
    assert.deepEqual(await piecesOf('{}'), [[{}]]);
    assert.deepEqual(await piecesOf('[]'), [[[]]]);
  });

  it('gives nothing of an empty text, and ignores a byte order mark', async () => {
    assert.deepEqual(await piecesOf(' \n\t '), []);
    assert.deepEqual(await piecesOf('\uFEFF{}'), [[{}]]);
  });

  it('refuses samples that are no array, after the envelope has been looked at', async () => {
    for (const [samples, received] of [
      ['{}', 'object'],
      ['null', 'null'],
      ['7', 'number'],
      ['[1],"samples":7', 'number'],
    ] as const) {
      const pieces = jsonPieces(() => inPieces(Buffer.from(`{"samples":${samples}}`)));
      assert.equal((await pieces.next()).done, false);
      const issue = { pointer: '/samples', expected: 'an array of samples', received };
      await assert.rejects(pieces.next(), { code: 'recording/invalid', issues: [issue] });
    }
  });

  it('reads what JSON.parse reads, and refuses what it refuses', async () => {
    const texts = [
      '{"samples":[]}',
      '{"samples": [ \n ] }',
      '{"samples":[1,2]}',
      '{ "a" : { "samples" : [ 1 ] } , "samples" : [ [ "samples" ] , { "samples" : [ 2 ] } ] , "b" : "samples" }',
      '{"samples":[1],"samples":[2,3]}',
      '{"samples":[1],"samples":[]}',
      '{"samples":{"samples":[1]},"samples":[2]}',
      '{"\\u0073ampl\\u0065s":[1,"\\\\",2]}',
      '{"samples\\u0000":[1],"sample":[2],"samples ":[3]}',
      '{"samples":["]","\\"","\\\\","[{,:"],"uploadId":"after"}',
      '{"":"samples","samples":["\ud83c\udfc3","\\ud83c\\udfc3","\\ud800"]}',
      '{"__proto__":[1],"samples":[{"__proto__":2}]}',
      // None of these is JSON.
      'hello',
      '{"samples":[1',
      '{"samples":[1]',
      '{"samples":[1}}',
      '{"samples":[1}]',
      '{"samples":[1,]}',
      '{"samples":[,1]}',
      '{"samples":[,]}',
      '{"samples":[1,,2]}',
      '{"samples":[1 2]}',
      '{"samples":[1],}',
      '{"samples":[1][2]}',
      '{"samples":1,[2]}',
      '{"samples":[1],"samples":[2',
      '{"samples":[1,],"samples":[2]}',
      '{"samples":[01],"samples":[2]}',
      '{"samples"[1]}',
      '{"samples"::[1]}',
      '{"a","samples":[1]}',
      '["samples":[1]]',
      '{}{"samples":[1]}',
      '{"samples":[1]}]',
      '{"samples":[NaN]}',
      '{"samples":[{"a":1]]}',
      '{"samples":["\n"]}',
      '{"samples":["\\x"]}',
      "{'samples':[1]}",
      '{samples:[1]}',
      '"samples":[1]',
      '{"samples":["}',
      '{"samples\\":[1]}',
    ];
    for (const text of texts) {
      for (const size of [1, 2, 7, 1000]) {
        for (const slice of [0, 3, 1000])
          assert.deepEqual(await wholeOf(text, size, slice), parsed(text), text);
      }
    }
  });

  it('reads what JSON.parse reads, whatever the keys, spaces, escapes, pieces, slices and damage', async () => {
    const white = fc.stringMatching(/^[ \t\n\r]{0,3}$/);
    const key = fc.oneof(
      fc.constantFrom('"samples"', '"\\u0073amples"', '"sample\\u0073"', '"Samples"', '"samples\\\\"'),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
    );
    const value = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
      array: fc
        .tuple(white, fc.array(tie('value'), { maxLength: 4 }), white)
        .map(([before, all, after]) => `[${before}${all.join(`${after},${before}`)}${after}]`),
      object: fc
        .tuple(fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }), white)
        .map(
          ([all, gap]) => `{${all.map(([name, of]) => `${name}${gap}:${gap}${of}`).join(`${gap},`)}${gap}}`,
        ),
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.json({ maxDepth: 0 }),
        fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)),
        tie('array'),
        tie('object'),
      ),
    }));
    const member = fc.oneof(fc.tuple(fc.constant('"samples"'), value.array), fc.tuple(key, value.value));
    const text = fc
      .tuple(fc.array(member, { maxLength: 5 }), white)
      .map(([all, gap]) => `${gap}{${all.map(([name, of]) => `${gap}${name}:${gap}${of}`).join(',')}}${gap}`);
    /** A text with one byte taken out, doubled or replaced by a sign. */
    const damaged = fc
      .tuple(text, fc.nat(), fc.constantFrom('', '"', '\\', ',', ':', '[', ']', '{', '}', '1'))
      .map(([whole, at, sign]) => {
        const bytes = Buffer.from(whole);
        const i = at % bytes.length;
        return Buffer.concat([bytes.subarray(0, i), Buffer.from(sign), bytes.subarray(i + 1)]);
      });
    const sizes = fc.record({
      size: fc.integer({ min: 1, max: 40 }),
      slice: fc.constantFrom(0, 5, 30, 1000),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, damaged), sizes, async (body, { size, slice }) => {
        const expected = parsed(body);
        const samples = isObject(expected) ? expected.samples : undefined;
        const usable = samples === undefined || Array.isArray(samples);
        assert.deepEqual(await wholeOf(body, size, slice), usable ? expected : 'recording/invalid');
      }),
    );
  });

  it('cuts many samples after every 64 KiB', async () => {
    const samples = Array.from({ length: 5000 }, (_, i) => ({ value: i, text: 'x'.repeat(i % 80) }));
    const text = JSON.stringify({ samples, uploadId: 'after' });
    const pieces = await piecesOf(text, 1000);
    assert.equal(pieces.length, 1 + Math.ceil(text.length / 65_600));
    assert.deepEqual(await wholeOf(text, 1000), JSON.parse(text));
  });

  it('refuses one sample of more than a MiB, and more than four around the samples, by where it is', async () => {
    const long = 'x'.repeat(1_200_000);
    for (const [text, pointer] of [
      [`{"samples":[1,"${long}"]}`, '/samples'],
      [`{"samples":[${' '.repeat(1_200_000)}]}`, '/samples'],
      [`{"a":"${long.repeat(4)}"}`, ''],
      [`{"samples":[1],"a":"${long.repeat(4)}"}`, ''],
      ['['.repeat(5_000_000), ''],
    ] as const) {
      await assert.rejects(
        piecesOf(text, 65_536),
        (error: { code: string; issues: { pointer: string }[] }) => {
          assert.deepEqual([error.code, error.issues[0]!.pointer], ['recording/too-large', pointer]);
          return true;
        },
      );
    }
  });

  it('notices bytes that are fewer when they are read again', async () => {
    const text = Buffer.from('{"samples":[1,2,3]}');
    const lengths = [text.length, 12];
    const pieces = jsonPieces(() => inPieces(text.subarray(0, lengths.shift())));
    await pieces.next();
    await assert.rejects(pieces.next(), { code: 'recording/changed' });
  });
});
