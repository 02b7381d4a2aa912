import {
  attributes,
  encodeModel,
  floatTensor,
  integerTensor,
  type Attributes,
  type Node,
  type Tensor,
} from './onnx-format.ts';
import { epsilon, hidden, layerPath, week, weight, width, type PatWeights } from './shape.ts';

export const input = { name: 'activity', shape: ['batch', week] } as const;
export const output = { name: 'embedding', shape: ['batch', width] } as const;

/**
 * PAT as the authors built it in Keras, as the bytes of an ONNX file: patches of the week through a dense layer, plus
 * positions; blocks of attention and a feed-forward part, each added to its input and then normalised; and the mean
 * over the patches.
 */
export function patGraph(weights: PatWeights, properties: Record<string, string>): Uint8Array {
  const { patch, heads, layers } = weights.shape;
  const patches = week / patch;
  const nodes: Node[] = [];
  const tensors: Tensor[] = [];

  /** A node whose only output has its own name. */
  const node = (opType: string, name: string, from: string[], attribute: Attributes = {}): string => {
    nodes.push({ opType, input: from, output: [name], name, attribute: attributes(attribute) });
    return name;
  };
  const floats = (name: string, dims: readonly number[], values: Float32Array): string => {
    tensors.push(floatTensor(name, dims, values));
    return name;
  };
  const sizes = (name: string, values: readonly number[]): string => {
    tensors.push(integerTensor(name, values));
    return name;
  };
  /** x W + b, of the weights at `path`, seen as a matrix with `columns` columns. */
  const linear = (name: string, x: string, path: string, rows: number, columns: number): string => {
    const kernel = floats(`${name}.kernel`, [rows, columns], weight(weights, `${path}/kernel`));
    const bias = floats(`${name}.bias`, [columns], weight(weights, `${path}/bias`));
    return node('Add', name, [node('MatMul', `${name}.product`, [x, kernel]), bias]);
  };
  const normalised = (name: string, x: string, path: string): string => {
    const gamma = floats(`${name}.gamma`, [width], weight(weights, `${path}/gamma`));
    const beta = floats(`${name}.beta`, [width], weight(weights, `${path}/beta`));
    return node('LayerNormalization', name, [x, gamma, beta], { axis: { i: -1 }, epsilon: { f: epsilon } });
  };

  // In a Reshape, 0 keeps the size: the batch.
  const split = sizes('split', [0, patches, heads, width]);
  const joined = sizes('joined', [0, patches, heads * width]);
  const scale = floats('scale', [], Float32Array.of(1 / Math.sqrt(width)));
  const cut = node('Reshape', 'patches', [input.name, sizes('cut', [0, patches, patch])]);
  const embedded = linear('embedded', cut, 'dense/dense', patch, width);
  let x = node('Add', 'placed', [embedded, floats('positions', [patches, width], positions(patches))]);

  for (let layer = 1; layer <= layers; layer++) {
    const at = layerPath(layer);
    const own = (name: string): string => `layer${layer}.${name}`;
    const projected = (part: string, perm: number[]): string => {
      const all = linear(own(part), x, `${at}attention/${part}`, width, heads * width);
      const byHead = node('Reshape', own(`${part}.split`), [all, split]);
      return node('Transpose', own(`${part}.heads`), [byHead], { perm: { ints: perm } });
    };
    const query = node('Mul', own('query.scaled'), [projected('query', [0, 2, 1, 3]), scale]);
    const key = projected('key', [0, 2, 3, 1]);
    const value = projected('value', [0, 2, 1, 3]);
    const scores = node('MatMul', own('scores'), [query, key]);
    const attention = node('Softmax', own('attention'), [scores], { axis: { i: -1 } });
    const context = node('Transpose', own('context'), [node('MatMul', own('mixed'), [attention, value])], {
      perm: { ints: [0, 2, 1, 3] },
    });
    const context2d = node('Reshape', own('context.joined'), [context, joined]);
    const attended = linear(
      own('attended'),
      context2d,
      `${at}attention/attention_output`,
      heads * width,
      width,
    );
    const one = normalised(own('norm1'), node('Add', own('sum1'), [x, attended]), `${at}norm1`);
    const inner = node('Relu', own('relu'), [linear(own('ff1'), one, `${at}ff1`, width, hidden)]);
    const outer = linear(own('ff2'), inner, `${at}ff2`, hidden, width);
    x = normalised(own('norm2'), node('Add', own('sum2'), [one, outer]), `${at}norm2`);
  }
  node('ReduceMean', output.name, [x], { axes: { ints: [1] }, keepdims: { i: 0 } });

  return encodeModel({ name: `PAT-${weights.shape.size}`, properties, nodes, tensors, input, output });
}

/**
 * Sines of the position in the first half of the columns, cosines in the second: not interleaved. Every step in
 * float32, as in the authors' code: the last positions would be off by 6e-5 otherwise.
 */
function positions(patches: number): Float32Array {
  const { fround, log, exp } = Math;
  const half = width / 2;
  const exponents = Float32Array.from({ length: half }, (_, j) => 2 * j * fround(-log(10_000) / width));
  const frequencies = Float32Array.from(exponents, (exponent) => exp(exponent));
  const table = new Float32Array(patches * width);
  for (let position = 0; position < patches; position++) {
    const angles = frequencies.map((frequency) => position * frequency);
    table.set(angles.map(Math.sin), position * width);
    table.set(angles.map(Math.cos), position * width + half);
  }
  return table;
}
