import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { onnxModels } from '../../src/adapters/onnx.ts';
import { sleepManifest } from '../../src/contract/modelManifest.ts';
import { modality, sleepFeatures } from '../../src/domain/sleepFeatures.ts';
import type { SleepModel } from '../../src/workflows/ports.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const models = path('../../models');
const studyPath = path('../../../../shared/prototypes/sleep-model/sleep_tcn_v3.golden.json');
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

interface GoldenCase {
  name: string;
  minutes: number;
  heartRate: (number | null)[];
  activity: (number | null)[] | null;
  features: number[][];
  probabilities: number[][];
}
/** A real night of the study the model was trained in; not part of the repository. */
interface StudyCase {
  mode: string;
  hr_per_minute: (number | null)[];
  activity_per_minute: (number | null)[];
  features: number[][];
  probs: number[][];
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
  const manifest = v.parse(sleepManifest, read(`${models}/sleep-tcn-v3.json`));
  const golden = read(`${models}/${manifest.golden}`) as { cases: GoldenCase[] };
  let model: SleepModel;
  before(async () => {
    model = await onnxModels(models).sleep();
  });

  it('has golden cases of every kind of input and of 60 to 480 minutes', () => {
    assert.deepEqual(
      golden.cases.map(({ name }) => name),
      ['hr+act', 'hr', 'hr_sparse5min', 'act'],
    );
    const minutes = golden.cases.map((each) => each.minutes);
    assert.equal(Math.min(...minutes), 60);
    assert.equal(Math.max(...minutes), 480);
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
      const expected = { 'hr+act': 'hr', hr: 'hr', hr_sparse5min: 'hr_sparse5min', act: null }[name];
      assert.equal(modality(series(heartRate)), expected);
      if (expected) assert.ok(model.thresholds[expected]! > 0.3);
    }
  });

  it('says what it is, and on whom it was evaluated', () => {
    assert.deepEqual(model.card, {
      name: 'sleep-tcn',
      version: '3',
      sha256: '84066cfce0e40cbf43ba07b0ec025d7cf3e2481a3e9cdd8326c6bb3320abcb6d',
    });
    assert.deepEqual(Object.keys(manifest.heldOut.byModality), Object.keys(model.thresholds));
    assert.ok(readFileSync(`${models}/ATTRIBUTION.md`, 'utf8').includes(manifest.trainedOn.doi));
    assert.equal(readFileSync(`${models}/${manifest.file}`).length, manifest.bytes);
  });

  it('carries the thresholds that were stored in the model file when it was trained', () => {
    // The exporter wrote them as JSON into the file's metadata; no decoder is needed to find one object.
    const file = readFileSync(`${models}/${manifest.file}`, 'latin1');
    const stored = /thresholds_p_wake[^{]*(\{[^}]*\})/.exec(file)![1]!;
    assert.deepEqual(JSON.parse(stored), manifest.thresholdsWake);
  });

  it('agrees with the study on real nights, features and outputs', async function () {
    if (!existsSync(studyPath)) {
      console.log(
        '        The real nights of the study are not on this machine; generated nights were compared.',
      );
      return this.skip();
    }
    for (const night of read(studyPath) as StudyCase[]) {
      const heartRate = series(night.hr_per_minute);
      const features = sleepFeatures(heartRate, series(night.activity_per_minute));
      assert.ok(largestDifference(features, night.features) < 1e-5, night.mode);
      const probabilities = await model.stage(features, heartRate.length);
      assert.ok(largestDifference(probabilities, night.probs) < 1e-5, night.mode);
    }
  });
});
