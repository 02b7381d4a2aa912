import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';
import type { Cost, Counted } from './capacity.ts';

const json = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));

/** What the last measured upload of each kind cost, and what the test wants the next one to. */
export const countedCosts = (): Record<string, Cost> =>
  json('scripts/capacity/costs.json') as Record<string, Cost>;

export const counted = (): Counted => ({
  costs: countedCosts(),
  journey: json('scripts/bench/results/journey.json') as Counted['journey'],
  prices: json('scripts/capacity/prices.json') as Counted['prices'],
  text: json('scripts/capacity/text.json') as Counted['text'],
});
