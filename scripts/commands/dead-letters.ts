import { command, flag, text, UsageError } from '../lib/command.ts';
import { account, wholeNumber } from '../lib/options.ts';
import { faultCode, runDeadLetters } from '../operations/dead-letters.ts';

export default command({
  name: 'dead-letters',
  summary: 'Lists the uploads that were given up, and tries them again once the cause is fixed.',
  names: 'list|replay [UPLOAD_ID...]',
  options: {
    code: text('CODE', 'only those that were given up for this', { read: faultCode }),
    apply: flag('replay: do it, instead of showing what it would do'),
    rate: text('N', 'replay: at most so many a second', { default: '10', read: wholeNumber }),
    project: account.project,
  },
  details: `Without ids and --code, all of them. With --project it acts with Application Default Credentials and the values of
functions/.env.PROJECT.`,
  examples: [
    ['npm run dead-letters -- list --project my-project', 'what was given up, and why'],
    ['npm run dead-letters -- replay --project my-project --apply', 'tries all of it again'],
    ['npm run dead-letters -- replay --code recording/missing', 'shows what it would try again'],
  ],
  interrupted: 'What was tried again is queued, the rest is listed as before.',
  async run({ options: { project, ...options }, names: [action, ...uploadIds] }, io) {
    if (action !== 'list' && action !== 'replay') throw new UsageError('Say list or replay.');
    const chosen = { replay: action === 'replay', uploadIds, ...options };
    return (await runDeadLetters(project, chosen, io.print, io.signal)) === 0 ? 0 : 1;
  },
});
