import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { Recordings } from '../../src/workflows/ports.ts';
import { drivers } from '../support/drivers.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

for (const { name, ports } of drivers) {
  describe(`recordings ${name}`, () => {
    let recordings: Recordings;
    beforeEach(() => {
      recordings = ports().recordings;
    });

    it('gives back the very bytes that were sent, with their type', async () => {
      const key = { uid: randomUUID(), uploadId: randomUUID() };
      const body = gzipSync('{"samples": []}');
      const created = await recordings.create(key, body, {
        contentType: 'application/x-ndjson',
        traceparent,
      });
      assert.equal(created, true);
      const stored = await recordings.open(key);
      assert.equal(stored.contentType, 'application/x-ndjson');
      assert.deepEqual(await buffer(stored.body), body);
    });

    it('says so when there is no such recording', async () => {
      const key = { uid: randomUUID(), uploadId: randomUUID() };
      await assert.rejects(recordings.open(key), { code: 'recording/missing' });
    });

    // The storage emulator takes no notice of preconditions; the real service and the memory do.
    if (name === 'in memory') {
      it('leaves the first recording when another is created under its name', async () => {
        const key = { uid: randomUUID(), uploadId: randomUUID() };
        const about = { contentType: 'application/json', traceparent };
        await recordings.create(key, Buffer.from('first'), about);
        assert.equal(await recordings.create(key, Buffer.from('second'), about), false);
        assert.equal((await buffer((await recordings.open(key)).body)).toString(), 'first');
      });
    }
  });
}
