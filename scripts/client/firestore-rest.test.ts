import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeFields,
  decodeValue,
  encodeFields,
  encodeValue,
  firestoreRest,
  FirestoreRestError,
} from './firestore-rest.ts';
import type { RestValue, Value } from './firestore-rest.ts';

const at = new Date('2026-07-25T06:30:00.123Z');

const pairs: [string, Value, RestValue][] = [
  ['null', null, { nullValue: null }],
  ['a boolean', false, { booleanValue: false }],
  ['an integer', -42, { integerValue: '-42' }],
  ['a fraction', 7.25, { doubleValue: 7.25 }],
  ['a string', 'Zürich', { stringValue: 'Zürich' }],
  ['a time', at, { timestampValue: at.toISOString() }],
  ['bytes', new Uint8Array([0, 255, 16]), { bytesValue: 'AP8Q' }],
  ['a list', [1, 'a'], { arrayValue: { values: [{ integerValue: '1' }, { stringValue: 'a' }] } }],
  [
    'a map',
    { a: { b: true } },
    { mapValue: { fields: { a: { mapValue: { fields: { b: { booleanValue: true } } } } } } },
  ],
  ['infinity', Infinity, { doubleValue: 'Infinity' }],
];

describe('Firestore REST values', () => {
  for (const [name, value, rest] of pairs) {
    it(`writes and reads ${name}`, () => {
      assert.deepEqual(encodeValue(value), rest);
      assert.deepEqual(decodeValue(rest), value);
    });
  }

  it('reads an empty list and an empty map, which have no content in REST', () => {
    assert.deepEqual(decodeFields({ a: { arrayValue: {} }, b: { mapValue: {} } }), { a: [], b: {} });
  });

  it('reads references and places, and not-a-number', () => {
    assert.equal(
      decodeValue({ referenceValue: 'projects/p/databases/d/documents/a/b' }),
      'projects/p/databases/d/documents/a/b',
    );
    assert.deepEqual(decodeValue({ geoPointValue: { latitude: 47.4 } }), { latitude: 47.4, longitude: 0 });
    assert.ok(Number.isNaN(decodeValue({ doubleValue: 'NaN' })));
  });

  it('keeps numbers beyond the safe integers as doubles', () => {
    assert.deepEqual(encodeFields({ a: 2 ** 60 }), { a: { doubleValue: 2 ** 60 } });
  });
});

describe('firestoreRest', () => {
  const seen: { method: string | undefined; url: string | undefined; authorization: string | undefined }[] =
    [];
  let status = 200;
  let body: unknown = {};
  let origin = '';
  const server = http.createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.length = 0;
    status = 200;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('reads a document with the token it was given', async () => {
    body = { name: 'x/users/u', fields: { language: { stringValue: 'en' } } };
    const data = await firestoreRest({ origin, project: 'demo-p', token: 't' }).get('users/u');
    assert.deepEqual(data, { language: 'en' });
    assert.deepEqual(seen, [
      {
        method: 'GET',
        url: '/v1/projects/demo-p/databases/(default)/documents/users/u',
        authorization: 'Bearer t',
      },
    ]);
  });

  it('reads nothing for a missing document', async () => {
    status = 404;
    assert.equal(await firestoreRest({ origin, project: 'demo-p' }).get('users/u'), undefined);
    assert.equal(seen[0]?.authorization, undefined);
  });

  it('throws with the status when the rules refuse', async () => {
    status = 403;
    const refused = firestoreRest({ origin, project: 'demo-p' }).set('users/u', { a: 1 });
    await assert.rejects(
      refused,
      (problem) => problem instanceof FirestoreRestError && problem.status === 403,
    );
    assert.equal(seen[0]?.method, 'PATCH');
  });

  it('lists the ids and fields of a collection', async () => {
    body = {
      documents: [{ name: 'x/users/u/uploads/one', fields: { n: { integerValue: '1' } } }, { name: 'x/two' }],
    };
    assert.deepEqual(await firestoreRest({ origin, project: 'demo-p' }).list('users/u/uploads'), [
      { id: 'one', data: { n: 1 } },
      { id: 'two', data: {} },
    ]);
  });
});
