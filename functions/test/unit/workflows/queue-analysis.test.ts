import assert from 'node:assert/strict';
import type { Ports } from '../../../src/workflows/ports.ts';
import { queueAnalysis } from '../../../src/workflows/queue-analysis.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { json, sentSample, traceparent, uid, world } from '../../support/build.ts';

const recording = json({ samples: [sentSample()] });

describe('queueAnalysis', () => {
  it('asks for the analysis and marks the upload as queued', async () => {
    const { receive, ports, state, clock } = world();
    const { uploadId } = await receive(recording);
    clock.time += 1000;
    const key = { uid, uploadId };
    assert.equal(await queueAnalysis(ports, key, traceparent), 'queued');
    assert.deepEqual(state.requests, [{ ...key, traceparent }]);
    const upload = await readStatus(ports, key);
    assert.equal(upload.status, 'queued');
    assert.equal(upload.storedAt, clock.time);
  });

  it('asks once, however often the event comes', async () => {
    const { receive, ports, state } = world();
    const { uploadId } = await receive(recording);
    const key = { uid, uploadId };
    await queueAnalysis(ports, key, traceparent);
    assert.equal(await queueAnalysis(ports, key, traceparent), 'already-queued');
    assert.equal(state.requests.length, 1);
  });

  it('repeats the message rather than losing it when it crashes in between', async () => {
    const { receive, ports, state } = world();
    const { uploadId } = await receive(recording);
    const key = { uid, uploadId };
    const crash = new Error('crash');
    const advance: Ports['uploads']['advance'] = async (_key, _event, _outcome, how) => {
      await how?.publishFirst?.();
      throw crash;
    };
    const broken = { ...ports, uploads: { ...ports.uploads, advance } };
    await assert.rejects(queueAnalysis(broken, key, traceparent), crash);
    assert.equal(await queueAnalysis(ports, key, traceparent), 'queued');
    assert.equal(state.requests.length, 2);
  });

  it('does not mark as queued what could not be published', async () => {
    const { receive, ports } = world();
    const { uploadId } = await receive(recording);
    const key = { uid, uploadId };
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
