import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { sleepModelFile } from '../../src/adapters/onnx.ts';
import { sleepManifest } from '../../src/contract/model-manifest.ts';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const read = (file: string) => readFileSync(`${models}/${file}`, 'utf8');

describe('the card of the sleep model', () => {
  const manifest = v.parse(sleepManifest, JSON.parse(read(sleepModelFile)));
  const card = read(manifest.card);
  const results = Object.entries(manifest.heldOut.byModality);

  /** Cells of the rows whose first cell passes, without the first. */
  const rows = (passes: (first: string) => boolean) =>
    card
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.slice(2, -2).split(' | '))
      .filter(([first]) => passes(first!))
      .map(([, ...cells]) => cells);

  it('names the file, the data, its licence and whom to cite', () => {
    for (const text of [
      manifest.file,
      manifest.sha256,
      manifest.trainedOn.doi,
      manifest.trainedOn.attribution,
      'zsz180',
    ]) {
      assert.ok(card.includes(text), text);
    }
  });

  it('states every limit of the manifest', () => {
    for (const limit of manifest.limits) assert.ok(card.includes(`- ${limit}\n`), limit);
  });

  it('has the kinds of input of the manifest, in its order', () => {
    assert.deepEqual(
      rows((first) => first === 'figure'),
      [results.map(([modality]) => `\`${modality}\``)],
    );
    assert.deepEqual(Object.keys(manifest.thresholds), Object.keys(manifest.heldOut.byModality));
    assert.deepEqual(Object.keys(manifest.calibration.byModality), Object.keys(manifest.thresholds));
  });

  for (const name of Object.keys(results[0]![1].intervals) as (keyof (typeof results)[0][1]['intervals'])[]) {
    it(`gives ${name} and its interval as the manifest does`, () => {
      const [cells, ...others] = rows((first) => first.endsWith(` \`${name}\``));
      assert.equal(others.length, 0);
      assert.equal(cells!.length, results.length);
      results.forEach(([, figures], i) => {
        const [, ...numbers] = /^(\S+) \((\S+) to (\S+)\)$/.exec(cells![i]!)!;
        assert.deepEqual(numbers.map(Number), [figures[name], ...figures.intervals[name]]);
      });
    });
  }

  it('gives every figure inside its interval, except the calibration error', () => {
    // Resampling adds noise to the ten bins, so that the error of a sample is larger than that of all.
    for (const [modality, { intervals, ...figures }] of results) {
      for (const [name, value] of Object.entries(figures)) {
        const [low, high] = intervals[name as keyof typeof intervals];
        assert.ok(value <= high, `${modality} ${name}`);
        if (name !== 'calibrationError') assert.ok(low <= value, `${modality} ${name}`);
      }
    }
  });

  for (const kind of ['wake', 'rem'] as const) {
    it(`gives the thresholds for ${kind} as the manifest does`, () => {
      const [cells] = rows((first) => first.endsWith(`, in the file \`${kind}\``));
      assert.deepEqual(
        cells!.map(Number),
        Object.values(manifest.thresholds).map((thresholds) => thresholds[kind]),
      );
    });
  }
});
