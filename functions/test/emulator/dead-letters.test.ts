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
    await app().uploads.open(key, requested(announced, traceparent, Date.now(), 'incarnation-1'));
  }

  async function letter(): Promise<Record<string, unknown>> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const found = (await administrator.doc(paths.deadLetter(key.uid, key.uploadId)).get()).data();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('no letter after 20 s');
  }

  it('are not made of what nobody of ours can mend: that is a status', async () => {
    await open();
    await app().requests.publish({ ...key, traceparent });
    const upload = await finished(person, key.uploadId);
    assert.deepEqual([upload.status, upload.code], ['failed', 'recording/missing']);
    const left = await administrator.doc(paths.deadLetter(key.uid, key.uploadId)).get();
    assert.ok(!left.exists);
  });

  it('are written after a day of our own faults, and the upload succeeds once the cause is mended', async () => {
    // A week that cannot be read: nothing that the recording is guilty of.
    const damaged = paths.samples(key.uid, '2025-06-09');
    await administrator.doc(damaged).set({ schemaVersion: 2, bytes: Uint8Array.of(1, 2, 3) });
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1, endDay: '2025-06-15' }));
    key = { ...key, uploadId };
    const document = administrator.doc(paths.upload(key.uid, uploadId));
    const since = async (): Promise<unknown> => (await document.get()).get('trouble.since') as unknown;
    for (let waited = 0; !(await since()) && waited < 20_000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await document.get()).get('status'), 'queued', 'a fault alone fails nothing');

    // A day passes, for this document.
    await document.update({ 'trouble.since': new Date(Date.now() - 25 * 3_600_000) });
    await app().requests.publish({ ...key, traceparent });
    const upload = await finished(person, uploadId);
    assert.deepEqual([upload.status, upload.code], ['failed', 'internal']);
    assert.deepEqual((await letter()).deliveries, null);
    const listed = await ran(deadLetters, 'list', '--code', 'internal');
    assert.equal(listed.status, 0);
    assert.match(listed.stdout, new RegExp(`Z  ${uploadId}  internal, at once\\n`));
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
