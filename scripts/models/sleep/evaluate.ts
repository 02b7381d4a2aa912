// What the product tells with the sleep model, measured, and written into its manifest and its card.
import fs from 'node:fs';
import path from 'node:path';
import { loadSleepModel, readManifest, sleepModelFile } from '../../../functions/src/adapters/onnx.ts';
import type { ProductFigures, SleepManifest } from '../../../functions/src/contract/model-manifest.ts';
import { restLevel } from '../../../functions/src/domain/metrics/staging.ts';
import { accelNights } from './accel.ts';
import { externalFigures, readers, type Dataset } from './external/external.ts';
import { readFold } from './folds.ts';
import { heldOut, type Person } from './held-out.ts';
import { section, withSection } from './product-card.ts';

export interface Sources {
  /** Folder of the models. */
  models: string;
  /** Folder of sleep-accel; without it the figures of the manifest stay. */
  data: string | undefined;
  /** What export-folds.py wrote. */
  folds: string;
  /** Folders of other data sets; of those without one the figures of the manifest stay. */
  external: Partial<Record<Dataset, string | undefined>>;
}

/** @throws Error with a sentence when a folder is not what it should be */
export async function evaluateSleep(sources: Sources, note: (line: string) => void): Promise<ProductFigures> {
  const manifest = await sleepManifestOf(sources.models);
  const byModality = sources.data
    ? await measured(sources.data, sources.folds, note)
    : manifest.product?.byModality;
  if (!byModality) throw new Error('The manifest has no figures of the product yet: name --data.');
  const external = new Map(manifest.product?.external.map((each) => [each.dataset, each]));
  for (const [dataset, folder] of Object.entries(sources.external) as [Dataset, string | undefined][]) {
    if (folder === undefined) continue;
    const model = await loadSleepModel(sources.models, sleepModelFile);
    const everyNight = Object.fromEntries(
      Object.entries(model.thresholds).map(([modality, { wake, rem }]) => [modality, { wake, rem }]),
    );
    const nights = readers[dataset](folder);
    if (nights.length === 0) throw new Error(`There is no night of ${dataset} in ${folder}.`);
    external.set(
      dataset,
      await externalFigures(dataset, nights, { ...model, thresholds: everyNight }, byModality),
    );
  }
  return rounded({ byModality, external: [...external.values()] });
}

async function measured(data: string, folds: string, note: (line: string) => void) {
  if (!fs.existsSync(folds)) {
    throw new Error(`There are no folds in ${folds}: scripts/models/sleep/run.sh makes them.`);
  }
  const people: Person[] = [];
  for (const night of accelNights(data)) people.push({ night, fold: await readFold(folds, night.person) });
  const found = await heldOut(people);
  note(
    `Level of rest: the nights choose ${found.restLevel.toFixed(2)}, the product has ${restLevel.toFixed(2)}.`,
  );
  return found.byModality;
}

async function sleepManifestOf(models: string): Promise<SleepManifest> {
  const manifest = await readManifest(path.join(models, sleepModelFile));
  if (manifest.task !== 'sleep-staging') throw new Error(`${sleepModelFile} is no sleep model.`);
  return manifest;
}

/** Writes the figures into the manifest and the card. */
export async function writeProduct(models: string, product: ProductFigures): Promise<void> {
  const { card } = await sleepManifestOf(models);
  const file = path.join(models, sleepModelFile);
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  fs.writeFileSync(file, `${JSON.stringify({ ...manifest, product }, null, 2)}\n`);
  const page = path.join(models, card);
  fs.writeFileSync(page, withSection(fs.readFileSync(page, 'utf8'), section(product)));
}

/** Four digits after the point: more is noise. */
function rounded(product: ProductFigures): ProductFigures {
  const text = JSON.stringify(product, (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
  );
  return JSON.parse(text) as ProductFigures;
}
