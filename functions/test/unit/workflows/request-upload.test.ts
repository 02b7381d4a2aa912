import assert from 'node:assert/strict';
import { maxObjectBytes } from '../../../src/contract/upload.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { traceparent, uid, world } from '../../support/build.ts';

const input = { contentType: 'application/x-ndjson', sizeBytes: 1000, uploadId: 'upload-1' } as const;

describe('requestUpload', () => {
  it('announces an upload and says where it goes', async () => {
    const { ports, state, clock } = world();
    assert.deepEqual(await requestUpload(ports, { uid }, input, traceparent), {
      uploadId: 'upload-1',
      path: `recordings/${uid}/upload-1`,
      maxBytes: maxObjectBytes,
    });
    const upload = state.uploads.get(`users/${uid}/uploads/upload-1`)!;
    assert.equal(upload.status, 'requested');
    assert.equal(upload.requestedAt, clock.time);
    assert.equal(upload.traceparent, traceparent);
    assert.deepEqual(upload.announced, { contentType: input.contentType, sizeBytes: 1000, sha256: null });
  });

  it('names the upload where the client does not, each time anew', async () => {
    const { ports } = world();
    const { contentType, sizeBytes } = input;
    const ids = [0, 1].map(async () => {
      const { uploadId, path } = await requestUpload(ports, { uid }, { contentType, sizeBytes }, traceparent);
      assert.equal(path, `recordings/${uid}/${uploadId}`);
      assert.match(uploadId, /^[A-Za-z0-9_-]{8,64}$/);
      return uploadId;
    });
    assert.notEqual(await ids[0], await ids[1]);
  });

  it('gives the same answer to the same announcement, and leaves the first as it is', async () => {
    const { ports, state, clock } = world();
    const first = await requestUpload(ports, { uid }, input, traceparent);
    const before = structuredClone(state.uploads);
    clock.time += 60_000;
    assert.deepEqual(await requestUpload(ports, { uid }, input, traceparent), first);
    assert.deepEqual(state.uploads, before);
  });

  it('refuses an id that stands for something else', async () => {
    const { ports } = world();
    const sha256 = 'a'.repeat(64);
    await requestUpload(ports, { uid }, { ...input, sha256 }, traceparent);
    for (const other of [
      { contentType: 'application/json' as const },
      { sizeBytes: 1001 },
      { sha256: 'b'.repeat(64) },
      { sha256: undefined },
    ]) {
      const announcement = { ...input, sha256, ...other } as Parameters<typeof requestUpload>[2];
      await assert.rejects(requestUpload(ports, { uid }, announcement, traceparent), {
        code: 'upload/conflict',
      });
    }
  });

  it("keeps two persons' uploads apart that chose the same id", async () => {
    const { ports, state } = world();
    await requestUpload(ports, { uid: 'person-1' }, input, traceparent);
    await requestUpload(ports, { uid: 'person-2' }, { ...input, sizeBytes: 5 }, traceparent);
    assert.equal(state.uploads.size, 2);
  });
});
