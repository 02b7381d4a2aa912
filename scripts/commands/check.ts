import { command } from '../lib/command.ts';
import { check } from '../testing/check.ts';

export default command({
  name: 'check',
  summary: 'Checks types, lint and format.',
  examples: [['npm run check', 'everything, and names what failed']],
  async run() {
    const failed = (await check()).filter(({ ok }) => !ok).map(({ name }) => name);
    if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
  },
});
