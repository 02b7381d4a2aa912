import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxModels } from '../../../src/adapters/onnx.ts';
import type { SleepManifest } from '../../../src/contract/modelManifest.ts';
import type { FaultCode } from '../../../src/domain/fault.ts';

const shipped = fileURLToPath(new URL('../../../models', import.meta.url));
const manifestName = 'sleep-tcn-v3.json';
const modelName = 'sleep-tcn-v3.onnx';

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
    ['a path instead of a file name', (changed) => (changed.file = '../sleep-tcn-v3.onnx')],
    ['a path that goes up on the way', (changed) => (changed.file = 'x/../sleep-tcn-v3.onnx')],
    ['a hash that is none', (changed) => (changed.sha256 = changed.sha256.toUpperCase())],
    ['a threshold above 1', (changed) => (changed.thresholdsWake.hr = 1.2)],
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
