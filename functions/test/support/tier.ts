// What a test does in the tier that runs: scripts/testing/tiers.ts is the table. Loaded before all tests (.mocharc.json).
import fc from 'fast-check';
import { tiers, type Tier, type TierName } from '../../../scripts/testing/tiers.ts';

const name = (process.env.TEST_TIER ?? 'quick') as TierName;
const tier: Tier = tiers[name];

/** Of every random choice in a test: that of TEST_SEED, else of the tier. A run with the same one does the same. */
export const seed = Number(process.env.TEST_SEED ?? tier.seed ?? Date.now() % 2 ** 31);
if (tier.seed === undefined) console.log(`tier ${name}, TEST_SEED=${seed}`);

fc.configureGlobal({ seed, numRuns: tier.runs });

/** How often something is done, how large it is, or whatever else differs between the tiers. */
export const byTier = <T>(deep: T, quick: T): T => (name === 'deep' ? deep : quick);

/** All of a list in the deep tier; in the quick one `count` of them, spread over it and the same every time. */
export function representatives<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / byTier(all.length, count));
  return all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** `it` in the deep tier only: in the other one there is no such test. */
export function deeply(title: string, test: Mocha.Func): void {
  if (name === 'deep') it(title, test);
}
