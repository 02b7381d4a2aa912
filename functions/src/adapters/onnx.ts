import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type * as onnxRuntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import * as v from 'valibot';
import { modelManifest, type ModelManifest } from '../contract/modelManifest.ts';
import { Fault } from '../domain/fault.ts';
import type { Models, SleepModel } from '../workflows/ports.ts';

type Runtime = typeof onnxRuntime;

const sleepManifest = 'sleep-tcn-v3.json';

const sessionOptions: InferenceSession.SessionOptions = {
  // The models are small: a third thread costs more than it brings.
  intraOpNumThreads: Math.min(2, availableParallelism()),
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
  return { sleep: once(() => sleepModel(folder, loadRuntime)) };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

async function sleepModel(folder: string, loadRuntime: () => Promise<Runtime>): Promise<SleepModel> {
  const manifest = await readManifest(join(folder, sleepManifest));
  const { runtime, session } = await openModel(folder, manifest, loadRuntime);
  const { input, output, minutes: allowed } = manifest;
  const channels = input.channels.length;
  const classes = output.classes.length;

  return {
    card: { name: manifest.name, version: manifest.version, sha256: manifest.sha256 },
    thresholds: manifest.thresholdsWake,
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

async function readManifest(path: string): Promise<ModelManifest> {
  const text = (await readInstalled(path)).toString('utf8');
  let manifest: ModelManifest;
  try {
    manifest = v.parse(modelManifest, JSON.parse(text));
  } catch (cause) {
    throw new Fault('model/invalid-manifest', { cause });
  }
  const { input, output } = manifest;
  if (!input.shape.includes(input.channels.length) || output.shape.at(-1) !== output.classes.length) {
    throw new Fault('model/invalid-manifest', { cause: new Error('Shapes and names do not match.') });
  }
  return manifest;
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
