// Is every model in a folder what its manifest says?
import fs from 'node:fs';
import path from 'node:path';
import {
  installedManifests,
  loadEncoder,
  loadSleepModel,
  readManifest,
  sleepModelFile,
} from '../../functions/src/adapters/onnx.ts';
import type { ModelManifest } from '../../functions/src/contract/model-manifest.ts';
import { faultOf, type FaultCode } from '../../functions/src/domain/fault.ts';
import { largestDifference } from './pat/convert.ts';
import { datasets, modalityNames, shown } from './sleep/product-card.ts';

/** What training and runtime may differ by. */
const mostDifference: Record<ModelManifest['task'], number> = {
  'sleep-staging': 1e-5,
  'actigraphy-embedding': 1e-4,
};

/** The checks of a model in their order; a check that fails leaves the later ones open. */
const checks = ['manifest', 'file', 'hash', 'loads', 'shapes', 'golden'] as const;
type Check = (typeof checks)[number];

/** Which check a fault of the loader answers. */
const failing: Partial<Record<FaultCode, Check>> = {
  'model/invalid-manifest': 'manifest',
  'model/not-installed': 'file',
  'model/hash-mismatch': 'hash',
  'model/corrupt': 'loads',
  'model/wrong-shape': 'shapes',
};

export interface Verdict {
  /** Name of the manifest, or of a file that has none. */
  file: string;
  manifest?: ModelManifest;
  failed?: Check;
  /** What is wrong, in a sentence. */
  problem?: string;
  /** Largest difference from the golden outputs. */
  difference?: number;
}

/** Looks at every model in a folder, and for the ones that must be there. */
export async function verifyModels(folder: string): Promise<Verdict[]> {
  const manifests = await installedManifests(folder);
  const verdicts: Verdict[] = [];
  for (const file of manifests) verdicts.push(await verify(folder, file));
  if (!manifests.includes(sleepModelFile)) {
    verdicts.push({ file: sleepModelFile, failed: 'manifest', problem: 'The sleep model is not installed.' });
  }
  const described = new Set(verdicts.map(({ manifest }) => manifest?.file));
  const models = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];
  for (const file of models.filter((name) => !described.has(name))) {
    const stem = `${path.basename(file, '.onnx')}.json`;
    // Its manifest is there and not valid: that has been said.
    if (manifests.includes(stem)) continue;
    verdicts.push({ file, failed: 'manifest', problem: 'No manifest describes this model.' });
  }
  return verdicts;
}

async function verify(folder: string, file: string): Promise<Verdict> {
  let manifest: ModelManifest | undefined;
  try {
    manifest = await readManifest(path.join(folder, file));
    const difference = await goldenDifference(folder, file, manifest);
    const most = mostDifference[manifest.task];
    if (difference <= most) return { file, manifest, difference };
    const problem = `The golden outputs differ by ${difference.toExponential(1)}, more than ${most}.`;
    return { file, manifest, difference, failed: 'golden', problem };
  } catch (error) {
    const fault = faultOf(error);
    const failed = failing[fault.code] ?? 'golden';
    const problem = fault.code === 'internal' ? `The golden file ${reason(error)}.` : fault.message;
    return { file, ...(manifest && { manifest }), failed, problem };
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be used';
}

/** Runs the model on its golden inputs. @throws Fault `model/...` when it cannot be loaded */
async function goldenDifference(folder: string, file: string, manifest: ModelManifest): Promise<number> {
  const read = <T>(): T[] => {
    const text = fs.readFileSync(path.join(folder, manifest.golden), 'utf8');
    const { cases } = JSON.parse(text) as { cases: T[] };
    if (cases.length === 0) throw new RangeError('There is no case.');
    return cases;
  };
  let largest = 0;
  if (manifest.task === 'sleep-staging') {
    const model = await loadSleepModel(folder, file);
    type Night = { minutes: number; features: number[][]; probabilities: number[][] };
    for (const { minutes, features, probabilities } of read<Night>()) {
      const found = await model.stage(Float32Array.from(features.flat()), minutes);
      largest = Math.max(largest, largestDifference(found, probabilities.flat()));
    }
  } else {
    const model = await loadEncoder(folder, file);
    // The encoder is loaded by its first week: what is wrong with the model comes before what is wrong with its golden.
    await model.embed(new Float32Array(manifest.input.shape[1]));
    for (const { input, embedding } of read<{ input: number[]; embedding: number[] }>()) {
      largest = Math.max(largest, largestDifference(await model.embed(Float32Array.from(input)), embedding));
    }
  }
  return largest;
}

/** The verdicts as a table, and a sentence for each problem below it. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const headings = ['model', 'version', 'task', ...checks, 'held out', 'licence'];
  const rows = verdicts.map((verdict) => {
    const { file, manifest, failed, difference } = verdict;
    const failedAt = failed ? checks.indexOf(failed) : checks.length;
    return [
      manifest?.name ?? file,
      manifest?.version ?? '-',
      manifest?.task ?? '-',
      ...checks.map((check, i) => {
        if (i > failedAt) return '-';
        if (check === 'golden' && difference !== undefined) return difference.toExponential(1);
        return i === failedAt ? 'NO' : 'yes';
      }),
      manifest ? heldOut(manifest) : '-',
      manifest?.trainedOn.licence ?? '-',
    ];
  });
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]!.length)));
  const lines = [headings, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const problems = verdicts.flatMap(({ file, problem }) => (problem ? [`${file}: ${problem}`] : []));
  return [...lines, ...(problems.length > 0 ? ['', ...problems] : [])].join('\n');
}

/** What people are told by the models that say so, each figure with its 95 % interval and its command. */
export function productLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap(({ manifest }) => {
    if (manifest?.task !== 'sleep-staging' || !manifest.product) return [];
    const { byModality, external } = manifest.product;
    return [
      `What people are told by ${manifest.name} ${manifest.version} (95 % intervals):`,
      ...Object.entries(byModality).map(([modality, { estimated, refusedInBed }]) => {
        const { tst, midpoint } = estimated.intervals;
        return [
          `  without sleep samples, ${modalityNames[modality] ?? modality}: ${estimated.found} of ${estimated.people} nights found`,
          `total sleep time off by ${shown(estimated.errors.tst.meanAbsolute, 0)} min`,
          `middle of sleep by ${shown(estimated.errors.midpoint.meanAbsolute, 0)} min`,
          `their 90 % intervals cover ${shown(tst.coverage, 2)} and ${shown(midpoint.coverage, 2)}`,
          `refused in bed ${shown(refusedInBed, 2)}: npm run evaluate-sleep -- --data DIR`,
        ].join('; ');
      }),
      ...external.flatMap(({ dataset, nights, byModality: measured }) =>
        Object.entries(measured).map(([modality, { all, refused }]) =>
          [
            `  ${datasets[dataset]?.name ?? dataset}, ${nights} nights, ${modalityNames[modality] ?? modality}: kappa of three classes ${shown(all['kappaThreeClasses']!, 3)}`,
            `total sleep time ${shown(all['sleepBias']!, 0)} min too long`,
            `refused ${shown(refused, 2)}: npm run evaluate-sleep -- --${dataset} DIR`,
          ].join('; '),
        ),
      ),
    ];
  });
}

function heldOut(manifest: ModelManifest): string {
  if (manifest.task === 'actigraphy-embedding') return 'none: an encoder';
  // Heart rate alone is what HealthKit gives.
  const figures = manifest.heldOut.byModality['hr'];
  return figures ? `AUC wake ${figures.aucWake} (heart rate)` : 'none for heart rate alone';
}
