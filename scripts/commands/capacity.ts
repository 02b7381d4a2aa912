import fs from 'node:fs';
import path from 'node:path';
import { capacityPage } from '../capacity/capacity.ts';
import { counted } from '../capacity/counted.ts';
import { command } from '../lib/command.ts';
import { root } from '../lib/root.ts';

export default command({
  name: 'capacity',
  summary: 'Writes functions/docs/capacity.md: what an upload costs, and 1,000 to 10 million people.',
  details: `Out of scripts/capacity and scripts/bench/results/journey.json; a test compares the page.`,
  examples: [['npm run capacity', 'after costs.test.ts, bench:journey or a price has changed']],
  run() {
    fs.writeFileSync(path.join(root, 'functions/docs/capacity.md'), capacityPage(counted()));
  },
});
