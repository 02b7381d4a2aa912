import assert from 'node:assert/strict';
import { cappedNarrator } from '../../../src/adapters/capped-narrator.ts';
import { memorySpending } from '../../../src/adapters/memory/spending.ts';
import type { NarrativeRequest } from '../../../src/workflows/ports.ts';

const minuteMs = 60_000;
const request = {} as NarrativeRequest;

/** A narrator that counts, with a spending that instances share. */
function world() {
  const spending = memorySpending();
  const clock = { at: Date.UTC(2026, 0, 5, 12), now: () => clock.at };
  let asked = 0;
  const narrator = { write: () => Promise.resolve({ number: ++asked } as never) };
  const instance = () => cappedNarrator(narrator, spending, clock);
  return { spending, clock, instance, asked: () => asked };
}
const capped = { code: 'narrator/cap-reached' };

describe('the spending cap of Gemini', () => {
  it('lets as many texts a day be asked for as an operator says, and no call of Gemini more', async () => {
    const { spending, instance, asked } = world();
    await spending.limit(3);
    const narrator = instance();
    for (let i = 0; i < 3; i++) await narrator.write(request);
    for (let i = 0; i < 3; i++) await assert.rejects(narrator.write(request), capped);
    assert.equal(asked(), 3);
  });

  it('is of all instances together, as each knows a minute later', async () => {
    const { spending, clock, instance, asked } = world();
    await spending.limit(4);
    const [one, other] = [instance(), instance()];
    for (const narrator of [one, other, one, other]) await narrator.write(request);
    clock.at += minuteMs;
    for (const narrator of [one, other]) await assert.rejects(narrator.write(request), capped);
    assert.equal(asked(), 4);
  });

  it('begins anew with every day of UTC', async () => {
    const { spending, clock, instance } = world();
    await spending.limit(1);
    const narrator = instance();
    await narrator.write(request);
    await assert.rejects(narrator.write(request), capped);
    clock.at += 12 * 60 * minuteMs;
    await narrator.write(request);
  });

  it('is read while the functions run: raised or lowered, it holds within a minute', async () => {
    const { spending, clock, instance } = world();
    await spending.limit(0);
    const narrator = instance();
    await assert.rejects(narrator.write(request), capped);
    await spending.limit(10);
    clock.at += minuteMs;
    await narrator.write(request);
    await spending.limit(0);
    clock.at += minuteMs;
    await assert.rejects(narrator.write(request), capped);
  });

  it('counts a text that fails too, for it may have cost something', async () => {
    const { spending, clock } = world();
    await spending.limit(1);
    const failing = cappedNarrator({ write: () => Promise.reject(new Error('away')) }, spending, clock);
    await assert.rejects(failing.write(request), /away/);
    await assert.rejects(failing.write(request), capped);
  });
});
