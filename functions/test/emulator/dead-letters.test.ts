import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import deadLetters from '../../../scripts/commands/dead-letters.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import { requested, type UploadKey } from '../../src/domain/upload/upload.ts';
import { call, sendRecording } from '../support/client.ts';
import { ran } from '../support/commands.ts';
import '../support/drivers.ts';
import { administrator } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('dead letters', () => {
  let person: Person;
  let key: UploadKey;
  beforeEach(async () => {
    person = await signUp();
    key = { uid: person.uid, uploadId: randomUUID() };
  });

  async function open(): Promise<void> {
    const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
    await app().uploads.open(key, requested(announced, traceparent, Date.now()));
  }

  async function letter(): Promise<Record<string, unknown>> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const found = (await administrator.doc(paths.deadLetter(key.uid, key.uploadId)).get()).data();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('no letter after 20 s');
  }

  it('keeps the evidence of what can never succeed, after one delivery', async () => {
    await open();
    await app().requests.publish({ ...key, traceparent });
    const upload = await finished(person, key.uploadId);
    assert.deepEqual([upload.status, upload.code, upload.attempt], ['failed', 'recording/missing', 1]);
    const { code, deliveries, uploadId } = await letter();
    assert.deepEqual([code, deliveries, uploadId], ['recording/missing', null, key.uploadId]);

    const listed = await ran(deadLetters, 'list', '--code', 'recording/missing');
    assert.equal(listed.status, 0);
    assert.match(listed.stdout, new RegExp(`Z  ${key.uploadId}  recording/missing, at once\\n`));
    const replayed = await ran(deadLetters, 'replay', '--apply', key.uploadId);
    assert.equal(replayed.status, 1, 'it is still missing');
    assert.match(replayed.stdout, new RegExp(`${key.uploadId}  The recording is no longer in storage`));
  });

  it('gives up after five deliveries, and succeeds when it is tried again once the cause is mended', async () => {
    // A day that cannot be read: nothing that the recording is guilty of.
    const damaged = `users/${key.uid}/days/2025-06-15`;
    await administrator.doc(damaged).set({ day: '2025-06-15', bytes: Uint8Array.of(1, 2, 3) });
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1, endDay: '2025-06-15' }));
    key = { ...key, uploadId };

    const upload = await finished(person, uploadId);
    assert.deepEqual([upload.status, upload.code, upload.attempt], ['failed', 'analysis/gave-up', 5]);
    assert.equal((await letter()).deliveries, 5);
    await administrator.doc(damaged).delete();

    const stranger = await signUp();
    const refused = await call('retryUpload', { uploadId: key.uploadId }, stranger.token);
    assert.equal((refused.error!.details as { code: string }).code, 'upload/not-found');

    assert.deepEqual((await call('retryUpload', { uploadId: key.uploadId }, person.token)).result, {
      status: 'queued',
    });
    assert.equal((await finished(person, key.uploadId)).status, 'succeeded');
    const left = await administrator.doc(paths.deadLetter(key.uid, key.uploadId)).get();
    assert.ok(!left.exists);
  });
});
