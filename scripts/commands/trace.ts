import { command } from '../lib/command.ts';
import { showTraces } from '../operations/trace.ts';

export default command({
  name: 'trace',
  summary: 'Shows where the time of an upload went: its trace as a tree, from the local collector.',
  names: 'UPLOAD_ID',
  examples: [['npm run trace -- 7d0c5a52', 'while "npm start" runs, or afterwards']],
  run({ names: [uploadId] }, io) {
    io.print(showTraces(uploadId!));
  },
});
