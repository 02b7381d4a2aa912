import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { FoundRecording, Recordings } from '../../src/workflows/ports.ts';
import { openUpload } from '../support/build.ts';
import { drivers, type StoredPorts } from '../support/drivers.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

for (const { name, ports } of drivers) {
  describe(`recordings ${name}`, () => {
    let stored: StoredPorts;
    let recordings: Recordings;
    beforeEach(() => {
      stored = ports();
      ({ recordings } = stored);
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

    it("lists and removes a person's recordings, and nobody else's", async () => {
      const uid = randomUUID();
      const about = { contentType: 'application/json', traceparent };
      const ids = ['upload-1', 'upload-2', 'upload-3'];
      const other = { uid: `${uid}0`, uploadId: 'upload-1' };
      for (const key of [...ids.map((uploadId) => ({ uid, uploadId })), other]) {
        // A recording without an upload would be removed by its own event.
        await openUpload(stored, key);
        await recordings.create(key, Buffer.from('{}'), about);
      }
      assert.deepEqual((await recordings.list(uid)).sort(), ids);
      for (let time = 0; time < 2; time++) await recordings.remove({ uid, uploadId: 'upload-1' });
      assert.deepEqual((await recordings.list(uid)).sort(), ids.slice(1));
      for (let time = 0; time < 2; time++) await recordings.removeAll(uid);
      assert.deepEqual(await recordings.list(uid), []);
      assert.equal(await recordings.exists(other), true);
    });

    it('are found, those of everybody, with what they were stored with', async () => {
      const key = { uid: randomUUID(), uploadId: 'upload-1' };
      await openUpload(stored, key);
      const about = { contentType: 'application/json', traceparent, incarnation: 'incarnation-1' };
      await recordings.create(key, Buffer.from('{"samples": []}'), about);
      const found: FoundRecording[] = [];
      for await (const recording of await recordings.all())
        if (recording.key.uid === key.uid) found.push(recording);
      const [{ createdAt, ...rest }] = found as [FoundRecording];
      assert.deepEqual([rest, found.length], [{ key, sizeBytes: 15, ...about }, 1]);
      assert.ok(createdAt <= Date.now());
    });

    // The storage emulator takes no notice of preconditions and custom times; the real service and the memory do.
    if (name === 'in memory') {
      it('notes once how long it is still kept', async () => {
        const key = { uid: randomUUID(), uploadId: randomUUID() };
        await recordings.create(key, Buffer.from('{}'), { contentType: 'application/json', traceparent });
        assert.equal((await recordings.open(key)).settled, false);
        await recordings.settle(key, Date.UTC(2025, 5, 16));
        assert.equal((await recordings.open(key)).settled, true);
        const missing = { ...key, uploadId: randomUUID() };
        await assert.rejects(recordings.settle(missing, 0), { code: 'recording/missing' });
      });

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
