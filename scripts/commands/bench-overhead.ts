import { benchOverhead } from '../bench/overhead.ts';
import { command } from '../lib/command.ts';
import { json } from '../lib/options.ts';

export default command({
  name: 'bench:overhead',
  summary: 'Measures what logs, traces, metrics and error reports cost an invocation.',
  options: { json },
  examples: [['npm run bench:overhead', 'CPU and memory with everything on, and off']],
  async run({ options }, io) {
    io.print(await benchOverhead(options));
  },
});
