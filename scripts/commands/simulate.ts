import { command, flag, text } from '../lib/command.ts';
import { wholeNumber } from '../lib/options.ts';
import { runScenarios, runSeeds } from '../simulate/run-seeds.ts';

export default command({
  name: 'simulate',
  summary:
    'Runs the real workflows on a simulated cloud that loses, repeats, delays and kills, in virtual time.',
  options: {
    seeds: text('N', 'random histories, one a seed', { default: '1000', read: wholeNumber }),
    first: text('SEED', 'the first seed', { default: '1', read: wholeNumber }),
    incidents: flag('the table of incidents instead: outages, bursts, killed workers, a rollback'),
  },
  details: 'The same seed is the same history. One that breaks a promise is printed as data, made smaller.',
  examples: [
    ['npm run simulate -- --seeds 10000', 'about two minutes of CPU'],
    ['npm run simulate -- --incidents', 'the table of functions/README.md'],
  ],
  async run({ options: { seeds, first, incidents } }, io) {
    if (incidents) {
      const outcomes = await runScenarios(first, 1);
      for (const { name, statuses, broken } of outcomes)
        io.print(
          `${broken.length === 0 ? 'ok ' : 'NO '} ${name}: ${JSON.stringify(statuses)} ${broken.join('; ')}`,
        );
      return outcomes.every(({ broken }) => broken.length === 0) ? 0 : 1;
    }
    const failures = await runSeeds(first, seeds);
    for (const { history, broken } of failures) io.print(`${broken.join('; ')}\n${JSON.stringify(history)}`);
    io.print(`${seeds} histories, ${failures.length} broken`);
    return failures.length === 0 ? 0 : 1;
  },
});
