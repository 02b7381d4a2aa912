import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { randomNumbers } from '../../../scripts/models/pat/generated-week.ts';
import { patGraph } from '../../../scripts/models/pat/graph.ts';
import { encoderManifest } from '../../../scripts/models/pat/manifest.ts';
import {
  patShapes,
  product,
  weightShapes,
  type PatShape,
  type PatWeights,
} from '../../../scripts/models/pat/shape.ts';
import type { EncoderManifest } from '../../src/contract/model-manifest.ts';

export function shapeOfSize(size: PatShape['size']): PatShape {
  return patShapes.find((shape) => shape.size === size)!;
}

/** A PAT that learnt nothing, but in which everything matters: no attention is even, no norm is the identity. */
export function randomPat(shape: PatShape, seed = 1): PatWeights {
  const random = randomNumbers(seed);
  const values = new Map<string, Float32Array>();
  for (const [name, sizes] of weightShapes(shape)) {
    const reach = /(query|key)\/kernel$/.test(name) ? 0.3 : name.endsWith('kernel') ? 0.1 : 0.2;
    const centre = name.endsWith('gamma') ? 1 : 0;
    values.set(
      name,
      Float32Array.from({ length: product(sizes) }, () => centre + reach * (2 * random() - 1)),
    );
  }
  return { shape, values };
}

export type StoredArray = { shape: readonly number[]; data: unknown; dtype?: string };

/**
 * Writes weights as Keras does: `save_weights`, or `save` with all of it below `model_weights`.
 *
 * @param edit changes the arrays, by their names in the file, before they are written
 */
export async function writePat(
  file: string,
  { shape, values }: PatWeights,
  edit: (arrays: Map<string, StoredArray>) => void = () => {},
  { wrapped = false } = {},
): Promise<void> {
  const arrays = new Map<string, StoredArray>();
  for (const [name, sizes] of weightShapes(shape)) {
    arrays.set(`${wrapped ? 'model_weights/' : ''}${name}:0`, { shape: sizes, data: values.get(name)! });
  }
  if (wrapped) arrays.set('optimizer_weights/adam/step:0', { shape: [1], data: Float32Array.of(7) });
  edit(arrays);
  await writeArrays(file, arrays);
}

export async function writeArrays(file: string, arrays: ReadonlyMap<string, StoredArray>): Promise<void> {
  await h5wasm.ready;
  const written = new h5wasm.File(file, 'w');
  try {
    written.create_attribute('backend', 'tensorflow');
    // Keras also keeps a group for every layer without weights.
    written.create_group('top_level_model_weights');
    const groups = new Map<string, h5wasm.Group>([['', written]]);
    for (const [name, { shape, data, dtype = '<f' }] of arrays) {
      const parts = name.split('/');
      let group: h5wasm.Group = written;
      for (let depth = 1; depth < parts.length; depth++) {
        const at = parts.slice(0, depth).join('/');
        const made: h5wasm.Group = groups.get(at) ?? group.create_group(parts[depth - 1]!);
        groups.set(at, made);
        group = made;
      }
      group.create_dataset({ name: parts.at(-1)!, data: data as never, shape: [...shape], dtype });
    }
  } finally {
    written.close();
  }
}

/** Puts an encoder with random weights and its manifest into a folder, as convert-pat does but without a golden. */
export function installPat(
  folder: string,
  { size = 'S', seed = 1 }: { size?: PatShape['size']; seed?: number } = {},
): EncoderManifest {
  const weights = randomPat(shapeOfSize(size), seed);
  const onnx = patGraph(weights, {});
  const manifest = encoderManifest(weights.shape, onnx, '0'.repeat(64));
  writeFileSync(join(folder, manifest.file), onnx);
  writeFileSync(join(folder, `${manifest.name}.json`), JSON.stringify(manifest));
  return manifest;
}
