import { runFirstUpload } from '../first-upload/first-upload.ts';
import { command, text } from '../lib/command.ts';

export default command({
  name: 'first-upload',
  summary:
    'Sends the sample week as somebody new, waits for the text, says where all of it is, and deletes it.',
  options: { project: text('PROJECT', 'a project of dev instead of the local stack of "npm start"') },
  details: `In a project it uses Application Default Credentials to make a debug token of App Check for this run, which only
dev allows. Exit code 1 when the narrative does not arrive.`,
  examples: [
    ['npm run first-upload -- --project my-project', 'the last step of a first deployment'],
    ['npm run first-upload', 'on the local stack'],
  ],
  interrupted: 'The person is deleted.',
  async run({ options }, io) {
    return (await runFirstUpload(options.project, io.print, io.signal)) ? 0 : 1;
  },
});
