import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxModels } from '../../../src/adapters/onnx.ts';
import type { EncoderManifest, SleepManifest } from '../../../src/contract/model-manifest.ts';
import { embeddingSize, weekMinutes } from '../../../src/domain/metrics/embedding.ts';
import type { FaultCode } from '../../../src/domain/fault.ts';
import { installPat } from '../../support/pat.ts';

const shipped = fileURLToPath(new URL('../../../models', import.meta.url));
const manifestName = 'sleep-tcn-v4.json';
const modelName = 'sleep-tcn-v4.onnx';

describe('onnxModels', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-'));
    cpSync(shipped, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const manifest = () => JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as SleepManifest;
  const change = (edit: (manifest: SleepManifest) => void) => {
    const changed = manifest();
    edit(changed);
    writeFileSync(join(folder, manifestName), JSON.stringify(changed));
  };
  /** Replaces the model file by `bytes`, with a manifest that agrees. */
  const replaceModel = (bytes: Buffer) => {
    writeFileSync(join(folder, modelName), bytes);
    change((changed) => (changed.sha256 = createHash('sha256').update(bytes).digest('hex')));
  };
  const refuses = (code: FaultCode) => assert.rejects(onnxModels(folder).sleep(), { name: 'Fault', code });

  it('loads what is shipped', async () => {
    const model = await onnxModels(folder).sleep();
    const probabilities = await model.stage(new Float32Array(5 * 60), 60);
    assert.equal(probabilities.length, 60 * 3);
    for (let minute = 0; minute < 60; minute++) {
      const sum = probabilities.subarray(minute * 3, minute * 3 + 3).reduce((total, p) => total + p, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
    }
  });

  it('reports a folder without manifest or model as not installed', async () => {
    rmSync(join(folder, modelName));
    await refuses('model/not-installed');
    rmSync(join(folder, manifestName));
    await refuses('model/not-installed');
    rmSync(folder, { recursive: true });
    await refuses('model/not-installed');
  });

  it('reports a machine without the runtime as not installed', async () => {
    const missing = new Error('no binary for this machine');
    await assert.rejects(onnxModels(folder, () => Promise.reject(missing)).sleep(), {
      code: 'model/not-installed',
      cause: missing,
    });
  });

  it('refuses a model that is not the one of the manifest, by a single bit', async () => {
    const bytes = readFileSync(join(folder, modelName));
    bytes[60_000]! ^= 1;
    writeFileSync(join(folder, modelName), bytes);
    await refuses('model/hash-mismatch');
  });

  it('refuses a model that cannot be loaded', async () => {
    replaceModel(readFileSync(join(folder, modelName)).subarray(0, 50_000));
    await refuses('model/corrupt');
    replaceModel(Buffer.from('not a model'));
    await refuses('model/corrupt');
  });

  it('refuses a model with other names', async () => {
    const bytes = readFileSync(join(folder, modelName), 'latin1');
    replaceModel(Buffer.from(bytes.replaceAll('features', 'measures'), 'latin1'));
    await refuses('model/wrong-shape');
    replaceModel(Buffer.from(bytes.replaceAll('stage_probs', 'other_probs'), 'latin1'));
    await refuses('model/wrong-shape');
  });

  for (const [name, edit] of [
    [
      'a size that is another',
      (changed) => {
        changed.input.channels.push({ name: 'sixth', unit: '1', meaning: 'none' });
        changed.input.shape = ['batch', 6, 'minutes'];
      },
    ],
    ['a size that is free in the model', (changed) => (changed.input.shape = ['batch', 5, 480])],
    ['one axis fewer', (changed) => (changed.input.shape = ['batch', 5])],
    [
      'one class fewer',
      (changed) => (changed.output = { ...changed.output, shape: [1, 2], classes: ['a', 'b'] }),
    ],
  ] as [string, (manifest: SleepManifest) => void][]) {
    it(`refuses a model whose shape is not the manifest's: ${name}`, async () => {
      change(edit);
      await refuses('model/wrong-shape');
    });
  }

  /** A runtime that says and gives what a test wants; the real one refuses to make such models. */
  const pretend = (session: { inputs?: object[]; outputs?: object[]; result?: object }) => {
    const tensor = { isTensor: true, type: 'float32' };
    const input = { ...tensor, name: 'features', shape: ['batch', 5, 'minutes'] };
    const output = { ...tensor, name: 'stage_probs', shape: ['batch', 'minutes', 3] };
    const runtime = {
      Tensor: Object,
      InferenceSession: {
        create: () =>
          Promise.resolve({
            inputMetadata: session.inputs?.map((part) => ({ ...input, ...part })) ?? [input],
            outputMetadata: session.outputs?.map((part) => ({ ...output, ...part })) ?? [output],
            run: () => Promise.resolve(session.result ?? { stage_probs: { data: new Float32Array(180) } }),
          }),
      },
    };
    return onnxModels(folder, () => Promise.resolve(runtime as never)).sleep();
  };

  for (const [name, session] of [
    ['a second input', { inputs: [{}, { name: 'more' }] }],
    ['no output', { outputs: [] }],
    ['another type', { inputs: [{ type: 'float64' }] }],
    ['an input that is no tensor', { inputs: [{ isTensor: false }] }],
  ] as const) {
    it(`refuses a model with ${name}`, async () => {
      await pretend({});
      await assert.rejects(pretend({ ...session } as never), { code: 'model/wrong-shape' });
    });
  }

  it('refuses an answer of another size or kind', async () => {
    const stage = async (result: object) => (await pretend({ result })).stage(new Float32Array(300), 60);
    assert.equal((await stage({ stage_probs: { data: new Float32Array(180) } })).length, 180);
    for (const result of [
      {},
      { stage_probs: { data: new Float32Array(179) } },
      { stage_probs: { data: new Float64Array(180) } },
    ]) {
      await assert.rejects(stage(result), { code: 'model/wrong-shape' });
    }
  });

  for (const [name, text] of [
    ['no JSON', '{"name": '],
    ['no object', '[]'],
    ['empty', '{}'],
  ] as const) {
    it(`refuses a manifest that is ${name}`, async () => {
      writeFileSync(join(folder, manifestName), text);
      await refuses('model/invalid-manifest');
    });
  }

  for (const [name, edit] of [
    ['a path instead of a file name', (changed) => (changed.file = '../sleep-tcn-v4.onnx')],
    ['a path that goes up on the way', (changed) => (changed.file = 'x/../sleep-tcn-v4.onnx')],
    ['a hash that is none', (changed) => (changed.sha256 = changed.sha256.toUpperCase())],
    ['a threshold above 1', (changed) => (changed.thresholds['hr']!.wake = 1.2)],
    ['no limits', (changed) => (changed.limits = [])],
    ['no licence', (changed) => (changed.trainedOn.licence = '')],
    ['fewer classes than outputs', (changed) => changed.output.classes.pop()],
    ['more channels than inputs', (changed) => changed.input.channels.push(changed.input.channels[0]!)],
  ] as [string, (manifest: SleepManifest) => void][]) {
    it(`refuses a manifest with ${name}`, async () => {
      change(edit);
      await refuses('model/invalid-manifest');
    });
  }

  it('loads once, however often and however much at once it is asked', async () => {
    let loads = 0;
    const models = onnxModels(folder, () => {
      loads++;
      return import('onnxruntime-node');
    });
    const [first, second] = await Promise.all([models.sleep(), models.sleep()]);
    assert.equal(first, second);
    assert.equal(await models.sleep(), first);
    assert.equal(loads, 1);
  });

  it('loads nothing before it is asked', () => {
    onnxModels(join(folder, 'nowhere'), () => assert.fail('the runtime was loaded'));
  });

  it('recovers when the file arrives after a failure', async () => {
    const models = onnxModels(folder);
    rmSync(join(folder, modelName));
    await assert.rejects(models.sleep(), { code: 'model/not-installed' });
    cpSync(join(shipped, modelName), join(folder, modelName));
    assert.equal((await models.sleep()).card.name, 'sleep-tcn');
  });

  it('refuses windows of less than 1 or more than 12 hours, and features of another size', async () => {
    const model = await onnxModels(folder).sleep();
    for (const minutes of [0, 59, 721, 1440, 60.2, NaN]) {
      await assert.rejects(model.stage(new Float32Array(5 * minutes || 0), minutes), RangeError);
    }
    await assert.rejects(model.stage(new Float32Array(5 * 61), 60), RangeError);
    for (const minutes of [60, 720]) {
      assert.equal((await model.stage(new Float32Array(5 * minutes), minutes)).length, 3 * minutes);
    }
  });
});

describe('onnxModels, the encoder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const week = Float32Array.from({ length: weekMinutes }, (_, minute) => Math.sin(minute / 200));
  const embed = async () => (await onnxModels(folder).encoder())!.embed(week);
  const refuses = (code: FaultCode) => assert.rejects(embed(), { name: 'Fault', code });
  const change = (edit: (manifest: EncoderManifest & Record<string, unknown>) => void) => {
    const file = join(folder, 'pat-s.json');
    const changed = JSON.parse(readFileSync(file, 'utf8')) as EncoderManifest & Record<string, unknown>;
    edit(changed);
    writeFileSync(file, JSON.stringify(changed));
  };
  /** Replaces the model file by `bytes`, with a manifest that agrees. */
  const replaceModel = (bytes: Uint8Array) => {
    writeFileSync(join(folder, 'pat-s.onnx'), bytes);
    change((changed) => (changed.sha256 = createHash('sha256').update(bytes).digest('hex')));
  };
  const modelText = () => readFileSync(join(folder, 'pat-s.onnx'), 'latin1');

  it('is none without a manifest of one, or without a folder', async () => {
    for (const name of [manifestName, modelName]) cpSync(join(shipped, name), join(folder, name));
    writeFileSync(join(folder, 'pat-s.golden.json'), '{}');
    assert.equal(await onnxModels(folder).encoder(), undefined);
    assert.equal((await onnxModels(folder).sleep()).card.name, 'sleep-tcn');
    rmSync(folder, { recursive: true });
    assert.equal(await onnxModels(folder).encoder(), undefined);
  });

  it('gives 96 numbers of a week, the same bits every time', async () => {
    const { sha256, version } = installPat(folder);
    const encoder = (await onnxModels(folder).encoder())!;
    assert.deepEqual(encoder.card, { name: 'pat-s', version, sha256 });
    const first = (await encoder.embed(week)).slice();
    assert.equal(first.length, embeddingSize);
    assert.ok(first.every(Number.isFinite));
    assert.deepEqual(await encoder.embed(week), first);
    assert.deepEqual(await embed(), first);
    assert.notDeepEqual(await encoder.embed(week.map((z) => -z)), first);
  });

  it('takes the largest of several', async () => {
    installPat(folder, { size: 'S' });
    installPat(folder, { size: 'M' });
    assert.equal((await onnxModels(folder).encoder())!.card.name, 'pat-m');
  });

  it('takes a week, and nothing else', async () => {
    installPat(folder);
    const encoder = (await onnxModels(folder).encoder())!;
    for (const length of [0, weekMinutes - 1, weekMinutes + 1, 2 * weekMinutes]) {
      await assert.rejects(encoder.embed(new Float32Array(length)), RangeError);
    }
  });

  it('reads only the manifest before the first week, and then loads once', async () => {
    installPat(folder);
    let loads = 0;
    const models = onnxModels(folder, () => {
      loads++;
      return import('onnxruntime-node');
    });
    const [one, two] = await Promise.all([models.encoder(), models.encoder()]);
    assert.equal(one, two);
    assert.equal(loads, 0);
    await Promise.all([one!.embed(week), one!.embed(week)]);
    await (await models.encoder())!.embed(week);
    assert.equal(loads, 1);
  });

  it('refuses a manifest without its model', async () => {
    installPat(folder);
    rmSync(join(folder, 'pat-s.onnx'));
    await refuses('model/not-installed');
  });

  it('refuses a model that is not the one of the manifest, by a single bit, and does not take another', async () => {
    installPat(folder);
    installPat(folder, { size: 'M' });
    const bytes = readFileSync(join(folder, 'pat-m.onnx'));
    bytes[700_000]! ^= 1;
    writeFileSync(join(folder, 'pat-m.onnx'), bytes);
    await refuses('model/hash-mismatch');
  });

  it('refuses a model that cannot be loaded', async () => {
    installPat(folder);
    replaceModel(readFileSync(join(folder, 'pat-s.onnx')).subarray(0, 100_000));
    await refuses('model/corrupt');
    replaceModel(Buffer.from('not a model'));
    await refuses('model/corrupt');
  });

  it('refuses a model with other names or shapes', async () => {
    installPat(folder);
    const original = modelText();
    for (const [from, to] of [
      ['activity', 'movement'],
      ['embedding', 'embarking'],
    ] as const) {
      replaceModel(Buffer.from(original.replaceAll(from, to), 'latin1'));
      await refuses('model/wrong-shape');
    }
    replaceModel(Buffer.from(original.replaceAll('batch', 'weeks'), 'latin1'));
    await refuses('model/wrong-shape');
    cpSync(join(shipped, modelName), join(folder, 'sleep.onnx'));
    replaceModel(readFileSync(join(folder, 'sleep.onnx')));
    await refuses('model/wrong-shape');
  });

  it('refuses an answer of another size or kind', async () => {
    installPat(folder);
    const tensor = { isTensor: true, type: 'float32' };
    for (const [result, fine] of [
      [{ embedding: { data: new Float32Array(96) } }, true],
      [{ embedding: { data: new Float32Array(95) } }, false],
      [{ embedding: { data: new Float64Array(96) } }, false],
      [{}, false],
    ] as const) {
      const session = {
        inputMetadata: [{ ...tensor, name: 'activity', shape: ['batch', weekMinutes] }],
        outputMetadata: [{ ...tensor, name: 'embedding', shape: ['batch', embeddingSize] }],
        run: () => Promise.resolve(result),
      };
      const runtime = { Tensor: Object, InferenceSession: { create: () => Promise.resolve(session) } };
      const encoder = (await onnxModels(folder, () => Promise.resolve(runtime as never)).encoder())!;
      if (fine) assert.equal((await encoder.embed(week)).length, 96);
      else await assert.rejects(encoder.embed(week), { code: 'model/wrong-shape' });
    }
  });

  for (const [name, edit] of [
    ['another task', (changed) => Object.assign(changed, { task: 'sleep-staging' })],
    ['a task that nobody knows', (changed) => Object.assign(changed, { task: 'depression' })],
    ['a week of another length', (changed) => Object.assign(changed.input, { shape: ['batch', 1440] })],
    ['another number of outputs', (changed) => Object.assign(changed.output, { shape: ['batch', 64] })],
    ['a path instead of a file name', (changed) => (changed.file = '../pat-s.onnx')],
    ['no word about what it cannot do', (changed) => (changed.limits = [])],
    ['no licence', (changed) => (changed.trainedOn.licence = '')],
    ['figures that nobody held out', (changed) => Object.assign(changed.heldOut, { auc: 0.99 })],
    ['no word about held-out figures', (changed) => Object.assign(changed, { heldOut: {} })],
  ] as [string, (manifest: EncoderManifest & Record<string, unknown>) => void][]) {
    it(`refuses a manifest with ${name}`, async () => {
      installPat(folder);
      change(edit);
      await refuses('model/invalid-manifest');
    });
  }

  it('refuses a manifest that is no JSON', async () => {
    installPat(folder);
    writeFileSync(join(folder, 'pat-s.json'), '{"name": ');
    await refuses('model/invalid-manifest');
  });

  it('recovers when the file arrives after a failure', async () => {
    installPat(folder);
    const encoder = (await onnxModels(folder).encoder())!;
    const bytes = readFileSync(join(folder, 'pat-s.onnx'));
    rmSync(join(folder, 'pat-s.onnx'));
    await assert.rejects(encoder.embed(week), { code: 'model/not-installed' });
    writeFileSync(join(folder, 'pat-s.onnx'), bytes);
    assert.equal((await encoder.embed(week)).length, embeddingSize);
  });
});
