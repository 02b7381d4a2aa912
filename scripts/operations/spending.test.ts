import assert from 'node:assert/strict';
import command from '../commands/spending.ts';
import { wholeNumberOr0 } from '../lib/options.ts';
import { memorySpending } from '../../functions/src/adapters/memory/spending.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { showSpending } from './spending.ts';

describe('npm run spending', () => {
  it('says how many texts were asked for on each of seven days, and how many may be', async () => {
    const spending = memorySpending();
    await spending.count('2026-01-05');
    await spending.count('2026-01-05');
    await spending.count('2025-12-30');
    await spending.limit(500);
    const lines: string[] = [];
    await showSpending(spending, '2026-01-05', (line) => lines.push(line));
    assert.equal(lines.length, 8);
    assert.match(lines[0]!, /^2025-12-30 +1 texts/);
    assert.match(lines[6]!, /^2026-01-05 +2 texts/);
    assert.match(lines[7]!, /^At most 500 a day/);
  });

  it('takes 0 for none, and nothing that is not a whole number', () => {
    assert.deepEqual(['0', '500'].map(wholeNumberOr0), [0, 500]);
    for (const wrong of ['', '-1', '1.5', 'many']) assert.throws(() => wholeNumberOr0(wrong), RangeError);
  });

  it('refuses a number and the deployed one at once, before it touches anything', async () => {
    const { status, stderr } = await ran(command, '--texts-a-day', '0', '--deployed');
    assert.equal(status, 2);
    assert.match(stderr, /not both/);
  });
});
