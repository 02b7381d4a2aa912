import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { openApiDocument } from '../../../scripts/contract/open-api-document.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { call, post } from '../support/client.ts';
import { stack } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

const document = openApiDocument();
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi.json');

const uploadPath = '/api/v1/health-data/upload';
const statusPath = `${uploadPath}/{uploadId}/status`;

/** The problems of a value at a place of the document. */
function problemsOf(value: unknown, ...place: string[]): unknown {
  const pointer = place.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const validate = ajv.compile({ $ref: `openapi.json#${encodeURI(pointer)}` });
  return validate(value) ? [] : validate.errors;
}

/** Holds an answer to what the document says of its address: status, headers, content type, body. */
async function documented(
  path: string,
  method: string,
  response: Response,
): Promise<Record<string, unknown>> {
  const status = String(response.status);
  const said = document.paths[path]![method]!.responses[status];
  assert.ok(said, `${status} is not documented`);
  const type = response.headers.get('content-type')!.split(';')[0]!;
  assert.deepEqual(Object.keys(said.content), [type]);
  for (const name of Object.keys(said.headers)) assert.ok(response.headers.get(name), name);
  const body: unknown = type === 'text/html' ? await response.text() : await response.json();
  const place = ['paths', path, method, 'responses', status, 'content', type, 'schema'];
  assert.deepEqual(problemsOf(body, ...place), []);
  return body as Record<string, unknown>;
}

describe('the function answers as the OpenAPI document says', () => {
  let person: Person;
  before(async () => {
    person = await signUp();
  });
  const recording = sampleWeek({ days: 1 });
  const good = JSON.stringify(recording);
  const sample = recording.samples[0]!;

  it('to a recording, and about it', async () => {
    assert.deepEqual(problemsOf(recording, 'components', 'schemas', 'Recording'), []);
    const zipped = Uint8Array.from(gzipSync(good));
    const headers = {
      'content-encoding': 'gzip',
      'idempotency-key': 'documented-1',
      'x-request-id': 'request-1',
    };
    const response = await post(zipped, { token: person.token, headers });
    assert.deepEqual([response.status, response.headers.get('x-request-id')], [202, 'request-1']);
    await documented('/uploadRecording', 'post', response);

    const read = (): Promise<Response> =>
      fetch(`${stack.functionUrl('uploadRecording')}${uploadPath}/documented-1/status`, {
        headers: { authorization: `Bearer ${person.token}` },
      });
    assert.equal(
      (await documented(`/uploadRecording${statusPath}`, 'get', await read())).uploadId,
      'documented-1',
    );
    await finished(person, 'documented-1');
    assert.equal(
      (await documented(`/uploadRecording${statusPath}`, 'get', await read())).status,
      'succeeded',
    );
  });

  it('in the case of an existing client', async () => {
    const { sampleType: sample_type, startDate: start_date, endDate: end_date, ...rest } = sample;
    const old = {
      device_info: { time_zone: 'Europe/Berlin' },
      samples: [{ ...rest, sample_type, start_date, end_date }],
    };
    assert.deepEqual(problemsOf(old, 'components', 'schemas', 'RecordingInSnakeCase'), []);
    assert.notDeepEqual(problemsOf(old, 'components', 'schemas', 'Recording'), []);
    const response = await post(JSON.stringify(old), { token: person.token, path: uploadPath });
    assert.equal(response.status, 202);
    const answer = await documented(`/uploadRecording${uploadPath}`, 'post', response);
    assert.equal(answer.processed_samples, 1);
  });

  const refusals: [string, number, () => Parameters<typeof post>][] = [
    ['invalid JSON', 400, () => ['{"samples": [', { token: person.token }]],
    [
      'no usable sample',
      400,
      () => [JSON.stringify({ samples: [{ ...sample, unit: 'furlong' }] }), { token: person.token }],
    ],
    ['no token', 401, () => [good, { token: undefined }]],
    [
      "another person's recording",
      403,
      () => [JSON.stringify({ ...recording, userId: 'you' }), { token: person.token }],
    ],
    [
      'other content under one id',
      409,
      () => [good, { token: person.token, headers: { 'idempotency-key': 'documented-1' } }],
    ],
    ['too many bytes', 413, () => [' '.repeat(33 * 1024 * 1024), { token: person.token }]],
    ['another content type', 415, () => [good, { token: person.token, contentType: 'text/csv' }]],
  ];
  for (const [what, status, request] of refusals) {
    it(`to ${what}: ${status}`, async () => {
      const response = await post(...request());
      assert.equal(response.status, status);
      await documented('/uploadRecording', 'post', response);
    });
  }

  it('to a question about an unknown upload', async () => {
    const response = await fetch(
      `${stack.functionUrl('uploadRecording')}${uploadPath}/never-existed/status`,
      {
        headers: { authorization: `Bearer ${person.token}` },
      },
    );
    assert.equal(response.status, 404);
    await documented(`/uploadRecording${statusPath}`, 'get', response);
  });

  it('to who has sent enough', async () => {
    const eager = await signUp();
    const sizeBytes = 256 * 1024 * 1024;
    for (let i = 0; i < 8; i++) {
      await call('requestUpload', { contentType: 'application/x-ndjson', sizeBytes }, eager.token);
    }
    const response = await post(good, { token: eager.token });
    assert.equal(response.status, 429);
    await documented('/uploadRecording', 'post', response);
  });

  it('with the weekly report, or why there is none', async () => {
    const read = (query: string): Promise<Response> =>
      fetch(`${stack.functionUrl('weeklyReport')}${query}`, {
        headers: { authorization: `Bearer ${person.token}` },
      });
    for (const [query, status] of [
      ['?uploadId=documented-1&language=de', 200],
      ['?language=xx', 400],
      ['?uploadId=never-existed', 404],
    ] as const) {
      const response = await read(query);
      assert.equal(response.status, status, query);
      await documented('/weeklyReport', 'get', response);
    }
  });

  it('and the document would notice another answer', () => {
    const place = [
      'paths',
      '/uploadRecording',
      'post',
      'responses',
      '202',
      'content',
      'application/json',
      'schema',
    ];
    assert.notDeepEqual(problemsOf({ success: true }, ...place), []);
    assert.notDeepEqual(problemsOf({ code: 'none' }, 'components', 'schemas', 'Problem'), []);
  });
});
