import { command, text } from '../lib/command.ts';
import { numberUpTo, wholeNumber } from '../lib/options.ts';
import { runSoak } from '../soak/soak.ts';

const share = numberUpTo(1);

export default command({
  name: 'soak',
  summary: 'Sends many uploads through the emulators while things go wrong, and audits what became of them.',
  options: {
    uploads: text('N', 'how many', { default: '100', read: wholeNumber }),
    duplicates: text('SHARE', 'of uploads that are sent and published twice', {
      default: '0.3',
      read: share,
    }),
    crashes: text('SHARE', 'of uploads after which a worker is killed', { default: '0.1', read: share }),
    'vertex-failures': text('SHARE', 'of the time that Vertex AI is away', { default: '0.1', read: share }),
    'in-parallel': text('N', 'uploads under way at once', { default: '4', read: wholeNumber }),
  },
  details: 'Exit code 0 only if nothing was lost and nothing is there twice.',
  examples: [
    ['npm run soak -- --uploads 150', 'as in the README'],
    ['npm run soak -- --crashes 0.5 --vertex-failures 0.5', 'a worse day'],
  ],
  async run({ options: { 'vertex-failures': vertexFailures, 'in-parallel': inParallel, ...options } }) {
    return (await runSoak({ ...options, vertexFailures, inParallel })) ? 0 : 1;
  },
});
