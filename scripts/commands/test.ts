import { command, flag } from '../lib/command.ts';
import { test } from '../testing/test.ts';

export default command({
  name: 'test',
  summary:
    'Builds, checks types, lint and format, and runs the tests; ends with "N passed, N failed, N skipped".',
  options: {
    unit: flag('only what needs no emulators, and so no Java'),
    deep: flag('every promise on many seeds and sizes instead of one representative'),
  },
  examples: [
    ['npm test', 'every promise once'],
    ['npm run test:deep', 'the same at length: nightly, and before a release'],
    ['npm test -- --unit', 'a few minutes, on any machine'],
  ],
  async run({ options }) {
    return (await test(options)) ? 0 : 1;
  },
});
