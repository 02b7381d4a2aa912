import assert from 'node:assert/strict';
import type { FirebaseApp } from 'firebase/app';
import { getAuth, signOut } from 'firebase/auth';
import { doc, getDocFromCache, getFirestore } from 'firebase/firestore';
import { getBytes, getStorage, ref } from 'firebase/storage';
import * as v from 'valibot';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import * as answers from '../../src/contract/answers.ts';
import { ClientError, type ClarityLoop } from '../../client/client.ts';
import * as documents from '../../src/contract/documents.ts';
import { paths, type ContentType } from '../../src/contract/upload.ts';
import { administrate } from '../support/client.ts';
import { administrator } from '../support/emulators.ts';
import { finished as follow, signUp, type Person } from '../support/person.ts';

const week = sampleWeek();

/** JSON of several pieces of the SDK's resumable upload (256 KiB and up). */
function largeRecording(): { contentType: ContentType; bytes: Uint8Array<ArrayBuffer> } {
  const samples = week.samples.map((sample) => JSON.stringify(sample)).join(`,${' '.repeat(512)}`);
  const text = `${JSON.stringify({ ...week, samples: [] }).replace('"samples":[]', () => `"samples":[${samples}]`)}`;
  return { contentType: 'application/json', bytes: new TextEncoder().encode(text) };
}

describe('the client, with the Firebase SDK', () => {
  let app: FirebaseApp;
  let person: Person;
  let client: ClarityLoop;

  beforeEach(async () => {
    person = await signUp();
    client = person.loop;
    app = person.app;
  });

  const fails = (work: Promise<unknown>, code: string) =>
    assert.rejects(work, (error) => {
      assert.ok(error instanceof ClientError, String(error));
      assert.equal(error.code, code);
      return true;
    });
  const finished = (uploadId: string) => follow(person, uploadId);

  it('takes a week to its narrative, and every document has the form that it says it has', async () => {
    await person.loop.setPerson(samplePerson());
    const uploadId = await client.uploadRecording(week).sent;
    const states: documents.UploadDocument[] = [];
    for await (const upload of client.uploadStatus(uploadId)) states.push(upload);
    assert.equal(states.at(-1)!.status, 'succeeded');
    const progress = states.map((upload) => upload.progress);
    assert.deepEqual(progress, progress.toSorted(), 'never backwards');

    for (const upload of states) assert.deepEqual(v.parse(documents.UploadDocument, upload), upload);
    const analysis = await client.analysis(uploadId);
    assert.deepEqual(v.parse(documents.AnalysisDocument, analysis), analysis);
    const narrative = await client.narrative(uploadId);
    assert.deepEqual(v.parse(documents.NarrativeDocument, narrative), narrative);
    assert.equal(narrative!.source, 'gemini');

    const again = await client.refreshNarrative(uploadId);
    assert.deepEqual(v.parse(answers.RefreshNarrativeAnswer, again), { source: 'gemini' });
    await fails(client.retryUpload(uploadId), 'upload/illegal-move');
  });

  it('reports progress, stands still while paused, and goes on where it was', async () => {
    const recording = largeRecording();
    const reports: { sentBytes: number; state: string }[] = [];
    const paused = Promise.withResolvers<void>();
    const sending = client.uploadRecording(recording, {
      onProgress: ({ sentBytes, totalBytes, state }) => {
        assert.equal(totalBytes, recording.bytes.byteLength);
        reports.push({ sentBytes, state });
        if (state === 'paused') paused.resolve();
        else if (sentBytes > 0 && !reports.some((report) => report.state === 'paused')) sending.pause();
      },
    });
    await paused.promise;
    const before = reports.at(-1)!.sentBytes;
    assert.ok(before > 0 && before < recording.bytes.byteLength, `${before} bytes`);
    assert.equal(sending.resume(), true);
    const uploadId = await sending.sent;
    const sent = reports.map(({ sentBytes }) => sentBytes);
    assert.deepEqual(
      sent,
      sent.toSorted((a, b) => a - b),
      'nothing is sent twice',
    );
    assert.equal(sent.at(-1), recording.bytes.byteLength);
    assert.equal((await finished(uploadId)).receipt!.processedSamples, week.samples.length);
  });

  it('waits before the first byte when it is paused at once', async () => {
    const paused = Promise.withResolvers<number>();
    const sending = client.uploadRecording(sampleWeek({ days: 1 }), {
      onProgress: ({ sentBytes, state }) => state === 'paused' && paused.resolve(sentBytes),
    });
    assert.deepEqual([sending.pause(), sending.pause()], [true, false]);
    assert.equal(await Promise.race([paused.promise, sending.sent]), 0);
    assert.equal(sending.resume(), true);
    assert.equal((await finished(await sending.sent)).status, 'succeeded');
  });

  it('is called off before and during the upload with the code for it', async () => {
    const early = client.uploadRecording(week, { uploadId: 'called-off-early' });
    assert.deepEqual([early.cancel(), early.resume()], [true, false]);
    await fails(early.sent, 'client/canceled');

    const late = client.uploadRecording(largeRecording(), { onProgress: () => late.cancel() });
    await fails(late.sent, 'client/canceled');
  });

  it('sends again under the same id without harm, and refuses other content under it', async () => {
    const recording = sampleWeek({ days: 1 });
    const options = { uploadId: 'my-own-upload' };
    assert.equal(await client.uploadRecording(recording, options).sent, options.uploadId);
    const first = await finished(options.uploadId);
    assert.equal(await client.uploadRecording(recording, options).sent, options.uploadId);
    assert.deepEqual(await finished(options.uploadId), first);
    await fails(client.uploadRecording(week, options).sent, 'upload/conflict');
  });

  it('does not take an announcement that has expired for a recording that has arrived', async () => {
    const recording = sampleWeek({ days: 1 });
    const sizeBytes = Buffer.byteLength(JSON.stringify(recording));
    const { uploadId } = await client.requestUpload({ contentType: 'application/json', sizeBytes });
    const announced = administrator.doc(paths.upload(person.uid, uploadId));
    await announced.update({ status: 'failed', code: 'upload/expired' });
    await fails(client.uploadRecording(recording, { uploadId }).sent, 'upload/expired');
  });

  it('tells why an upload failed, and takes it up again', async () => {
    const bytes = new TextEncoder().encode('{"samples": [{}]}');
    const uploadId = await client.uploadRecording({ contentType: 'application/json', bytes }).sent;
    const upload = await finished(uploadId);
    assert.deepEqual([upload.status, upload.code], ['failed', 'recording/no-valid-samples']);
    assert.deepEqual(v.parse(documents.UploadDocument, upload), upload);
    assert.equal(await client.analysis(uploadId), undefined);
    const answer = await client.retryUpload(uploadId);
    assert.deepEqual(v.parse(answers.RetryUploadAnswer, answer), answer);
    assert.equal((await finished(uploadId)).status, 'failed');
  });

  it('ends the subscription when the loop is left or the signal given', async () => {
    const announce = () => client.requestUpload({ contentType: 'application/json', sizeBytes: 5 });
    const [left, aborted] = await Promise.all([announce(), announce()]);
    for await (const upload of client.uploadStatus(left.uploadId)) {
      assert.equal(upload.status, 'requested');
      break;
    }
    const abort = new AbortController();
    const states = client.uploadStatus(aborted.uploadId, { signal: abort.signal });
    assert.equal((await states.next()).value!.status, 'requested');
    const next = states.next();
    abort.abort();
    await fails(next, 'client/canceled');
    assert.deepEqual(await states.next(), { value: undefined, done: true });

    // The SDK is told of a deletion only while somebody listens: a third upload shows when it would have been.
    const heard = await announce();
    const watched = client.uploadStatus(heard.uploadId);
    await watched.next();
    for (const { uploadId } of [left, aborted, heard]) await client.deleteUpload(uploadId);
    for await (const upload of watched) assert.equal(upload.status, 'deleting');
    const known = ({ uploadId }: { uploadId: string }) =>
      getDocFromCache(doc(getFirestore(app), paths.upload(person.uid, uploadId)));
    for (const upload of [left, aborted]) {
      const snapshot = await known(upload).catch(() => undefined);
      assert.notEqual(snapshot?.exists(), false, 'the subscription goes on');
    }
  });

  it('ends with an upload that is deleted, and knows it no more', async () => {
    const { uploadId } = await client.requestUpload({ contentType: 'application/json', sizeBytes: 5 });
    const states = client.uploadStatus(uploadId);
    await states.next();
    const answer = await client.deleteUpload(uploadId);
    assert.deepEqual(v.parse(answers.DeletedAnswer, answer), answer);
    for await (const upload of states) assert.equal(upload.status, 'deleting');
    await fails(finished(uploadId), 'upload/not-found');
  });

  it('hands out everything, and deletes everything', async () => {
    const uploadId = await client.uploadRecording(sampleWeek({ days: 1 })).sent;
    await finished(uploadId);
    const answer = await client.exportMyData();
    assert.deepEqual(v.parse(answers.ExportAnswer, answer), answer);
    const archive = await getBytes(ref(getStorage(app), answer.path));
    assert.match(new TextDecoder().decode(archive), new RegExp(`uploads/${uploadId}`));
    assert.deepEqual(await client.deleteMyData(), { deleted: true });
    assert.equal(await client.analysis(uploadId), undefined);
  });

  it('has one code for each kind of refusal', async () => {
    await fails(client.requestUpload({ contentType: 'application/json', sizeBytes: 0 }), 'request/invalid');
    await fails(client.retryUpload('never-existed'), 'upload/not-found');
    await fails(client.uploadRecording(week, { uploadId: 'no' }).sent, 'request/invalid');

    await Promise.all(Array.from({ length: 5 }, () => client.exportMyData()));
    const refused = await client.exportMyData().catch((error: unknown) => error as ClientError);
    assert.ok(refused instanceof ClientError);
    assert.equal(refused.code, 'quota/exceeded');
    assert.ok(refused.retryAfterS! > 0 && refused.retryAfterS! <= 86_400);

    await administrate(person, { disableUser: true });
    await fails(client.retryUpload('never-existed'), 'auth/invalid-token');
    await signOut(getAuth(app));
    await fails(client.retryUpload('never-existed'), 'auth/missing-token');
    await fails(finished('never-existed'), 'auth/missing-token');
  });
});
