import { command, flag, UsageError } from '../lib/command.ts';
import { account, signIn } from '../lib/options.ts';
import { runStatus } from '../operations/status.ts';

export default command({
  name: 'status',
  summary: 'Says how far an upload of the signed-in person has come, and what to do next.',
  names: 'UPLOAD_ID',
  options: { follow: flag('until it has ended, a line at each change'), ...account },
  details: `Exit code 1 when the upload has failed.
${signIn}`,
  examples: [
    ['npm run status -- 7d0c5a52 --follow', 'on the stack of "npm start"'],
    ['npm run status -- 7d0c5a52 --project my-project --api-key KEY', 'in a project'],
  ],
  async run({ options: { follow, project, 'api-key': apiKey }, names: [uploadId = ''] }, io) {
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(uploadId)) throw new UsageError(`"${uploadId}" is no upload id.`);
    return runStatus({ uploadId, follow, project, apiKey }, io.print, io.signal);
  },
});
