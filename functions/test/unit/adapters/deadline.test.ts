import assert from 'node:assert/strict';
import { withDeadline } from '../../../src/adapters/deadline.ts';

describe('a port with a deadline', () => {
  it('gives what the port gives', async () => {
    const port = { base: 1, add: (a: number, b: number) => Promise.resolve(a + b) };
    assert.equal(await withDeadline({ add: port.add }, 1000).add(1, 2), 3);
  });

  it('throws what the port throws', async () => {
    const broken = new Error('broken');
    await assert.rejects(withDeadline({ call: () => Promise.reject(broken) }, 1000).call(), broken);
  });

  it('gives a call up that takes too long', async () => {
    const never = { call: () => new Promise<void>(() => undefined) };
    await assert.rejects(withDeadline(never, 5).call(), { code: 'service/unavailable' });
  });
});
