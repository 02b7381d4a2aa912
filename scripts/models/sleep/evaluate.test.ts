import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readManifest, sleepModelFile } from '../../../functions/src/adapters/onnx.ts';
import type { SleepManifest } from '../../../functions/src/contract/model-manifest.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';
import { root } from '../../lib/root.ts';
import { evaluateSleep, writeProduct } from './evaluate.ts';
import { section } from './product-card.ts';

const shipped = path.join(root, 'functions/models');

describe('evaluate-sleep', () => {
  const folder = temporaryFolder();
  const sources = () => ({
    models: folder.path('models'),
    data: undefined,
    folds: folder.path('folds'),
    external: {},
  });
  const manifest = async () => (await readManifest(folder.path('models', sleepModelFile))) as SleepManifest;
  const card = () => readFileSync(folder.path('models/sleep-tcn-v4.md'), 'utf8');
  const note = () => undefined;
  beforeEach(() => {
    cpSync(shipped, folder.path('models'), { recursive: true });
  });

  const calm = (i: number) => (i % 40 < 8 ? 74 : 60);
  const leaping = (i: number) => (i % 4 < 2 ? 100 : 60);
  /** Four hours of somebody's sleep. */
  const dreamt = (person: string, bpm: (i: number) => number) => {
    const rows = Array.from({ length: 480 }, (_, i) =>
      [30 * i, bpm(i), i % 40 < 4 ? 'W' : i % 40 < 30 ? 'N2' : 'R'].join(),
    );
    folder.write(
      `dreamt/${person}_domain_features_df.csv`,
      ['timestamp_start,HR_mean,Sleep_Stage', ...rows].join('\n'),
    );
  };

  it('leaves what was not measured again as it is: the card says what the manifest says', async () => {
    const before = card();
    const product = await evaluateSleep(sources(), note);
    assert.deepEqual(product, (await manifest()).product);
    assert.ok(before.includes(`\n${section(product)}\n`));
    await writeProduct(folder.path('models'), product);
    assert.equal(card(), before);
  });

  it('adds the nights of other people, and which of them are refused', async () => {
    dreamt('S001', calm);
    dreamt('S002', leaping);
    const product = await evaluateSleep({ ...sources(), external: { dreamt: folder.path('dreamt') } }, note);
    const found = product.external.find(({ dataset }) => dataset === 'dreamt')!;
    assert.deepEqual([found.people, found.nights, found.minutes], [2, 2, 480]);
    assert.equal(found.byModality['hr']!.refused.value, 0.5);
    await writeProduct(folder.path('models'), product);
    assert.deepEqual((await manifest()).product, product);
    assert.ok(card().includes('| refused | .50 ('));
  });

  it('has no figures within the range where every night is outside of it', async () => {
    dreamt('S002', leaping);
    const product = await evaluateSleep({ ...sources(), external: { dreamt: folder.path('dreamt') } }, note);
    await writeProduct(folder.path('models'), product);
    const found = (await manifest()).product!.external.find(({ dataset }) => dataset === 'dreamt')!;
    assert.deepEqual([found.byModality['hr']!.refused.value, found.byModality['hr']!.within], [1, {}]);
  });

  it('says in a sentence what is missing', async () => {
    await assert.rejects(
      evaluateSleep({ ...sources(), data: folder.path('nowhere') }, note),
      /There are no folds in .*: scripts\/models\/sleep\/run\.sh makes them\./,
    );
    folder.write('empty/README.md', '');
    await assert.rejects(
      evaluateSleep({ ...sources(), external: { dreamt: folder.path('empty') } }, note),
      /There is no night of dreamt in /,
    );
  });
});
