/** The sizes of PAT (Ruan et al. 2024, arXiv 2411.15240), and the weights that each is made of. */

export interface PatShape {
  size: 'S' | 'M' | 'L';
  /** Minutes of a patch. */
  patch: number;
  heads: number;
  layers: number;
}

export const patShapes: readonly PatShape[] = [
  { size: 'S', patch: 18, heads: 6, layers: 1 },
  { size: 'M', patch: 18, heads: 12, layers: 2 },
  { size: 'L', patch: 9, heads: 12, layers: 4 },
];

/** Minutes of the input. */
export const week = 10_080;
/** Numbers for each patch, and also for each head: the authors' key_dim is not divided by the heads. */
export const width = 96;
/** Of the hidden layer of a block's feed-forward part. */
export const hidden = 256;
export const epsilon = 1e-6;

export interface PatWeights {
  shape: PatShape;
  /** Row-major values by Keras's name, without its `:0`. */
  values: ReadonlyMap<string, Float32Array>;
}

/** The value of a weight that `weightShapes` names. */
export function weight({ values }: PatWeights, name: string): Float32Array {
  const found = values.get(name);
  if (!found) throw new Error(`There is no weight ${name}.`);
  return found;
}

/** Where the weights of a layer lie, counted from 1. */
export function layerPath(layer: number): string {
  return `encoder_layer_${layer}_transformer/encoder_layer_${layer}_`;
}

/** Every weight of a size, with its shape. */
export function weightShapes({ patch, heads, layers }: PatShape): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>([
    ['dense/dense/kernel', [patch, width]],
    ['dense/dense/bias', [width]],
  ]);
  for (let layer = 1; layer <= layers; layer++) {
    const at = layerPath(layer);
    for (const part of ['query', 'key', 'value']) {
      shapes.set(`${at}attention/${part}/kernel`, [width, heads, width]);
      shapes.set(`${at}attention/${part}/bias`, [heads, width]);
    }
    shapes.set(`${at}attention/attention_output/kernel`, [heads, width, width]);
    shapes.set(`${at}attention/attention_output/bias`, [width]);
    for (const norm of ['norm1', 'norm2']) {
      shapes.set(`${at}${norm}/gamma`, [width]);
      shapes.set(`${at}${norm}/beta`, [width]);
    }
    shapes.set(`${at}ff1/kernel`, [width, hidden]);
    shapes.set(`${at}ff1/bias`, [hidden]);
    shapes.set(`${at}ff2/kernel`, [hidden, width]);
    shapes.set(`${at}ff2/bias`, [width]);
  }
  return shapes;
}

export function parametersOf(shape: PatShape): number {
  return [...weightShapes(shape).values()].reduce((sum, sizes) => sum + product(sizes), 0);
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((size, next) => size * next, 1);
}
