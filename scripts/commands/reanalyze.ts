import { command, flag, text, UsageError } from '../lib/command.ts';
import { account, day, wholeNumber } from '../lib/options.ts';
import { modelVersion, runReanalyze } from '../operations/reanalyze.ts';

export default command({
  name: 'reanalyze',
  summary: 'Has weeks computed again from their samples, after a model or a formula has changed.',
  options: {
    uid: text('UID', 'of this person'),
    since: text('DAY', 'weeks from the one of this day on', { read: day }),
    'model-older-than': text('NAME@VERSION', 'weeks computed with an older version of this model', {
      read: modelVersion,
    }),
    all: flag('all weeks of everybody'),
    after: text('UID', 'go on after this person, the last one that a run before has named'),
    apply: flag('do it, instead of showing what it would do'),
    rate: text('N', 'at most so many people a second', { default: '10', read: wholeNumber }),
    project: account.project,
  },
  details: `People come in the order of their ids. Whoever holds a person computes the weeks, with templates for texts. Days of the
first releases that are not taken over yet have no weeks: they are computed when they are.
With --project it acts with Application Default Credentials and the values of functions/.env.PROJECT.`,
  examples: [
    [
      'npm run reanalyze -- --model-older-than sleep-tcn@5 --project my-project',
      'how many weeks that would be',
    ],
    ['npm run reanalyze -- --all --rate 50 --apply --project my-project', 'everything, 50 people a second'],
  ],
  interrupted: 'What was named is asked for; --after and the last name go on.',
  async run({ options: { project, all, 'model-older-than': olderThan, ...options } }, io) {
    const { uid, since } = options;
    if (!all && uid === undefined && since === undefined && olderThan === undefined)
      throw new UsageError('Say --uid, --since, --model-older-than or --all.');
    return (await runReanalyze(project, { ...options, olderThan }, io.print, io.signal)) === 0 ? 0 : 1;
  },
});
