import assert from 'node:assert/strict';
import { admission } from '../../../src/platform/admission.ts';

/** Work that lasts until it is told to end. */
function lasting() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done'), fail: () => reject(new Error('failed')) };
}
const atOnce = () => Promise.resolve('done');

describe('admission', () => {
  it('lets in as much as there is room for, whoever it is of, and refuses the rest at once', async () => {
    const admit = admission({ mostBytes: 10, mostEach: 9 });
    const [one, two] = [lasting(), lasting()];
    const [first, second] = [admit('a', 6, one.work), admit('b', 4, two.work)];
    await assert.rejects(admit('c', 1, atOnce), { code: 'service/busy', retryAfterS: 5 });
    two.end();
    assert.equal(await second, 'done');
    assert.equal(await admit('c', 4, atOnce), 'done');
    await assert.rejects(admit('c', 5, atOnce), { code: 'service/busy' });
    one.end();
    await first;
    assert.equal(await admit('c', 10, atOnce), 'done');
  });

  it('lets nobody have more than their number under way, and others beside them', async () => {
    const admit = admission({ mostBytes: 100, mostEach: 2 });
    const [one, two] = [lasting(), lasting()];
    const under = [admit('a', 1, one.work), admit('a', 1, two.work)];
    await assert.rejects(admit('a', 1, atOnce), { code: 'quota/exceeded', retryAfterS: 5 });
    assert.equal(await admit('b', 1, atOnce), 'done');
    one.end();
    await under[0];
    assert.equal(await admit('a', 1, atOnce), 'done');
    two.end();
    await under[1];
  });

  it('gives the room back where the work fails', async () => {
    const admit = admission({ mostBytes: 10, mostEach: 1 });
    const one = lasting();
    const first = admit('a', 10, one.work);
    one.fail();
    await assert.rejects(first, /failed/);
    assert.equal(await admit('a', 10, atOnce), 'done');
  });
});
