import type { Spending } from '../../workflows/ports.ts';

export function memorySpending(): Spending {
  const counted = new Map<string, number>();
  let most = Infinity;
  return {
    of: (day) => Promise.resolve({ asked: counted.get(day) ?? 0, most }),
    count: (day) => {
      counted.set(day, (counted.get(day) ?? 0) + 1);
      return Promise.resolve();
    },
    limit: (given) => {
      most = given ?? Infinity;
      return Promise.resolve();
    },
  };
}
