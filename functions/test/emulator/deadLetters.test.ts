import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { firestoreRest } from '../../../scripts/firestore-rest.ts';
import { followUpload, signUp, type Person } from '../../../scripts/journey.ts';
import { sampleWeek } from '../../../scripts/sample-week.ts';
import { app } from '../../src/app.ts';
import { requested, type UploadKey } from '../../src/domain/upload.ts';
import { call } from '../support/client.ts';
import '../support/drivers.ts';
import { project, stack } from '../support/emulators.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('dead letters', () => {
  const administrator = firestoreRest({ origin: stack.origins.firestore, project, token: 'owner' });
  let person: Person;
  let key: UploadKey;
  beforeEach(async () => {
    person = await signUp(stack);
    key = { uid: person.uid, uploadId: randomUUID() };
  });

  async function open(): Promise<void> {
    const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
    await app().uploads.open(key, requested(announced, traceparent, Date.now()));
  }

  async function letter(): Promise<Record<string, unknown>> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const found = await administrator.get(`users/${key.uid}/deadLetters/${key.uploadId}`);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('no letter after 20 s');
  }

  it('keeps the evidence of what can never succeed, after one delivery', async () => {
    await open();
    await app().requests.publish({ ...key, traceparent });
    const upload = await followUpload(person, key.uploadId);
    assert.deepEqual([upload.status, upload.code, upload.attempt], ['failed', 'recording/missing', 1]);
    const { code, deliveries, uploadId } = await letter();
    assert.deepEqual([code, deliveries, uploadId], ['recording/missing', null, key.uploadId]);
  });

  it('gives up after five deliveries, and succeeds when it is tried again once the cause is mended', async () => {
    await open();
    // A worker that hangs: it holds the upload for longer than five deliveries take here.
    const at = Date.now();
    const claim = { kind: 'claimed', stage: 'analysis', holder: 'hangs', at, until: at + 8000 } as const;
    await app().uploads.advance(key, claim);
    const body = Buffer.from(JSON.stringify(sampleWeek({ days: 1 })));
    await app().recordings.create(key, body, { contentType: 'application/json', traceparent });
    await app().requests.publish({ ...key, traceparent });

    const upload = await followUpload(person, key.uploadId);
    assert.deepEqual([upload.status, upload.code], ['failed', 'analysis/gave-up']);
    assert.equal((await letter()).deliveries, 5);

    const stranger = await signUp(stack);
    const refused = await call('retryUpload', { uploadId: key.uploadId }, stranger.idToken);
    assert.equal((refused.error!.details as { code: string }).code, 'upload/not-found');

    assert.deepEqual((await call('retryUpload', { uploadId: key.uploadId }, person.idToken)).result, {
      status: 'queued',
    });
    assert.equal((await followUpload(person, key.uploadId)).status, 'succeeded');
    assert.equal(await administrator.get(`users/${key.uid}/deadLetters/${key.uploadId}`), undefined);
  });
});
