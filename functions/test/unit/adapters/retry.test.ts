import assert from 'node:assert/strict';
import { backoffMs, withRetry, type RetryPolicy } from '../../../src/adapters/retry.ts';

const policy: RetryPolicy = { attempts: 4, baseMs: 100, capMs: 300, deadlineMs: 60_000 };
const always = () => true;

/** Fails with each error in turn, then answers. */
function failing(...errors: unknown[]) {
  const calls = { count: 0 };
  const operation = () => {
    const error = errors[calls.count++];
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is thrown need not be an error
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
  return { calls, operation };
}

describe('backoffMs', () => {
  it('is anywhere between nothing and a bound that doubles up to the cap', () => {
    const most = [1, 2, 3, 4].map((attempt) => backoffMs(policy, attempt, () => 1));
    assert.deepEqual(most, [100, 200, 300, 300]);
    assert.equal(
      backoffMs(policy, 3, () => 0),
      0,
    );
    assert.equal(
      backoffMs(policy, 2, () => 0.5),
      100,
    );
  });
});

describe('withRetry', () => {
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  beforeEach(() => void (waits.length = 0));

  it('gives the answer of the first attempt that works, and waits before each further one', async () => {
    const { calls, operation } = failing(new Error('1'), new Error('2'));
    assert.equal(await withRetry(operation, policy, always, wait), 'done');
    assert.equal(calls.count, 3);
    assert.equal(waits.length, 2);
    assert.ok(waits[0]! <= 100 && waits[1]! <= 200);
  });

  it('does not wait at all when the first attempt works', async () => {
    assert.equal(await withRetry(() => Promise.resolve(7), policy, always, wait), 7);
    assert.deepEqual(waits, []);
  });

  it('throws the last error itself after as many attempts as allowed', async () => {
    const errors = [1, 2, 3, 4, 5].map((n) => new Error(String(n)));
    const { calls, operation } = failing(...errors);
    await assert.rejects(withRetry(operation, policy, always, wait), (error) => error === errors[3]);
    assert.deepEqual([calls.count, waits.length], [4, 3]);
  });

  it('throws at once what will not pass, as it was', async () => {
    const refused = new Error('refused');
    const { calls, operation } = failing(refused);
    await assert.rejects(
      withRetry(operation, policy, () => false, wait),
      (error) => error === refused,
    );
    assert.equal(calls.count, 1);
  });

  it('repeats a broken connection, which fetch reports as a TypeError', async () => {
    const { calls, operation } = failing(new TypeError('fetch failed'));
    assert.equal(await withRetry(operation, policy, always, wait), 'done');
    assert.equal(calls.count, 2);
  });

  it('asks of each error anew whether it may pass', async () => {
    const [busy, refused] = [new Error('busy'), new Error('refused')];
    const { calls, operation } = failing(busy, refused, busy);
    await assert.rejects(
      withRetry(operation, policy, (error) => error === busy, wait),
      (error) => error === refused,
    );
    assert.equal(calls.count, 2);
  });

  it('begins no attempt after the deadline', async () => {
    const error = new Error('slow');
    const { calls, operation } = failing(error, error, error);
    const impatient = { ...policy, baseMs: 1e9, capMs: 1e9, deadlineMs: 1 };
    await assert.rejects(withRetry(operation, impatient, always, wait), (thrown) => thrown === error);
    assert.deepEqual([calls.count, waits], [1, []]);
  });

  it('throws an error also for what was none', async () => {
    const { operation } = failing('text');
    await assert.rejects(
      withRetry(operation, policy, () => false, wait),
      { message: 'not an error', cause: 'text' },
    );
  });
});
