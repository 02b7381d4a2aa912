import { deploy } from '../deployment/deploy.ts';
import { command } from '../lib/command.ts';
import { project } from '../lib/options.ts';

export default command({
  name: 'deploy',
  summary: 'Deploys what was built: functions, rules and indexes, and what no field of them can say.',
  options: { project },
  details: `Builds and checks nothing: run "npm run check" and "npm run build" before it. After firebase-tools it lets
events call their functions, sets what sign-in demands, and attaches the dead letters. Uses Application Default
Credentials; firebase-tools its own login, where there is one. Exit code 1 when anything is missing afterwards.`,
  examples: [['npm run deploy -- --project my-project', 'the first time, and every other']],
  async run({ options }, io) {
    return (await deploy(options.project, io.print)) ? 0 : 1;
  },
});
