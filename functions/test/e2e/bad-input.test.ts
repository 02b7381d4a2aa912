import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { post, type PostOptions } from '../support/client.ts';
import { stack } from '../support/emulators.ts';
import { signUp, type Person, uploadIds } from '../support/person.ts';

interface Problem {
  type: string;
  status: number;
  code: string;
  requestId: string;
  issues?: { pointer: string }[];
}

const sample = {
  sampleType: 'heartRate',
  startDate: '2025-06-01T08:00:00Z',
  endDate: '2025-06-01T08:00:00Z',
  value: 61,
  unit: 'count/min',
  metadata: { HKTimeZone: 'Europe/Berlin' },
};
const good = JSON.stringify({ samples: [sample] });

/** The token of the emulator is not signed: its claims can be changed, here to have expired. */
function expired(token: string): string {
  const [head, claims] = token.split('.') as [string, string];
  const changed = {
    ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
    exp: 1_600_000_000,
  };
  return `${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.`;
}

/** A body of 33 MiB that does not say how long it is. */
function tooLong(): ReadableStream {
  let left = 33;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(Buffer.alloc(1024 * 1024, ' '));
      else controller.close();
    },
  });
}

describe('bad input gets the documented problem, and nothing is written', () => {
  let person: Person;
  before(async () => {
    person = await signUp();
  });

  const gzip = { 'content-encoding': 'gzip' };
  const cases: [string, number, string, () => [Parameters<typeof post>[0], PostOptions]][] = [
    ['no token', 401, 'auth/missing-token', () => [good, { token: undefined }]],
    ['a token that is none', 401, 'auth/invalid-token', () => [good, { token: 'a.b.c' }]],
    ['an expired token', 401, 'auth/invalid-token', () => [good, { token: expired(person.token) }]],
    [
      "someone else's userId",
      403,
      'upload/not-owner',
      () => [JSON.stringify({ userId: 'you', samples: [sample] }), {}],
    ],
    [
      'a wrong content type',
      415,
      'request/unsupported-media-type',
      () => [good, { contentType: 'text/csv' }],
    ],
    [
      'an unknown encoding',
      415,
      'request/unsupported-media-type',
      () => [good, { headers: { 'content-encoding': 'br' } }],
    ],
    ['an empty body', 400, 'recording/empty', () => ['', {}]],
    ['invalid JSON', 400, 'recording/invalid-json', () => ['{"samples": [', {}]],
    ['JSON that is no recording', 400, 'recording/invalid', () => ['[1, 2]', {}]],
    ['no samples', 400, 'recording/no-samples', () => ['{"samples": []}', {}]],
    [
      'no usable sample',
      400,
      'recording/no-valid-samples',
      () => [JSON.stringify({ samples: [{ ...sample, unit: 'furlong' }] }), {}],
    ],
    [
      'a truncated gzip',
      400,
      'recording/truncated',
      () => [Uint8Array.from(gzipSync(good).subarray(0, -12)), { headers: gzip }],
    ],
    ['more than 32 MiB', 413, 'recording/too-large', () => [tooLong(), {}]],
    [
      'a decompression bomb',
      413,
      'recording/too-large',
      () => [Uint8Array.from(gzipSync(Buffer.alloc(300 * 1024 * 1024, ' '))), { headers: gzip }],
    ],
    [
      'a bomb of small objects',
      400,
      'recording/invalid',
      () => [Uint8Array.from(gzipSync(`{"samples":[${'{},'.repeat(4_000_000)}{}]}`)), { headers: gzip }],
    ],
    [
      'a million lines that are no samples',
      400,
      'recording/invalid-json',
      () => ['{}\n'.repeat(1_000_000), { contentType: 'application/x-ndjson' }],
    ],
    ['a wrong upload id', 400, 'request/invalid', () => [good, { headers: { 'idempotency-key': '../x' } }]],
    ['another path', 404, 'request/not-found', () => [good, { path: '/elsewhere' }]],
  ];

  for (const [name, status, code, request] of cases) {
    it(`${name}: ${status} ${code}`, async () => {
      const [body, options] = request();
      const response = await post(body, { token: person.token, ...options });
      assert.equal(response.status, status);
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
      const problem = (await response.json()) as Problem;
      assert.deepEqual([problem.status, problem.code], [status, code]);
      assert.equal(problem.type, `urn:clarity-loop:problem:${code}`);
      assert.equal(problem.requestId, response.headers.get('x-request-id'));
      assert.deepEqual(await uploadIds(person), []);
    });
  }

  it('names what is wrong by JSON pointer and never repeats the value', async () => {
    const body = JSON.stringify({ samples: [sample, { ...sample, value: 987_654 }] });
    const accepted = await post(body, { token: (await signUp()).token });
    const text = await accepted.text();
    assert.equal(accepted.status, 202, 'the good sample beside it is kept');
    const { errors } = JSON.parse(text) as { errors: { pointer: string }[] };
    assert.deepEqual(
      errors.map(({ pointer }) => pointer),
      ['/samples/1/value'],
    );
    assert.ok(!text.includes('987654'));
  });

  it('GET of the upload address: 405 with the methods that are allowed', async () => {
    const response = await fetch(stack.functionUrl('uploadRecording'));
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, POST']);
  });

  it("someone else's upload id is as unknown as one that never was", async () => {
    const other = await signUp();
    const answers = await Promise.all(
      ['never-existed', 'another-one'].map(async (id) => {
        const path = `/api/v1/health-data/upload/${id}/status`;
        const response = await fetch(`${stack.functionUrl('uploadRecording')}${path}`, {
          headers: { authorization: `Bearer ${other.token}` },
        });
        return [response.status, ((await response.json()) as Problem).code];
      }),
    );
    assert.deepEqual(answers, [
      [404, 'upload/not-found'],
      [404, 'upload/not-found'],
    ]);
  });
});
