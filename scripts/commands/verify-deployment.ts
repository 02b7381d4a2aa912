import { applicationDefaultToken, googleApi } from '../deployment/google-api.ts';
import { verifyDeployment } from '../deployment/verify-deployment.ts';
import { command } from '../lib/command.ts';
import { project } from '../lib/options.ts';

export default command({
  name: 'verify-deployment',
  summary: 'Reads a live project and says where it differs from infra/ and the functions; changes nothing.',
  options: { project },
  details: 'Uses Application Default Credentials. Exit code 1 where anything differs.',
  examples: [['npm run verify-deployment -- --project my-project', 'after a deploy']],
  async run({ options }, io) {
    const api = googleApi({ token: applicationDefaultToken(), quotaProject: options.project });
    return (await verifyDeployment(api, options.project, io.print)) === 0 ? 0 : 1;
  },
});
