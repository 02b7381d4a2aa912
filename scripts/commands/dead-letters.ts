import { command, flag, UsageError } from '../lib/command.ts';
import { account } from '../lib/options.ts';
import { runDeadLetters } from '../operations/dead-letters.ts';

export default command({
  name: 'dead-letters',
  summary: 'Lists the uploads that were given up, and tries them again once the cause is fixed.',
  names: 'list|replay [UPLOAD_ID...]',
  options: { apply: flag('replay: do it, instead of showing what it would do'), project: account.project },
  details: `Without ids, all of them. With --project it acts with Application Default Credentials and the values of
functions/.env.PROJECT.`,
  examples: [
    ['npm run dead-letters -- list --project my-project', 'what was given up, and why'],
    ['npm run dead-letters -- replay --project my-project --apply', 'tries all of it again'],
  ],
  async run({ options: { apply, project }, names: [action, ...uploadIds] }, io) {
    if (action !== 'list' && action !== 'replay') throw new UsageError('Say list or replay.');
    const options = { replay: action === 'replay', uploadIds, apply };
    return (await runDeadLetters(project, options, io.print)) === 0 ? 0 : 1;
  },
});
