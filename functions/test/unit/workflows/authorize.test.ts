import assert from 'node:assert/strict';
import { Fault } from '../../../src/domain/fault.ts';
import { quotas } from '../../../src/domain/upload/quota.ts';
import { authorize } from '../../../src/workflows/authorize.ts';
import type { Tokens } from '../../../src/workflows/ports.ts';
import { uid, world } from '../../support/build.ts';

/** Tokens that are good, once for those that are consumed. */
function tokens(): Tokens & { asked: string[] } {
  const asked: string[] = [];
  const consumed = new Set<string>();
  return {
    asked,
    verify: (token) => {
      asked.push(`person ${token}`);
      return token === 'good' ? Promise.resolve(uid) : Promise.reject(new Fault('auth/invalid-token'));
    },
    verifyApp: (token, consume) => {
      asked.push(`app ${token}`);
      if (token !== 'app') return Promise.reject(new Fault('auth/invalid-app-check'));
      if (consumed.has(token)) return Promise.reject(new Fault('auth/replayed-app-check'));
      if (consume) consumed.add(token);
      return Promise.resolve();
    },
  };
}

const good = { token: 'good', appToken: 'app' };

describe('authorize', () => {
  it('knows who sends a good token from the app', async () => {
    assert.equal(await authorize({ ...world().ports, tokens: tokens() }, good), uid);
  });

  it('looks at no token that does not come from the app', async () => {
    const asking = tokens();
    for (const appToken of [undefined, 'other']) {
      await assert.rejects(authorize({ ...world().ports, tokens: asking }, { ...good, appToken }), {
        code: 'auth/invalid-app-check',
      });
    }
    assert.ok(asking.asked.every((line) => line.startsWith('app ')));
  });

  it('takes nothing from the quotas of a person who is not known', async () => {
    const { ports, state } = world();
    const refused = authorize(
      { ...ports, tokens: tokens() },
      { ...good, token: 'bad' },
      { amounts: { exports: 1 } },
    );
    await assert.rejects(refused, { code: 'auth/invalid-token' });
    assert.equal(state.quotas.size, 0);
  });

  it('takes the token of the app once where it is consumed', async () => {
    const ports = { ...world().ports, tokens: tokens() };
    await authorize(ports, good);
    await authorize(ports, good, { consumeAppToken: true });
    await assert.rejects(authorize(ports, good, { consumeAppToken: true }), {
      code: 'auth/replayed-app-check',
    });
  });

  it('lets nobody past a quota, however many ask at once', async () => {
    const ports = { ...world().ports, tokens: tokens() };
    const { limit } = quotas.exports;
    const asked = await Promise.allSettled(
      Array.from({ length: limit + 3 }, () => authorize(ports, good, { amounts: { exports: 1 } })),
    );
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, limit);
    const refused = asked.find(({ status }) => status === 'rejected') as { reason: Fault };
    assert.deepEqual([refused.reason.code, refused.reason.retryAfterS], ['quota/exceeded', 16 * 3600]);
  });
});
