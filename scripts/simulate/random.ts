/** Random numbers that one seed decides: the same seed gives the same history. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  between(least: number, most: number): number;
  whole(least: number, most: number): number;
  pick<T>(of: readonly T[]): T;
}

/** Mulberry32 (T. Ettinger, public domain). */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + next() * (most - least);
  return {
    next,
    chance: (probability) => next() < probability,
    between,
    whole: (least, most) => Math.floor(between(least, most + 1)),
    pick: (of) => of[Math.floor(next() * of.length)]!,
  };
}
