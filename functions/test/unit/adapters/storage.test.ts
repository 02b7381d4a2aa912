import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Storage } from '@google-cloud/storage';
import { storageRecordings } from '../../../src/adapters/storage.ts';

const key = { uid: 'person-1', uploadId: 'upload-1' };
const object = '/storage/v1/b/bucket/o/recordings%2Fperson-1%2Fupload-1';

// What the storage emulator takes no notice of: the service's own words, over a socket.
describe('storageRecordings', () => {
  let server: Server;
  let asked: { line: string; body: string }[];
  let answer: { status: number; body: object };
  beforeEach((done) => {
    asked = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push({ line: `${request.method} ${request.url!.split('?')[0]}`, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body));
      });
    }).listen(0, '127.0.0.1', done);
  });
  afterEach(() => server.close());

  const recordings = () => {
    const apiEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const storage = new Storage({ apiEndpoint, projectId: 'demo', useAuthWithCustomEndpoint: false });
    return storageRecordings(() => Promise.resolve(storage.bucket('bucket')));
  };

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
