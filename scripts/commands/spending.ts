import { command, flag, text, UsageError } from '../lib/command.ts';
import { account, wholeNumberOr0 } from '../lib/options.ts';
import { runSpending } from '../operations/spending.ts';

export default command({
  name: 'spending',
  summary: 'Says how many texts Gemini was asked for, and sets how many it may be asked for in a day.',
  options: {
    'texts-a-day': text('N', 'at most so many from now on, 0 for none', { read: wholeNumberOr0 }),
    deployed: flag('as many as was deployed, NARRATOR_TEXTS_A_DAY'),
    project: account.project,
  },
  details: `Beyond the cap the template stands, and the sweep asks again once there is room.
With --project it acts with Application Default Credentials and the values of functions/.env.PROJECT.`,
  examples: [
    ['npm run spending -- --project my-project', 'the last seven days, and the cap'],
    ['npm run spending -- --texts-a-day 500 --project my-project', 'from the next minute on'],
  ],
  async run({ options: { project, deployed, 'texts-a-day': most } }, io) {
    if (deployed && most !== undefined) throw new UsageError('Say --texts-a-day or --deployed, not both.');
    await runSpending(project, deployed ? null : most, io.print, io.signal);
    return 0;
  },
});
