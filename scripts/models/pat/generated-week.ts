import { week } from './shape.ts';

/**
 * A week that is nobody's, as the encoder takes it: active days, quiet nights and noise, standardised. The same for
 * the same seed.
 *
 * @returns z-scores with three decimals, so that they are the same numbers in a JSON file
 */
export function generatedWeek(seed: number): Float32Array {
  const random = randomNumbers(seed);
  const values = Float64Array.from({ length: week }, (_, minute) => {
    const day = Math.max(0, Math.sin(((minute % 1440) / 1440 - 0.3) * 2 * Math.PI));
    return day * -Math.log(1 - random()) + 0.1 * random();
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / week;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / week);
  return Float32Array.from(values, (value) => Math.round(((value - mean) / deviation) * 1000) / 1000);
}

/** Uniform on [0, 1), by mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
