import assert from 'node:assert/strict';
import { buryDeadLetter } from '../../../src/workflows/bury-dead-letter.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { json, minuteMs, sentSample, traceparent, uid, world } from '../../support/build.ts';
import { giveUp } from '../../support/story.ts';

async function stored() {
  const there = world();
  const { uploadId } = await there.receive(json({ samples: [sentSample()] }));
  const key = { uid, uploadId };
  const upload = () => there.state.uploads.get(`users/${uid}/uploads/${uploadId}`)!;
  const bury = (code?: string) => buryDeadLetter(there.ports, { ...key, code, deliveries: 100, traceparent });
  return {
    ...there,
    key,
    upload,
    bury,
    giveUp: () => giveUp(there.ports, key, there.clock.time),
    retry: () => retryUpload(there.ports, key),
  };
}

describe('a dead letter', () => {
  it('of ours keeps the evidence of an upload that was given up: ids and a code', async () => {
    const { bury, giveUp, state, key, clock } = await stored();
    await giveUp();
    assert.equal(await bury('analysis/gave-up'), 'buried');
    assert.deepEqual(
      [...state.keptLetters.values()],
      [{ letter: { ...key, code: 'analysis/gave-up', deliveries: 100, traceparent }, at: clock.time }],
    );
  });

  it('has the code that the upload failed with, whatever it says itself', async () => {
    const { bury, giveUp, state } = await stored();
    await giveUp();
    await bury('made/up');
    assert.deepEqual(
      [...state.keptLetters.values()].map(({ letter }) => letter.code),
      ['analysis/gave-up'],
    );
  });

  it("of Pub/Sub's fails nothing: the upload is looked at by the next sweep, as if its message had been lost", async () => {
    const { bury, ports, state, clock, upload, key } = await stored();
    await ports.uploads.advance(key, { kind: 'stored', at: clock.time });
    clock.time += minuteMs;
    assert.equal(await bury(), 'put-back');
    assert.deepEqual([upload().status, upload().nextLook?.at], ['queued', clock.time]);
    assert.equal(state.keptLetters.size, 0);
  });

  it('that is faster than the end of its upload comes again, and is kept once that has come', async () => {
    const { bury, giveUp, upload, state } = await stored();
    await assert.rejects(bury('analysis/gave-up'), { code: 'upload/busy', retry: true });
    assert.deepEqual([upload().status, state.keptLetters.size], ['queued', 0]);
    await giveUp();
    assert.equal(await bury('analysis/gave-up'), 'buried');
  });

  it('does nothing to an upload that has succeeded meanwhile, or that nobody knows', async () => {
    const { bury, analyze, ports, key, state, upload } = await stored();
    await analyze(key.uploadId);
    const before = structuredClone(upload());
    await bury();
    await bury('internal');
    assert.deepEqual(upload(), before);
    const nobody = { uid, uploadId: 'never-existed', code: undefined, deliveries: 5, traceparent };
    assert.equal(await buryDeadLetter(ports, nobody), 'unknown');
    assert.equal(state.keptLetters.size, 0);
  });
});

describe('retryUpload', () => {
  it('takes a failed upload up again, from its stored recording, and it succeeds', async () => {
    const { bury, giveUp, retry, upload, state, analyze, key } = await stored();
    await giveUp();
    await bury('analysis/gave-up');
    assert.deepEqual(await retry(), { status: 'queued' });
    assert.deepEqual([upload().status, upload().code, state.requests.length], ['queued', null, 1]);
    assert.equal(state.keptLetters.size, 0);
    assert.equal(await analyze(key.uploadId), 'analyzed');
  });

  it('is refused for what has not failed, is not there any more, or never was', async () => {
    const { giveUp, retry, ports, state } = await stored();
    await assert.rejects(retry(), { code: 'upload/illegal-move' });
    await giveUp();
    state.recordings.clear();
    await assert.rejects(retry(), { code: 'recording/missing' });
    await assert.rejects(retryUpload(ports, { uid, uploadId: 'never-existed' }), {
      code: 'upload/not-found',
    });
  });
});
