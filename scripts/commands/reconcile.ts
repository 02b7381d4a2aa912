import { command, flag, text } from '../lib/command.ts';
import { account, wholeNumber } from '../lib/options.ts';
import { instant, runReconcile } from '../operations/reconcile.ts';

export default command({
  name: 'reconcile',
  summary:
    'Finds what a restored database has forgotten, in the recordings and in open work, and opens it again.',
  options: {
    'restored-to': text('TIME', 'the time that the database was restored to, in UTC', {
      required: true,
      read: instant,
    }),
    apply: flag('do it, instead of showing what it would do; nothing is deleted either way'),
    rate: text('N', 'at most so many a second', { default: '10', read: wholeNumber }),
    project: account.project,
  },
  details: `It knows what the bucket still holds: recordings are kept for 30 days after their analysis. People and uploads that were
deleted since that time are deleted again before this, or their recordings would be taken in anew.
With --project it acts with Application Default Credentials and the values of functions/.env.PROJECT.`,
  examples: [
    ['npm run reconcile -- --restored-to 2026-01-31T12:00:00Z --project my-project', 'what was forgotten'],
    [
      'npm run reconcile -- --restored-to 2026-01-31T12:00:00Z --project my-project --apply',
      'opens it again',
    ],
  ],
  interrupted: 'What was named is opened; the rest is found again.',
  async run({ options: { project, 'restored-to': restoredTo, apply, rate } }, io) {
    const options = { restoredTo, apply, rate };
    return (await runReconcile(project, options, io.print, io.signal)) === 0 ? 0 : 1;
  },
});
