import assert from 'node:assert/strict';
import { charge, quotas, type Counters } from '../../../../src/domain/upload/quota.ts';
import { hourMs } from '../../../../src/domain/time.ts';

const midnight = Date.UTC(2025, 5, 16);
const { limit } = quotas.narratives;

/** The counters after each of the amounts has been taken. */
const after = (...amounts: number[]): Counters =>
  amounts.reduce((counters, narratives) => {
    const charged = charge(counters, { narratives }, midnight);
    assert.ok('counters' in charged);
    return charged.counters;
  }, {} as Counters);

describe('charge', () => {
  it('gives what the limit allows, and not one more', () => {
    const full = after(...Array.from({ length: limit }, () => 1));
    assert.deepEqual(charge(full, { narratives: 1 }, midnight + 1), { retryAfterS: 86_400 });
    assert.deepEqual(charge({}, { narratives: limit + 1 }, midnight), { retryAfterS: 86_400 });
  });

  it('is whole again when the window is over, and says when that is', () => {
    const full = after(limit);
    const end = midnight + 24 * hourMs;
    assert.deepEqual(charge(full, { narratives: 1 }, end - 1001), { retryAfterS: 2 });
    assert.deepEqual(charge(full, { narratives: 1 }, end - 1), { retryAfterS: 1 });
    assert.ok('counters' in charge(full, { narratives: 1 }, end));
  });

  it('names the longest wait where several quotas are used up, and takes nothing', () => {
    const used: Counters = {
      uploads: { since: midnight, used: quotas.uploads.limit },
      uploadBytes: { since: midnight, used: quotas.uploadBytes.limit },
    };
    const before = structuredClone(used);
    assert.deepEqual(charge(used, { uploads: 1 }, midnight), { retryAfterS: 3600 });
    assert.deepEqual(charge(used, { uploads: 1, uploadBytes: 1 }, midnight), { retryAfterS: 86_400 });
    assert.deepEqual(used, before);
  });

  it('gives back what was taken in the same window, and no more than that', () => {
    const counters = after(3);
    assert.deepEqual(charge(counters, { narratives: -1 }, midnight + 1), {
      counters: { narratives: { since: midnight, used: 2 } },
    });
    const tomorrow = midnight + 24 * hourMs;
    assert.deepEqual(charge(counters, { narratives: -1 }, tomorrow), {
      counters: { narratives: { since: tomorrow, used: 0 } },
    });
  });

  it('keeps the counters of other quotas', () => {
    const charged = charge(after(1), { exports: 1 }, midnight + hourMs);
    assert.deepEqual(charged, {
      counters: { narratives: { since: midnight, used: 1 }, exports: { since: midnight, used: 1 } },
    });
  });

  it('gives a person who sends every hour of the day what it takes', () => {
    assert.ok(quotas.uploads.limit >= 60);
    assert.ok(quotas.uploadBytes.limit >= 1024 ** 3);
  });
});
