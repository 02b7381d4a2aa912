import { benchCold } from '../bench/cold.ts';
import { command, flag, text } from '../lib/command.ts';
import { json, wholeNumber } from '../lib/options.ts';

export default command({
  name: 'bench:cold',
  summary: 'Measures each function from its start until it listens, and to its first answer.',
  options: {
    rounds: text('N', 'how often each is started', { default: '10', read: wholeNumber }),
    'no-requests': flag('only the starts, which need no Java'),
    json,
  },
  details: 'Writes scripts/bench/results/cold.json. Exit code 1 when a budget is exceeded.',
  examples: [
    ['npm run bench:cold', 'all of it, as in the README'],
    ['npm run bench:cold -- --rounds 3 --no-requests', 'a quick look'],
  ],
  async run({ options: { rounds, json, 'no-requests': startsOnly } }, io) {
    const { text, excesses } = await benchCold({ rounds, json, requests: !startsOnly });
    io.print(text);
    if (excesses.length > 0) throw new Error(`over budget: ${excesses.join('; ')}.`);
  },
});
