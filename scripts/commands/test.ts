import { command, flag } from '../lib/command.ts';
import { test } from '../testing/test.ts';

export default command({
  name: 'test',
  summary:
    'Builds, checks types, lint and format, and runs the tests; ends with "N passed, N failed, N skipped".',
  options: {
    unit: flag('only what needs no emulators, and so no Java'),
    deep: flag('many representatives of every promise instead of one; an hour and more (npm run test:deep)'),
  },
  examples: [
    ['npm test', 'every promise, by one representative'],
    ['npm test -- --unit', 'a few minutes, on any machine'],
    ['npm run test:deep', 'nightly, and before a release'],
  ],
  async run({ options }) {
    return (await test(options)) ? 0 : 1;
  },
});
