import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { patShapes, product, weightShapes, type PatShape, type PatWeights } from './shape.ts';

/** One array of the file. */
interface Stored {
  shape: readonly number[];
  type: string;
  read(): unknown;
}

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const float32 = '<f';
/** The weights of PAT lie 4 groups deep; a group may be linked into itself. */
const deepest = 8;

/**
 * The weights of a Keras file (`save_weights`, or `save`, which puts them below `model_weights`), once every name and
 * shape has been found to be PAT's, and nothing else.
 *
 * @throws RangeError one sentence that names the first difference
 */
export async function readWeights(file: string): Promise<PatWeights> {
  const name = path.basename(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new RangeError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, {
      cause,
    });
  }
  if (!bytes.subarray(0, signature.length).equals(signature)) {
    throw new RangeError(
      `${name} is not an HDF5 file; download the weights themselves, not a page about them.`,
    );
  }

  const library = await h5wasm.ready;
  // Otherwise the library prints its errors and goes on.
  library.activate_throwing_error_handler();
  let opened: h5wasm.File | undefined;
  try {
    opened = damaged(name, () => new h5wasm.File(file, 'r'));
    const stored = damaged(name, () => arraysOf(opened!));
    const shape = shapeOf(name, stored);
    return { shape, values: checkedValues(name, shape, stored) };
  } finally {
    opened?.close();
  }
}

/** What the library throws says much about its own files and lines, and nothing about what to do. */
function damaged<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new RangeError(`${name} is damaged or was cut off; download it again.`, { cause });
  }
}

function arraysOf(file: h5wasm.File): Map<string, Stored> {
  const stored = new Map<string, Stored>();
  const wrapped = file.keys().includes('model_weights');
  const walk = (group: h5wasm.Group, at: string, depth: number): void => {
    for (const key of group.keys()) {
      // `save` also keeps what the training needs to go on.
      if (wrapped && depth === 0 && key === 'optimizer_weights') continue;
      const found = group.get(key);
      const here = `${at}${key}`;
      if (found instanceof h5wasm.Group && depth < deepest) {
        walk(found, wrapped && here === 'model_weights' ? '' : `${here}/`, depth + 1);
      } else {
        stored.set(here.replace(/:0$/, ''), arrayOf(found));
      }
    }
  };
  walk(file, '', 0);
  return stored;
}

function arrayOf(found: unknown): Stored {
  if (!(found instanceof h5wasm.Dataset)) return { shape: [], type: 'no array', read: () => undefined };
  const { dtype, shape } = found;
  return {
    shape: shape ?? [],
    type: typeof dtype === 'string' ? dtype : 'no numbers',
    read: () => found.value,
  };
}

/** Which PAT it is, by the weights whose shapes differ between the sizes. */
function shapeOf(name: string, stored: ReadonlyMap<string, Stored>): PatShape {
  const telling = [
    'dense/dense/kernel',
    'encoder_layer_1_transformer/encoder_layer_1_attention/query/kernel',
  ];
  let candidates = patShapes;
  for (const weight of telling) {
    const found = stored.get(weight);
    if (!found) {
      const held = [...stored.keys()].slice(0, 3).join(', ') || 'no array';
      throw new RangeError(`${name} is not PAT: it has no ${weight}; it holds ${held}.`);
    }
    const expected = candidates.map((shape) => ({ shape, sizes: weightShapes(shape).get(weight)! }));
    candidates = expected.filter(({ sizes }) => same(sizes, found.shape)).map(({ shape }) => shape);
    if (candidates.length === 0) {
      const wanted = expected
        .map(({ shape: { size }, sizes }) => `${written(sizes)} (PAT-${size})`)
        .join(' or ');
      throw new RangeError(`${name} is not PAT: ${weight} is ${written(found.shape)}, not ${wanted}.`);
    }
  }
  return candidates[0]!;
}

function checkedValues(
  name: string,
  shape: PatShape,
  stored: ReadonlyMap<string, Stored>,
): Map<string, Float32Array> {
  const expected = weightShapes(shape);
  const kind = `PAT-${shape.size}`;
  for (const [weight, sizes] of expected) {
    const found = stored.get(weight);
    if (!found) throw new RangeError(`${name} is not ${kind}: the weight ${weight} is missing.`);
    if (!same(sizes, found.shape)) {
      throw new RangeError(
        `${name} is not ${kind}: ${weight} is ${written(found.shape)}, not ${written(sizes)}.`,
      );
    }
    if (found.type !== float32) {
      throw new RangeError(`${name} is not ${kind}: ${weight} holds ${found.type}, not 32-bit floats.`);
    }
  }
  for (const weight of stored.keys()) {
    if (!expected.has(weight)) {
      throw new RangeError(`${name} is not ${kind}: it also holds ${weight}, which ${kind} does not have.`);
    }
  }
  const values = new Map<string, Float32Array>();
  for (const [weight, sizes] of expected) {
    const value = damaged(name, () => stored.get(weight)!.read());
    if (!(value instanceof Float32Array) || value.length !== product(sizes)) {
      throw new RangeError(`${name} is damaged: ${weight} has fewer numbers than its shape says.`);
    }
    if (!value.every(Number.isFinite)) {
      throw new RangeError(`${name} is damaged: ${weight} holds values that are no numbers.`);
    }
    values.set(weight, value);
  }
  return values;
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}

function written(sizes: readonly number[]): string {
  return `[${sizes.join(', ')}]`;
}
