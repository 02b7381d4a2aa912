import { epsilon, hidden, layerPath, week, weight, width, type PatWeights } from './shape.ts';

/**
 * PAT written out once more, in float64 and without ONNX, from Keras's names and layouts: what the graph is held to.
 * It shares nothing with `graph.ts` but the weights.
 *
 * @param activity one week of `week` z-scores
 * @returns [patches x 96], before the mean over the patches
 */
export function forward(weights: PatWeights, activity: ArrayLike<number>): Float64Array {
  const { patch, heads, layers } = weights.shape;
  const n = week / patch;
  const of = (name: string): Float32Array => weight(weights, name);

  const patches = Float64Array.from(activity);
  const x = times(patches, transposed(of('dense/dense/kernel'), patch, width), n, width, patch);
  const dense = of('dense/dense/bias');
  const slowdown = Math.fround(-Math.log(10_000) / width);
  for (let p = 0; p < n; p++) {
    for (let c = 0; c < width; c++) {
      const wave = c % (width / 2);
      // The authors' table is made in float32, every step of it, and at the end of the week one can see that.
      const speed = Math.fround(Math.exp(Math.fround(2 * wave * slowdown)));
      const angle = Math.fround(p * speed);
      x[p * width + c]! += dense[c]! + (c < width / 2 ? Math.sin(angle) : Math.cos(angle));
    }
  }

  for (let layer = 1; layer <= layers; layer++) {
    const at = layerPath(layer);
    const attended = spreadRow(of(`${at}attention/attention_output/bias`), n);
    for (let head = 0; head < heads; head++) {
      const part = (name: string): Float64Array => {
        const projected = times(x, headOf(of(`${at}attention/${name}/kernel`), heads, head), n, width, width);
        const bias = of(`${at}attention/${name}/bias`).subarray(head * width, (head + 1) * width);
        return plusRow(projected, bias);
      };
      const scores = times(part('query'), part('key'), n, n, width);
      softmaxRows(scores, n, 1 / Math.sqrt(width));
      const context = times(scores, transposed(part('value'), n, width), n, width, n);
      const out = of(`${at}attention/attention_output/kernel`).subarray(
        head * width * width,
        (head + 1) * width * width,
      );
      plus(attended, times(context, transposed(out, width, width), n, width, width));
    }
    normaliseRows(plus(x, attended), of(`${at}norm1/gamma`), of(`${at}norm1/beta`));
    const inner = plusRow(
      times(x, transposed(of(`${at}ff1/kernel`), width, hidden), n, hidden, width),
      of(`${at}ff1/bias`),
    );
    for (let i = 0; i < inner.length; i++) if (inner[i]! < 0) inner[i] = 0;
    const outer = plusRow(
      times(inner, transposed(of(`${at}ff2/kernel`), hidden, width), n, width, hidden),
      of(`${at}ff2/bias`),
    );
    normaliseRows(plus(x, outer), of(`${at}norm2/gamma`), of(`${at}norm2/beta`));
  }
  return x;
}

/** The mean over the patches: [96]. */
export function meanOverPatches(patchEmbeddings: ArrayLike<number>): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < patchEmbeddings.length; i++) means[i % width]! += patchEmbeddings[i]!;
  return means.map((sum) => (sum * width) / patchEmbeddings.length);
}

/**
 * out[r, c] = sum over k of a[r, k] b[c, k]: both in rows, so that both are read in order. Two rows by four at a
 * time, which reads each number less often; PAT has no other sizes.
 */
function times(a: Float64Array, b: Float64Array, rows: number, columns: number, depth: number): Float64Array {
  if (rows % 2 || columns % 4) throw new RangeError(`${rows} x ${columns} cannot be cut into 2 x 4.`);
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r += 2) {
    for (let c = 0; c < columns; c += 4)
      dots(a, r * depth, b, c * depth, depth, out, r * columns + c, columns);
  }
  return out;
}

function dots(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  depth: number,
  out: Float64Array,
  to: number,
  columns: number,
): void {
  // prettier-ignore
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
  for (let k = 0; k < depth; k++) {
    const s = a[fromA + k]!;
    const t = a[fromA + depth + k]!;
    const b0 = b[fromB + k]!;
    const b1 = b[fromB + depth + k]!;
    const b2 = b[fromB + 2 * depth + k]!;
    const b3 = b[fromB + 3 * depth + k]!;
    s0 += s * b0;
    s1 += s * b1;
    s2 += s * b2;
    s3 += s * b3;
    t0 += t * b0;
    t1 += t * b1;
    t2 += t * b2;
    t3 += t * b3;
  }
  out[to] = s0;
  out[to + 1] = s1;
  out[to + 2] = s2;
  out[to + 3] = s3;
  out[to + columns] = t0;
  out[to + columns + 1] = t1;
  out[to + columns + 2] = t2;
  out[to + columns + 3] = t3;
}

function transposed(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = a[r * columns + c]!;
  return out;
}

/** The columns of one head of a kernel [96, heads, 96], transposed: [96 out x 96 in]. */
function headOf(kernel: Float32Array, heads: number, head: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let from = 0; from < width; from++) {
    for (let to = 0; to < width; to++) out[to * width + from] = kernel[(from * heads + head) * width + to]!;
  }
  return out;
}

function spreadRow(row: Float32Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]!);
}

/** Adds to `a` in place. */
function plus(a: Float64Array, b: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) a[i]! += b[i]!;
  return a;
}

function plusRow(a: Float64Array, row: Float32Array): Float64Array {
  for (let i = 0; i < a.length; i++) a[i]! += row[i % row.length]!;
  return a;
}

function softmaxRows(scores: Float64Array, columns: number, scale: number): void {
  for (let start = 0; start < scores.length; start += columns) {
    const row = scores.subarray(start, start + columns);
    let highest = -Infinity;
    for (let i = 0; i < columns; i++) highest = Math.max(highest, row[i]!);
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += row[i] = Math.exp((row[i]! - highest) * scale);
    for (let i = 0; i < columns; i++) row[i]! /= sum;
  }
}

/** Each row to mean 0 and variance 1 (n in the denominator), then times gamma, plus beta. */
function normaliseRows(a: Float64Array, gamma: Float32Array, beta: Float32Array): void {
  for (let start = 0; start < a.length; start += width) {
    const row = a.subarray(start, start + width);
    let mean = 0;
    for (let i = 0; i < width; i++) mean += row[i]! / width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += (row[i]! - mean) ** 2 / width;
    const deviation = Math.sqrt(variance + epsilon);
    for (let i = 0; i < width; i++) row[i] = ((row[i]! - mean) / deviation) * gamma[i]! + beta[i]!;
  }
}
