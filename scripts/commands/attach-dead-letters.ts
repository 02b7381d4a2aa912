import { runAttach } from '../deployment/attach-dead-letters.ts';
import { command, flag } from '../lib/command.ts';
import { project } from '../lib/options.ts';

export default command({
  name: 'attach-dead-letters',
  summary: 'After a deploy: attaches the dead-letter topic to the subscription that Eventarc made.',
  options: { project, apply: flag('do it, instead of saying what is missing') },
  details: `Uses Application Default Credentials. --apply reads back what it did; exit code 1 when anything is missing then.`,
  examples: [
    ['npm run attach-dead-letters -- --project my-project', 'says what it would do'],
    ['npm run attach-dead-letters -- --project my-project --apply', 'does it'],
  ],
  async run({ options }, io) {
    return (await runAttach(options, io.print)) ? 0 : 1;
  },
});
