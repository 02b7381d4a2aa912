import assert from 'node:assert/strict';
import type { Ports } from '../../../src/workflows/ports.ts';
import { queueAnalysis } from '../../../src/workflows/queue-analysis.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { json, sentSample, traceparent, uid, world } from '../../support/build.ts';

const recording = json({ samples: [sentSample()] });

/** A world in which a recording was announced, and has gone straight to Storage. */
async function announced() {
  const there = world();
  const input = { contentType: 'application/json', sizeBytes: recording.length } as const;
  const { uploadId } = await requestUpload(there.ports, { uid }, input, traceparent);
  const key = { uid, uploadId };
  await there.ports.recordings.create(key, recording, { contentType: input.contentType, traceparent });
  return { ...there, key };
}

describe('queueAnalysis', () => {
  it('asks for the analysis and marks the upload as queued', async () => {
    const { ports, state, clock, key } = await announced();
    clock.time += 1000;
    assert.equal(await queueAnalysis(ports, key, traceparent), 'queued');
    const { incarnation } = state.uploads.values().next().value!;
    assert.deepEqual(state.requests, [{ ...key, incarnation, traceparent }]);
    const upload = await readStatus(ports, key);
    assert.equal(upload.status, 'queued');
    assert.equal(upload.storedAt, clock.time);
  });

  it('only asks, where the recording came over HTTPS: its upload is queued already', async () => {
    const { receive, ports, state } = world();
    const { uploadId } = await receive(recording);
    const key = { uid, uploadId };
    const { incarnation } = state.uploads.values().next().value!;
    const before = structuredClone(state.uploads);
    assert.equal(await queueAnalysis(ports, key, traceparent, incarnation), 'queued');
    assert.deepEqual(state.requests, [{ ...key, incarnation, traceparent }]);
    assert.deepEqual(state.uploads, before);
  });

  it('asks once, however often the event comes', async () => {
    const { ports, state, key } = await announced();
    await queueAnalysis(ports, key, traceparent);
    assert.equal(await queueAnalysis(ports, key, traceparent), 'already-queued');
    assert.equal(state.requests.length, 1);
  });

  it('repeats the message rather than losing it when it crashes in between', async () => {
    const { ports, state, key } = await announced();
    const crash = new Error('crash');
    const advance: Ports['uploads']['advance'] = async (_key, _event, _outcome, how) => {
      await how?.publishFirst?.(state.uploads.values().next().value!);
      throw crash;
    };
    const broken = { ...ports, uploads: { ...ports.uploads, advance } };
    await assert.rejects(queueAnalysis(broken, key, traceparent), crash);
    assert.equal(await queueAnalysis(ports, key, traceparent), 'queued');
    assert.equal(state.requests.length, 2);
  });

  it('does not mark as queued what could not be published', async () => {
    const { ports, key } = await announced();
    const away = new Error('away');
    const broken = { ...ports, requests: { publish: () => Promise.reject(away) } };
    await assert.rejects(queueAnalysis(broken, key, traceparent), away);
    assert.equal((await readStatus(ports, key)).status, 'requested');
  });

  it('removes a recording whose upload was deleted while it was being stored', async () => {
    const { ports, state } = world();
    const key = { uid, uploadId: 'unknown-1' };
    await ports.recordings.create(key, Buffer.from('{}'), { contentType: 'application/json', traceparent });
    assert.equal(await queueAnalysis(ports, key, traceparent), 'removed');
    assert.deepEqual([state.requests, state.recordings.size], [[], 0]);
    await assert.rejects(readStatus(ports, { uid, uploadId: 'unknown-1' }), { code: 'upload/not-found' });
  });
});
