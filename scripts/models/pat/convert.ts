import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadEncoder } from '../../../functions/src/adapters/onnx.ts';
import { forward, meanOverPatches } from './forward.ts';
import { generatedWeek } from './generated-week.ts';
import { patGraph } from './graph.ts';
import { encoderManifest, modelName, sha256 } from './manifest.ts';
import { readWeights } from './read-weights.ts';
import { parametersOf } from './shape.ts';

/** Largest difference between ONNX Runtime and the forward pass written out that a converted model may show. */
export const mostDifference = 1e-4;

export interface Conversion {
  size: 'S' | 'M' | 'L';
  parameters: number;
  weightsSha256: string;
  sha256: string;
  /** Between ONNX Runtime and the forward pass written out, on the golden week. */
  difference: number;
  /** Paths, the manifest last. */
  written: string[];
}

/**
 * Makes `pat-s`, `pat-m` or `pat-l` in `folder` from a Keras file: model, golden week, manifest. It is loaded as an
 * analysis would load it and must agree with the forward pass before anything is written.
 *
 * @throws RangeError in one sentence when the file is not PAT, or the models differ
 */
export async function convertPat(
  file: string,
  folder: string,
  options: { expectedSha256?: string | undefined; build?: typeof patGraph } = {},
): Promise<Conversion> {
  const weights = await readWeights(file);
  const weightsSha256 = sha256(fs.readFileSync(file));
  if (options.expectedSha256 !== undefined && options.expectedSha256.toLowerCase() !== weightsSha256) {
    throw new RangeError(`${path.basename(file)} has the SHA-256 ${weightsSha256}, not the one you gave.`);
  }
  const { shape } = weights;
  const name = modelName(shape);
  const onnx = (options.build ?? patGraph)(weights, { weightsSha256, source: 'arXiv 2411.15240, CC BY 4.0' });
  const manifest = encoderManifest(shape, onnx, weightsSha256);
  const week = generatedWeek(1);
  const expected = meanOverPatches(forward(weights, week));
  const golden = {
    description:
      'A generated week, and the embedding by the forward pass written out in float64, without ONNX.',
    cases: [{ name: 'generated week', input: numbers(week, 3), embedding: numbers(expected, 9) }],
  };
  const contents = new Map<string, Uint8Array | string>([
    [manifest.file, onnx],
    [manifest.golden, `${JSON.stringify(golden)}\n`],
    [`${name}.json`, `${JSON.stringify(manifest, null, 2)}\n`],
  ]);

  const difference = await tryOut(contents, `${name}.json`, week, expected);
  if (!(difference <= mostDifference)) {
    throw new RangeError(
      `The converted model differs from PAT by ${difference.toExponential(1)}, more than ${mostDifference}; ` +
        'it was not written.',
    );
  }
  return {
    size: shape.size,
    parameters: parametersOf(shape),
    weightsSha256,
    sha256: manifest.sha256,
    difference,
    written: write(folder, contents),
  };
}

function numbers(values: ArrayLike<number>, digits: number): number[] {
  return Array.from(values, (value) => Number(value.toFixed(digits)));
}

/** Loads the model as an analysis does, and gives the largest difference from what is expected. */
async function tryOut(
  contents: ReadonlyMap<string, Uint8Array | string>,
  manifestFile: string,
  week: Float32Array,
  expected: Float64Array,
): Promise<number> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pat-'));
  try {
    write(folder, contents);
    const found = await (await loadEncoder(folder, manifestFile)).embed(week);
    return largestDifference(found, expected);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Infinity when a value is no number. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    largest = Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }
  return largest;
}

/** Each file is there whole or not at all; the manifest comes last, because it is what makes a model installed. */
function write(folder: string, contents: ReadonlyMap<string, Uint8Array | string>): string[] {
  fs.mkdirSync(folder, { recursive: true });
  return [...contents].map(([name, content]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(`${file}.new`, content);
    fs.renameSync(`${file}.new`, file);
    return file;
  });
}
