import assert from 'node:assert/strict';
import { buryDeadLetter } from '../../../src/workflows/bury-dead-letter.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { json, minuteMs, sentSample, traceparent, uid, world } from '../../support/build.ts';

async function stored() {
  const there = world();
  const { uploadId } = await there.receive(json({ samples: [sentSample()] }));
  const key = { uid, uploadId };
  const upload = () => there.state.uploads.get(`users/${uid}/uploads/${uploadId}`)!;
  const bury = (code?: string) => buryDeadLetter(there.ports, { ...key, code, deliveries: 5, traceparent });
  return { ...there, key, upload, bury, retry: () => retryUpload(there.ports, key) };
}

describe('a dead letter', () => {
  it('ends the upload as failed and keeps the evidence: ids and a code', async () => {
    const { bury, upload, state, key, clock } = await stored();
    assert.equal(await bury(), 'buried');
    assert.deepEqual([upload().status, upload().code], ['failed', 'analysis/gave-up']);
    assert.deepEqual(
      [...state.keptLetters.values()],
      [{ letter: { ...key, code: 'analysis/gave-up', deliveries: 5, traceparent }, at: clock.time }],
    );
  });

  it('keeps the code that the upload failed with, and takes no code that is none', async () => {
    const { bury, state } = await stored();
    await bury('recording/missing');
    await bury('made/up');
    assert.deepEqual(
      [...state.keptLetters.values()].map(({ letter }) => letter.code),
      ['recording/missing'],
    );
  });

  it('waits while a worker holds the upload: its deliveries were refused, not failed', async () => {
    const { bury, ports, key, clock, upload } = await stored();
    const claim = {
      kind: 'claimed',
      stage: 'analysis',
      holder: 'me',
      at: clock.time,
      until: clock.time + minuteMs,
    } as const;
    await ports.uploads.advance(key, claim);
    await assert.rejects(bury(), { code: 'upload/busy' });
    assert.equal(upload().status, 'processing');
    clock.time += minuteMs;
    assert.equal(await bury(), 'buried');
  });

  it('does nothing to an upload that has succeeded meanwhile, or that nobody knows', async () => {
    const { bury, analyze, ports, key, state } = await stored();
    await analyze(key.uploadId);
    const at = 0;
    const { upload } = await ports.uploads.advance(key, {
      kind: 'claimed',
      stage: 'narrative',
      holder: 'n',
      at,
      until: 1,
    });
    await ports.uploads.advance(key, { kind: 'narrated', attempt: upload.attempt, at });
    assert.equal(await bury(), 'succeeded-meanwhile');
    const nobody = { uid, uploadId: 'never-existed', code: undefined, deliveries: 5, traceparent };
    assert.equal(await buryDeadLetter(ports, nobody), 'unknown');
    assert.equal(state.keptLetters.size, 0);
  });
});

describe('retryUpload', () => {
  it('takes a failed upload up again, from its stored recording, and it succeeds', async () => {
    const { bury, retry, upload, state, analyze, key } = await stored();
    await bury();
    assert.deepEqual(await retry(), { status: 'queued' });
    assert.deepEqual([upload().status, upload().code, state.requests.length], ['queued', null, 1]);
    assert.equal(state.keptLetters.size, 0);
    assert.equal(await analyze(key.uploadId), 'analyzed');
  });

  it('is refused for what has not failed, is not there any more, or never was', async () => {
    const { bury, retry, ports, state } = await stored();
    await assert.rejects(retry(), { code: 'upload/illegal-move' });
    await bury();
    state.recordings.clear();
    await assert.rejects(retry(), { code: 'recording/missing' });
    await assert.rejects(retryUpload(ports, { uid, uploadId: 'never-existed' }), {
      code: 'upload/not-found',
    });
  });
});
