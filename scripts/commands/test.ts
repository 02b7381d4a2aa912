import { command, flag } from '../lib/command.ts';
import { test } from '../testing/test.ts';

export default command({
  name: 'test',
  summary: 'Builds, checks types, lint and format, and runs every test; ends with "N passed, N failed".',
  options: { unit: flag('only what needs no emulators, and so no Java') },
  examples: [
    ['npm test', 'everything'],
    ['npm test -- --unit', 'a few minutes, on any machine'],
  ],
  async run({ options }) {
    return (await test({ unitOnly: options.unit })) ? 0 : 1;
  },
});
