import assert from 'node:assert/strict';
import { lazy } from '../../../src/domain/lazy.ts';

describe('lazy', () => {
  it('makes it once, also for calls that come at the same time', async () => {
    let made = 0;
    const get = lazy(() => Promise.resolve(++made));
    assert.deepEqual(await Promise.all([get(), get()]), [1, 1]);
    assert.equal(await get(), 1);
  });

  it('forgets a failure, so that an instance recovers from one', async () => {
    let calls = 0;
    const get = lazy(() => (++calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(calls)));
    await assert.rejects(get(), { message: 'away' });
    assert.equal(await get(), 2);
  });
});
