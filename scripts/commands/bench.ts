import { bench } from '../bench/bench.ts';
import { command } from '../lib/command.ts';
import { json } from '../lib/options.ts';

export default command({
  name: 'bench',
  summary: 'Measures time and memory of reading, days, analysis and models.',
  options: { json },
  details: 'Writes scripts/bench/results/bench.json and growth.svg. On the emulators: npm run bench:journey.',
  examples: [['npm run bench', 'the figures of the README, against what they may be']],
  run({ options }, io) {
    io.print(bench(options));
  },
});
