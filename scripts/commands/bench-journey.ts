import { benchJourney } from '../bench/journey.ts';
import { command } from '../lib/command.ts';

export default command({
  name: 'bench:journey',
  summary: 'Measures the sample week on the emulators, from the first byte to the narrative, cold and warm.',
  details: 'Writes scripts/bench/results/journey.json.',
  examples: [['npm run bench:journey', 'sending, analysis and narrative, and CPU and memory by function']],
  run: benchJourney,
});
