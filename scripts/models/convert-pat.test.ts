import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertPat, largestDifference, mostDifference } from './pat/convert.ts';
import { forward, meanOverPatches } from './pat/forward.ts';
import { generatedWeek } from './pat/generated-week.ts';
import { patGraph } from './pat/graph.ts';
import { readWeights } from './pat/read-weights.ts';
import { patShapes, type PatWeights } from './pat/shape.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import {
  randomPat,
  shapeOfSize,
  writeArrays,
  writePat,
  type StoredArray,
} from '../../functions/test/support/pat.ts';
import command from '../commands/convert-pat.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { sharedFolder } from '../../functions/test/support/shared-data.ts';
import { skip } from '../../functions/test/support/skip.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';
import { representatives } from '../../functions/test/support/tier.ts';

const { folder: torch, lacking } = sharedFolder('prototypes/pat-converter');

describe('convert-pat', () => {
  const folder = temporaryFolder();
  const out = () => folder.path('models');
  const small = randomPat(shapeOfSize('S'));

  const sizes = [
    ['S', 274_720, false],
    ['M', 993_440, true],
    ['L', 1_984_192, false],
  ] as const;
  // The larger ones take minutes written out.
  for (const [size, parameters, wrapped] of representatives(sizes, 1)) {
    it(`converts PAT-${size}, and ONNX Runtime agrees with the forward pass written out`, async function () {
      this.timeout(300_000);
      const weights = randomPat(shapeOfSize(size));
      const file = folder.path('weights.h5');
      await writePat(file, weights, undefined, { wrapped });

      const done = await convertPat(file, out());
      assert.equal(done.size, size);
      assert.equal(done.parameters, parameters);
      assert.ok(done.difference < 2e-5, `${done.difference}`);
      const name = `pat-${size.toLowerCase()}`;
      assert.deepEqual(readdirSync(out()).sort(), [`${name}.golden.json`, `${name}.json`, `${name}.onnx`]);

      const encoder = (await onnxModels(out()).encoder())!;
      assert.equal(encoder.card.name, name);
      assert.equal(encoder.card.sha256, done.sha256);
      assert.equal(done.weightsSha256, createHash('sha256').update(readFileSync(file)).digest('hex'));
      // Once, in the conversion, is enough for the larger ones.
      if (size !== 'S') return;
      const another = generatedWeek(2);
      const expected = meanOverPatches(forward(weights, another));
      assert.ok(largestDifference(await encoder.embed(another), expected) < 2e-5);
      assert.ok(largestDifference(await encoder.embed(generatedWeek(1)), expected) > 1e-3, 'weeks differ');
    });
  }

  it('also takes names without the ":0" of older Keras versions', async () => {
    const file = folder.path('weights.h5');
    await writePat(file, small, (arrays) => {
      for (const [name, array] of [...arrays]) {
        arrays.delete(name);
        arrays.set(name.replace(':0', ''), array);
      }
    });
    assert.deepEqual((await readWeights(file)).values, small.values);
  });

  it('gives the same bytes for the same weights', async () => {
    const file = folder.path('weights.h5');
    await writePat(file, small);
    const first = await convertPat(file, folder.path('one'));
    const second = await convertPat(file, folder.path('two'));
    assert.deepEqual(first.sha256, second.sha256);
    assert.deepEqual(readFileSync(first.written[2]!), readFileSync(second.written[2]!));
  });

  it('keeps sines and cosines of the position apart, and normalises after each sum', () => {
    // With nothing but norms left, a block is LayerNorm(LayerNorm(x)), and x the table of positions.
    const values = new Map(
      [...small.values].map(([name, value]) => [
        name,
        new Float32Array(value.length).fill(name.endsWith('gamma') ? 1 : 0),
      ]),
    );
    const embedded = forward({ shape: small.shape, values }, generatedWeek(1));
    for (const position of [0, 1, 7, 559]) {
      const row = Array.from({ length: 96 }, (_, j) => {
        const angle = position / 10_000 ** ((2 * (j % 48)) / 96);
        return j < 48 ? Math.sin(angle) : Math.cos(angle);
      });
      const expected = normalised(normalised(row));
      const found = embedded.subarray(position * 96, (position + 1) * 96);
      assert.ok(largestDifference(found, expected) < 1e-4, `${position}`);
    }
  });

  const normalised = (row: number[]): number[] => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-6));
  };

  it('agrees with an independent implementation in PyTorch', async function () {
    if (lacking) skip(this, lacking);
    const floats = (name: string) => new Float32Array(new Uint8Array(readFileSync(join(torch, name))).buffer);
    const weeks = floats('rand_S_x.f32');
    const patches = floats('rand_S_y.f32');
    const file = join(torch, 'rand_PAT-S.h5');
    await convertPat(file, out());
    const encoder = (await onnxModels(out()).encoder())!;
    for (const i of [0, 1]) {
      const week = weeks.slice(i * 10_080, (i + 1) * 10_080);
      const expected = patches.subarray((i * patches.length) / 2, ((i + 1) * patches.length) / 2);
      assert.ok(largestDifference(forward(await readWeights(file), week), expected) < 1e-5);
      assert.ok(largestDifference(await encoder.embed(week), meanOverPatches(expected)) < 1e-5);
    }
  });

  describe('writes nothing, and says why in a sentence', () => {
    const refuses = async (file: string, sentence: string | RegExp, options = {}) => {
      const matches = (error: unknown) => {
        assert.ok(error instanceof RangeError, String(error));
        if (typeof sentence === 'string') assert.equal(error.message, sentence);
        else assert.match(error.message, sentence);
        assert.match(error.message, /^[^\n]+\.$/);
        return true;
      };
      await assert.rejects(convertPat(file, out(), options), matches);
      assert.equal(existsSync(out()), false);
    };
    const edited = async (edit: (arrays: Map<string, StoredArray>) => void, weights: PatWeights = small) => {
      const file = folder.path('weights.h5');
      await writePat(file, weights, edit);
      return file;
    };
    const at = 'encoder_layer_1_transformer/encoder_layer_1_';

    it('for a file that is not there, or a folder', async () => {
      await refuses(folder.path('nowhere.h5'), /nowhere\.h5 cannot be read \(ENOENT\)\.$/);
      await refuses(folder.path(), /cannot be read \(EISDIR\)\.$/);
    });

    it('for a file that is not HDF5', async () => {
      for (const text of ['', '<!doctype html>', 'version https://git-lfs.github.com/spec/v1\n']) {
        await refuses(folder.write('weights.h5', text), /^weights\.h5 is not an HDF5 file;/);
      }
    });

    it('for a file that was cut off, wherever', async () => {
      const file = await edited(() => {});
      for (const bytes of [1_000_000, 100_000, 2_000, 100, 8]) {
        truncateSync(file, bytes);
        await refuses(file, 'weights.h5 is damaged or was cut off; download it again.');
      }
    });

    it('for a file with a hole', async () => {
      const file = await edited(() => {});
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xff, 1_000, 6_000));
      await refuses(file, 'weights.h5 is damaged or was cut off; download it again.');
    });

    it('for another model', async () => {
      const file = folder.path('weights.h5');
      await writeArrays(file, new Map([['conv/kernel:0', { shape: [2], data: Float32Array.of(1, 2) }]]));
      await refuses(file, 'weights.h5 is not PAT: it has no dense/dense/kernel; it holds conv/kernel.');
      await writeArrays(file, new Map());
      await refuses(file, 'weights.h5 is not PAT: it has no dense/dense/kernel; it holds no array.');
    });

    it('for patches or heads that no PAT has', async () => {
      const kernel = { shape: [12, 96], data: new Float32Array(12 * 96) };
      await refuses(
        await edited((arrays) => arrays.set('dense/dense/kernel:0', kernel)),
        'weights.h5 is not PAT: dense/dense/kernel is [12, 96], ' +
          'not [18, 96] (PAT-S) or [18, 96] (PAT-M) or [9, 96] (PAT-L).',
      );
      const query = { shape: [96, 6, 16], data: new Float32Array(96 * 96) };
      await refuses(
        await edited((arrays) => arrays.set(`${at}attention/query/kernel:0`, query)),
        `weights.h5 is not PAT: ${at}attention/query/kernel is [96, 6, 16], ` +
          'not [96, 6, 96] (PAT-S) or [96, 12, 96] (PAT-M).',
      );
    });

    it('for a weight that is missing, whichever', async () => {
      for (const name of small.values.keys()) {
        if (/^dense\/dense\/kernel|query\/kernel/.test(name)) continue;
        const file = await edited((arrays) => arrays.delete(`${name}:0`));
        await refuses(file, `weights.h5 is not PAT-S: the weight ${name} is missing.`);
      }
    });

    it('for a weight of another shape, also with as many numbers', async () => {
      const file = await edited((arrays) => {
        const name = `${at}ff1/kernel:0`;
        arrays.set(name, { ...arrays.get(name)!, shape: [256, 96] });
      });
      await refuses(file, `weights.h5 is not PAT-S: ${at}ff1/kernel is [256, 96], not [96, 256].`);
    });

    it('for numbers of another type', async () => {
      const double = { shape: [96], data: new Float64Array(96), dtype: '<d' };
      const file = await edited((arrays) => arrays.set('dense/dense/bias:0', double));
      await refuses(file, 'weights.h5 is not PAT-S: dense/dense/bias holds <d, not 32-bit floats.');
    });

    it('for numbers that are none', async () => {
      const data = new Float32Array(96).fill(1);
      for (const bad of [NaN, Infinity]) {
        data[95] = bad;
        const file = await edited((arrays) => arrays.set('dense/dense/bias:0', { shape: [96], data }));
        await refuses(file, 'weights.h5 is damaged: dense/dense/bias holds values that are no numbers.');
      }
    });

    it('for anything left over: a head, a further layer', async () => {
      const head = { shape: [96, 1], data: new Float32Array(96) };
      await refuses(
        await edited((arrays) => arrays.set('head/head/kernel:0', head)),
        'weights.h5 is not PAT-S: it also holds head/head/kernel, which PAT-S does not have.',
      );
      const deeper = randomPat({ ...small.shape, layers: 2 });
      await refuses(
        await edited(() => {}, deeper),
        /is not PAT-S: it also holds encoder_layer_2_transformer\/.*, which PAT-S does not have\.$/,
      );
    });

    it('for another file than the one that was meant', async () => {
      const file = await edited(() => {});
      await refuses(file, /not the one you gave\.$/, { expectedSha256: 'f'.repeat(64) });
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      assert.equal((await convertPat(file, out(), { expectedSha256: sha256.toUpperCase() })).size, 'S');
    });

    for (const [name, edit] of [
      ['one bias is off by 0.01', (values) => (values.get('dense/dense/bias')![3]! += 0.01)],
      ['one norm is another', (values) => (values.get(`${at}norm2/gamma`)![50]! += 0.1)],
      [
        'keys are taken for queries',
        (values) => swap(values, `${at}attention/key/kernel`, `${at}attention/query/kernel`),
      ],
    ] as [string, (values: Map<string, Float32Array>) => void][]) {
      it(`for a graph that is not PAT: ${name}`, async () => {
        const build: typeof patGraph = ({ shape, values }, properties) => {
          const changed = new Map([...values].map(([key, value]) => [key, value.slice()]));
          edit(changed);
          return patGraph({ shape, values: changed }, properties);
        };
        await refuses(
          await edited(() => {}),
          /differs from PAT by .*, more than 0\.0001; it was not written\.$/,
          {
            build,
          },
        );
      });
    }

    const swap = (values: Map<string, Float32Array>, one: string, other: string) => {
      const kept = values.get(one)!;
      values.set(one, values.get(other)!);
      values.set(other, kept);
    };
  });

  describe('on the command line', () => {
    const run = (...args: string[]) => ran(command, ...args);

    it('says what it did, and warns of a file that nobody vouches for', async () => {
      const file = folder.path('PAT-S_29k_weights.h5');
      await writePat(file, small);
      const { status, stdout, stderr } = await run(file, '--out', out());
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^PAT-S, 274,720 parameters\n/);
      assert.match(stdout, /parity {3}\d\.\de-\d \(at most 0\.0001\)/);
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      assert.match(
        stderr,
        new RegExp(`^convert-pat: warning: the weights are unlisted \\(SHA-256 ${sha256}\\)`),
      );
      assert.equal(readdirSync(out()).length, 3);
    });

    it('says in one line what is wrong', async () => {
      const cut = folder.path('cut.h5');
      await writePat(cut, small);
      truncateSync(cut, 100_000);
      for (const args of [[], ['one.h5', 'two.h5'], ['--nope'], [cut, '--out', out()]]) {
        const { status, stdout, stderr } = await run(...args);
        const [sentence, usage] = stderr.split('\n');
        assert.deepEqual([status, stdout], [usage ? 2 : 1, '']);
        assert.match(sentence!, /^convert-pat: .+\.$/);
      }
      assert.equal(existsSync(out()), false);
    });
  });

  it('knows three sizes, and allows no difference that one could see', () => {
    assert.deepEqual(
      patShapes.map(({ size }) => size),
      ['S', 'M', 'L'],
    );
    assert.equal(mostDifference, 1e-4);
  });
});
