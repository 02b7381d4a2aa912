import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { onnxModels, sleepModelFile } from '../../src/adapters/onnx.ts';
import { sleepManifest } from '../../src/contract/model-manifest.ts';
import { modality, sleepFeatures } from '../../src/domain/metrics/sleep-features.ts';
import type { SleepModel } from '../../src/workflows/ports.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const models = path('../../models');
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

interface GoldenCase {
  name: string;
  minutes: number;
  heartRate: (number | null)[];
  activity: (number | null)[] | null;
  features: number[][];
  probabilities: number[][];
}

const series = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? NaN);

function largestDifference(actual: Float32Array, expected: number[][]): number {
  const flat = expected.flat();
  assert.equal(actual.length, flat.length);
  return flat.reduce((largest, value, index) => {
    const difference = Math.abs(actual[index]! - value);
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
}

describe('the sleep model', () => {
  const manifest = v.parse(sleepManifest, read(`${models}/${sleepModelFile}`));
  const golden = read(`${models}/${manifest.golden}`) as { cases: GoldenCase[] };
  let model: SleepModel;
  before(async () => {
    model = await onnxModels(models).sleep();
  });

  it('has golden cases of every kind of input and of 60 to 719 minutes', () => {
    assert.deepEqual(
      golden.cases.map(({ name }) => name),
      ['hr+act', 'hr', 'hr_sparse5min', 'act', 'hr_sparse5min+act'],
    );
    const minutes = golden.cases.map((each) => each.minutes);
    assert.equal(Math.min(...minutes), 60);
    assert.equal(Math.max(...minutes), 719);
  });

  for (const night of golden.cases) {
    describe(`on a generated night: ${night.name}, ${night.minutes} minutes`, () => {
      const heartRate = series(night.heartRate);
      const activity = night.activity && series(night.activity);
      const features = Float32Array.from(night.features.flat());

      it('is given the features of its definition', () => {
        assert.ok(largestDifference(sleepFeatures(heartRate, activity), night.features) < 1e-5);
      });

      it('agrees with the arithmetic written out, to 1e-5', async () => {
        const probabilities = await model.stage(features, night.minutes);
        assert.ok(largestDifference(probabilities, night.probabilities) < 1e-5);
      });

      it('gives the same bits every time, also to another instance', async () => {
        const first = Buffer.from((await model.stage(features, night.minutes)).slice().buffer);
        const other = await onnxModels(models).sleep();
        const again = await Promise.all(
          [model, model, other].map((each) => each.stage(features, night.minutes)),
        );
        for (const probabilities of again) {
          assert.ok(first.equals(Buffer.from(probabilities.slice().buffer)));
        }
      });
    });
  }

  it('tells which threshold belongs to which input', () => {
    for (const { name, heartRate } of golden.cases) {
      const expected = name === 'act' ? null : name.replace('+act', '');
      assert.equal(modality(series(heartRate)), expected);
      if (expected) assert.ok(model.thresholds[expected]!.wake > 0);
    }
  });

  it('tells which nights are like those that it was evaluated on, and how far estimates are off', () => {
    for (const modality of ['hr', 'hr_sparse5min']) {
      assert.ok(manifest.product);
      assert.deepEqual(model.thresholds[modality], {
        ...manifest.thresholds[modality],
        range: manifest.product.byModality[modality]!.range,
        errors: manifest.product.byModality[modality]!.estimated.intervals,
      });
    }
  });

  it('says what it is, and on whom it was evaluated', () => {
    assert.deepEqual(model.card, {
      name: 'sleep-tcn',
      version: '4',
      sha256: 'ecf7a2ff18ad9f34ba34ebabcb52584de59ef97f336d29d36d2dbcf5cd54645e',
    });
    assert.deepEqual(Object.keys(manifest.heldOut.byModality), Object.keys(model.thresholds));
    assert.ok(readFileSync(`${models}/ATTRIBUTION.md`, 'utf8').includes(manifest.trainedOn.doi));
    assert.equal(readFileSync(`${models}/${manifest.file}`).length, manifest.bytes);
  });

  it('carries the thresholds that were stored in the model file when it was trained', () => {
    const file = readFileSync(`${models}/${manifest.file}`, 'latin1');
    // As JSON in the file's metadata; no decoder is needed to find one object.
    const stored = /\{"hr\+act": *\{.*?\}\}/.exec(file)![0];
    assert.deepEqual(JSON.parse(stored), manifest.thresholds);
  });
});
