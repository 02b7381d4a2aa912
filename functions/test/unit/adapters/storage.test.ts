import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CRC32C, Storage } from '@google-cloud/storage';
import { storageRecordings } from '../../../src/adapters/storage.ts';

const key = { uid: 'person-1', uploadId: 'upload-1' };
const object = '/storage/v1/b/bucket/o/recordings%2Fperson-1%2Fupload-1';

// What the storage emulator takes no notice of: the service's own words, over a socket.
describe('storageRecordings', () => {
  let server: Server;
  let asked: { line: string; body: string }[];
  let answer: { status: number; body: object };
  /** To a create; to anything else it is `answer`. */
  let answerToCreate: typeof answer;
  beforeEach((done) => {
    asked = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push({ line: `${request.method} ${request.url!.split('?')[0]}`, body });
        const { status, body: said } = request.method === 'POST' ? answerToCreate : answer;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(said));
      });
    }).listen(0, '127.0.0.1', done);
  });
  afterEach(() => server.close());

  const recordings = () => {
    const apiEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const storage = new Storage({ apiEndpoint, projectId: 'demo', useAuthWithCustomEndpoint: false });
    return storageRecordings(() => Promise.resolve(storage.bucket('bucket')));
  };

  const refused = (code: number, message: string) => ({
    status: code,
    body: { error: { code, message } },
  });
  const create = () =>
    recordings().create(key, Buffer.from('{}'), { contentType: 'application/json', traceparent: 'trace' });

  it('creates a recording in one request, with its type and its trace', async () => {
    const crc32c = new CRC32C();
    crc32c.update(Buffer.from('{}'));
    answerToCreate = { status: 200, body: { crc32c: crc32c.toString() } };
    assert.equal(await create(), true);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]!.line, 'POST /upload/storage/v1/b/bucket/o');
    assert.match(asked[0]!.body, /"contentType":"application\/json"/);
    assert.match(asked[0]!.body, /"metadata":\{"traceparent":"trace"\}/);
  });

  it('leaves a recording that is there, and does not look when Storage says so', async () => {
    answerToCreate = refused(412, 'conditionNotMet');
    assert.equal(await create(), false);
    assert.equal(asked.length, 1);
  });

  it('looks whether a recording is there when it is refused for want of the right to delete', async () => {
    answerToCreate = refused(403, 'the account does not have storage.objects.delete access');
    answer = { status: 200, body: { name: 'recordings/person-1/upload-1' } };
    assert.equal(await create(), false);
    assert.deepEqual(
      asked.map(({ line }) => line),
      ['POST /upload/storage/v1/b/bucket/o', `GET ${object}`],
    );
  });

  for (const [what, status] of [
    ['is not there', 404],
    ['may not be looked for', 403],
  ] as const) {
    it(`fails where a refused recording ${what}`, async () => {
      answerToCreate = refused(403, 'the account does not have storage.objects.create access');
      answer = refused(status, 'no');
      await assert.rejects(create(), { code: 403 });
    });
  }

  it('settles a recording by the custom time that the lifecycle counts from', async () => {
    answer = { status: 200, body: {} };
    await recordings().settle(key, Date.UTC(2025, 5, 16, 8));
    assert.equal(asked[0]!.line, `PATCH ${object}`);
    assert.deepEqual(JSON.parse(asked[0]!.body), { customTime: '2025-06-16T08:00:00.000Z' });
  });

  it('sees whether it is settled', async () => {
    answer = { status: 200, body: { contentType: 'application/json' } };
    assert.equal((await recordings().open(key)).settled, false);
    answer = { status: 200, body: { contentType: 'application/json', customTime: '2025-06-16T08:00:00Z' } };
    assert.equal((await recordings().open(key)).settled, true);
  });

  it('knows a recording that is gone', async () => {
    answer = { status: 404, body: { error: { code: 404, message: 'No such object' } } };
    await assert.rejects(recordings().settle(key, 0), { code: 'recording/missing' });
    await assert.rejects(recordings().open(key), { code: 'recording/missing' });
    await recordings().remove(key);
  });
});
