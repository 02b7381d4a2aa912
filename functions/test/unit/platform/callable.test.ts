import assert from 'node:assert/strict';
import { HttpsError, type CallableRequest } from 'firebase-functions/v2/https';
import * as v from 'valibot';
import { logged } from '../../support/logged.ts';
import { Fault, faults } from '../../../src/domain/fault.ts';
import { callable } from '../../../src/platform/callable.ts';
import { parseTraceparent } from '../../../src/telemetry/trace.ts';
import { traceparent } from '../../support/build.ts';

const schema = v.strictObject({
  name: v.string(),
  deep: v.optional(v.object({ 'a.b': v.array(v.number()) })),
});

const call = (data: unknown, token: string | null = 'a.b.c'): CallableRequest<unknown> =>
  ({
    data,
    // What the SDK makes of the token is not what decides: in the emulator it takes forged ones.
    auth: { uid: 'forged' },
    rawRequest: {
      headers: {
        'x-request-id': 'request-1',
        'x-forwarded-for': '203.0.113.9',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      get: (name: string) => (name === 'traceparent' ? traceparent : undefined),
    },
  }) as unknown as CallableRequest<unknown>;

const admit = ({ token }: { token: string }): Promise<string> =>
  token === 'a.b.c' ? Promise.resolve('person-1') : Promise.reject(new Fault('auth/invalid-token'));

async function refused(
  work: Parameters<typeof callable<typeof schema, unknown>>[2],
  request: CallableRequest<unknown>,
) {
  let error: unknown;
  const lines = await logged(async () => {
    error = await callable(schema, admit, work)(request).catch((thrown: unknown) => thrown);
  });
  assert.ok(error instanceof HttpsError, String(error));
  return {
    code: error.code,
    message: error.message,
    details: error.details as Record<string, unknown>,
    lines,
  };
}
const never = () => Promise.reject(new Error('must not be called'));

describe('callable', () => {
  it('hands the person, the input and the trace to the work, and its answer to the client', async () => {
    const answer = await callable(schema, admit, (made) => Promise.resolve(made))(call({ name: 'x' }));
    const { uid, input, address } = answer;
    assert.deepEqual([uid, input, address], ['person-1', { name: 'x' }, '203.0.113.9']);
    assert.equal(parseTraceparent(answer.traceparent)!.traceId, parseTraceparent(traceparent)!.traceId);
  });

  it('asks who it is before it looks at anything', async () => {
    const { code, message, details } = await refused(never, call(undefined, null));
    assert.deepEqual([code, details.code], ['unauthenticated', 'auth/missing-token']);
    assert.equal(message, faults['auth/missing-token'].sentence);
    const forged = await refused(never, call(undefined, 'forged'));
    assert.deepEqual([forged.code, forged.details.code], ['unauthenticated', 'auth/invalid-token']);
  });

  it('says in the details when to come again', async () => {
    const used = new Fault('quota/exceeded', { retryAfterS: 61 });
    const { code, details } = await refused(() => Promise.reject(used), call({ name: 'x' }));
    assert.deepEqual([code, details.retryAfterS], ['resource-exhausted', 61]);
  });

  it('refuses input of another form, with a pointer to it and without its value', async () => {
    for (const [data, pointer, expected, received] of [
      [{ name: 7 }, '/name', 'a string', 'number'],
      [{}, '/name', 'a value', 'nothing'],
      [{ name: 'x', canary: 1 }, '/canary', 'no key of this name', 'number'],
      [{ name: 'x', deep: { 'a.b': [1, 'canary'] } }, '/deep/a.b/1', 'a number', 'string'],
      [null, '', 'an object', 'null'],
      ['canary', '', 'an object', 'string'],
    ] as const) {
      const { code, details, lines } = await refused(never, call(data));
      assert.deepEqual([code, details.code], ['invalid-argument', 'request/invalid']);
      assert.deepEqual(details.issues, [{ pointer, expected, received }]);
      assert.doesNotMatch(JSON.stringify(lines), /canary/);
    }
  });

  it('answers a fault with its code in the details', async () => {
    const { code, details, message } = await refused(
      () => Promise.reject(new Fault('upload/conflict')),
      call({ name: 'x' }),
    );
    assert.deepEqual(
      [code, details, message],
      [
        'already-exists',
        { code: 'upload/conflict', requestId: 'request-1', issues: [] },
        faults['upload/conflict'].sentence,
      ],
    );
  });

  it('says nothing of an unexpected error', async () => {
    const { code, message, details, lines } = await refused(
      () => Promise.reject(new Error('canary')),
      call({ name: 'x' }),
    );
    assert.deepEqual([code, message, details.code], ['internal', faults.internal.sentence, 'internal']);
    assert.doesNotMatch(JSON.stringify(lines), /canary/);
    assert.equal(lines[0]!.severity, 'ERROR');
  });
});
