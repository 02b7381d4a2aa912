import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as onnxRuntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import * as v from 'valibot';
import {
  encoderManifest,
  modelManifest,
  sleepManifest,
  type ModelManifest,
  type SleepManifest,
} from '../contract/model-manifest.ts';
import { embeddingSize, weekMinutes } from '../domain/metrics/embedding.ts';
import { Fault } from '../domain/fault.ts';
import { lazy } from '../domain/lazy.ts';
import type { ActivityEncoder, Models, SleepModel } from '../workflows/ports.ts';

type Runtime = typeof onnxRuntime;

/** The sleep model that the product uses, of those that lie in the folder. */
export const sleepModelFile = 'sleep-tcn-v4.json';

const sessionOptions: InferenceSession.SessionOptions = {
  // The functions have one CPU, and the models are small: a second thread mostly spins.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // The arena keeps what the longest window needed, for good, in an instance that is idle most of the time.
  enableCpuMemArena: false,
  logSeverityLevel: 3,
};

/**
 * The models in `folder`, each with its manifest. Nothing is loaded before it is asked for, and then once; after
 * a failure the next call tries again.
 *
 * @param loadRuntime where ONNX Runtime comes from: a large native library that only an analysis needs
 */
export function onnxModels(
  folder: string,
  loadRuntime: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Models {
  return {
    sleep: lazy(() => loadSleepModel(folder, sleepModelFile, loadRuntime)),
    encoder: lazy(async () => {
      // The largest of several: pat-l, pat-m and pat-s are in the order of the alphabet.
      const file = (await installedManifests(folder)).find((name) => name.startsWith('pat-'));
      return file === undefined ? undefined : loadEncoder(folder, file, loadRuntime);
    }),
  };
}

/** The names of the manifests in a folder, in the order of the alphabet; none when there is no such folder. */
export async function installedManifests(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.json') && !name.endsWith('.golden.json')).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Fault('model/not-installed', { cause });
  }
}

/** The sleep model that `manifestFile` describes. @throws Fault `model/...` */
export async function loadSleepModel(
  folder: string,
  manifestFile: string,
  loadRuntime: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<SleepModel> {
  const manifest = parse(sleepManifest, await readJson(join(folder, manifestFile)));
  checkNames(manifest);
  const { runtime, session } = await openModel(folder, manifest, loadRuntime);
  const { input, output, minutes: allowed } = manifest;
  const channels = input.channels.length;
  const classes = output.classes.length;

  return {
    card: { name: manifest.name, version: manifest.version, sha256: manifest.sha256 },
    thresholds: rulesOf(manifest),
    async stage(features, minutes) {
      if (!Number.isInteger(minutes) || minutes < allowed.least || minutes > allowed.most) {
        throw new RangeError(`The sleep model takes windows of ${allowed.least} to ${allowed.most} minutes.`);
      }
      if (features.length !== channels * minutes) {
        throw new RangeError(`The sleep model takes ${channels} features a minute.`);
      }
      const tensor = new runtime.Tensor('float32', features, [1, channels, minutes]);
      const results = await session.run({ [input.name]: tensor });
      const probabilities = results[output.name]?.data;
      if (!(probabilities instanceof Float32Array) || probabilities.length !== minutes * classes) {
        throw new Fault('model/wrong-shape');
      }
      return probabilities;
    },
  };
}

/** How the answer is read, by the modality of the input. */
function rulesOf({ thresholds, product }: SleepManifest): SleepModel['thresholds'] {
  return Object.fromEntries(
    Object.entries(thresholds).map(([modality, rule]) => {
      const known = product?.byModality[modality];
      return [modality, known ? { ...rule, range: known.range, errors: known.estimated.intervals } : rule];
    }),
  );
}

/**
 * The encoder that `manifestFile` describes. The manifest is read now, the model for the first week: few weeks have
 * enough wear, and an instance that never sees one need not hold it. @throws Fault `model/...`
 */
export async function loadEncoder(
  folder: string,
  manifestFile: string,
  loadRuntime: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<ActivityEncoder> {
  const manifest = parse(encoderManifest, await readJson(join(folder, manifestFile)));
  const { input, output } = manifest;
  const open = lazy(() => openModel(folder, manifest, loadRuntime));

  return {
    card: { name: manifest.name, version: manifest.version, sha256: manifest.sha256 },
    async embed(week) {
      if (week.length !== weekMinutes) throw new RangeError(`The encoder takes ${weekMinutes} minutes.`);
      const { runtime, session } = await open();
      const tensor = new runtime.Tensor('float32', week, [1, weekMinutes]);
      const results = await session.run({ [input.name]: tensor });
      const values = results[output.name]?.data;
      if (!(values instanceof Float32Array) || values.length !== embeddingSize) {
        throw new Fault('model/wrong-shape');
      }
      return values;
    },
  };
}

/** The manifest of a model of any task. @throws Fault `model/...` */
export async function readManifest(path: string): Promise<ModelManifest> {
  const manifest = parse(modelManifest, await readJson(path));
  if (manifest.task === 'sleep-staging') checkNames(manifest);
  return manifest;
}

function parse<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> {
  try {
    return v.parse(schema, json);
  } catch (cause) {
    throw new Fault('model/invalid-manifest', { cause });
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = (await readInstalled(path)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('model/invalid-manifest', { cause });
  }
}

function checkNames({ input, output }: SleepManifest): void {
  if (!input.shape.includes(input.channels.length) || output.shape.at(-1) !== output.classes.length) {
    throw new Fault('model/invalid-manifest', { cause: new Error('Shapes and names do not match.') });
  }
}

/** The session is made from the very bytes that were hashed, not from a file that may change in between. */
async function openModel(folder: string, manifest: ModelManifest, loadRuntime: () => Promise<Runtime>) {
  const bytes = await readInstalled(join(folder, manifest.file));
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) {
    throw new Fault('model/hash-mismatch');
  }
  const runtime = await loadRuntime().catch((cause: unknown) => {
    throw new Fault('model/not-installed', { cause });
  });
  const session = await runtime.InferenceSession.create(bytes, sessionOptions).catch((cause: unknown) => {
    throw new Fault('model/corrupt', { cause });
  });
  if (!matches(session.inputMetadata, manifest.input) || !matches(session.outputMetadata, manifest.output)) {
    throw new Fault('model/wrong-shape');
  }
  return { runtime, session };
}

async function readInstalled(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Fault('model/not-installed', { cause });
  }
}

/** Exactly one tensor of that name, type and shape, the names of the free sizes included. */
function matches(
  found: readonly InferenceSession.ValueMetadata[],
  wanted: { name: string; type: string; shape: readonly (number | string)[] },
): boolean {
  const [tensor, ...others] = found;
  return (
    others.length === 0 &&
    tensor?.isTensor === true &&
    tensor.name === wanted.name &&
    tensor.type === wanted.type &&
    tensor.shape.length === wanted.shape.length &&
    wanted.shape.every((size, axis) => tensor.shape[axis] === size)
  );
}
