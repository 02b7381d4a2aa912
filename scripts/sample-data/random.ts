/** A stream of chance. */
export interface Random {
  uniform(low: number, high: number): number;
  /** Both ends included. */
  integer(low: number, high: number): number;
  normal(mean: number, standardDeviation: number): number;
  chance(probability: number): boolean;
  uuid(): string;
}

/** One stream of chance a purpose (mulberry32), so that a change to one signal leaves the others as they were. */
export function randomOf(seed: number, stream: string): Random {
  let state = 0x811c9dc5 ^ seed;
  for (const letter of stream) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const uniform = (low: number, high: number) => low + (high - low) * next();
  return {
    uniform,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    normal: (mean, standardDeviation) => {
      let total = -6; // twelve uniforms: near enough to a bell, and the same on every machine
      for (let n = 0; n < 12; n++) total += next();
      return mean + standardDeviation * total;
    },
    chance: (probability) => next() < probability,
    uuid: () => {
      const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16));
      hex[12] = '4';
      hex[16] = '89ab'[Math.floor(next() * 4)]!;
      return [8, 12, 16, 20, 32]
        .map((to, part, ends) => hex.slice(ends[part - 1] ?? 0, to).join(''))
        .join('-')
        .toUpperCase();
    },
  };
}
