import type { Fact } from './facts.ts';

/**
 * Facts with the comparisons that were drawn when both weeks were at hand. What a person reads may since be said in another unit:
 * then the earlier number is not.
 *
 * @param known facts of the same analysis
 */
export function withComparisons(facts: readonly Fact[], known: readonly Fact[]): Fact[] {
  const byId = new Map(known.map((fact) => [fact.id, fact]));
  return facts.map((fact) => {
    const { earlier, change, unit } = byId.get(fact.id) ?? {};
    if (earlier === undefined || change === undefined || unit !== fact.unit) return fact;
    return { ...fact, earlier, change };
  });
}
