import assert from 'node:assert/strict';
import type { FirebaseApp } from 'firebase/app';
import { getAuth, signOut } from 'firebase/auth';
import { doc, getDoc, getDocFromCache, getFirestore } from 'firebase/firestore';
import { getBytes, getStorage, ref } from 'firebase/storage';
import * as v from 'valibot';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import * as answers from '../../src/contract/answers.ts';
import { ClientError, type ClarityLoop, type UploadState } from '../../client/client.ts';
import { gzip, sha256 } from '../../client/gzip.ts';
import { createSync, syncServer } from '../../client/sync.ts';
import { sampleId } from '../../src/domain/samples/sample.ts';
import { dayMs } from '../../src/domain/time.ts';
import { randomOf, SyncWorld } from '../support/sync-world.ts';
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

interface Archive {
  documents: { path: string; fields: { samples?: { id: string }[] } }[];
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
    const states: UploadState[] = [];
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

    const page = await client.weeklyReport({ uploadId, language: 'de' });
    assert.match(await page.text(), /<html lang="de"/);

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
    assert.deepEqual(await client.uploads(), [], 'nothing is left behind');
  });

  it('lets an upload stand that had arrived before it is sent again and called off', async () => {
    const options = { uploadId: 'arrived-before' };
    const recording = sampleWeek({ days: 1 });
    await finished(await client.uploadRecording(recording, options).sent);
    const again = client.uploadRecording(recording, options);
    again.cancel();
    await fails(again.sent, 'client/canceled');
    assert.equal((await client.upload(options.uploadId))!.status, 'succeeded');
  });

  it('sends a recording with gzip, and a long history in pieces from new to old', async () => {
    const recording = sampleWeek();
    const [sample] = recording.samples;
    const samples = Array.from({ length: 25_000 }, (_, i) => {
      const at = new Date(Date.parse(sample!.startDate) + i * 1000).toISOString();
      return { ...sample!, uuid: `sample-${i}`, startDate: at, endDate: at };
    });
    const told: number[] = [];
    const sending = client.uploadHistory(
      { ...recording, samples },
      { onProgress: ({ sentSamples, totalSamples }) => told.push(sentSamples / totalSamples) },
    );
    const uploadIds = await sending.sent;
    assert.deepEqual(told, [0.8, 1]);
    const uploads = await Promise.all(uploadIds.map(finished));
    assert.deepEqual(
      uploads.map(({ receipt }) => receipt!.processedSamples),
      [20_000, 5000],
    );
    assert.ok(uploads[0]!.announced.sizeBytes < 20_000 * 40, `${uploads[0]!.announced.sizeBytes} bytes`);
    assert.deepEqual(
      (await client.uploads({ most: 1 })).map(({ uploadId }) => uploadId),
      [uploadIds[1]],
    );
  });

  it('keeps what is not named when preferences are set', async () => {
    await client.setPerson(samplePerson());
    await client.setPreferences({ language: 'es' });
    const person = (await getDoc(doc(getFirestore(app), paths.person(client.uid())))).data()!;
    assert.equal(person.language, 'es');
    assert.ok(person.consent && person.timeZone);
  });

  it('syncs a health store, to the last sample and the last deletion', async () => {
    const world = new SyncWorld(false, randomOf(3));
    world.health.pageSize = 2000;
    world.populate();
    world.options.mostSamples = 20_000;
    const ports = {
      ...world.ports(),
      now: Date.now,
      server: syncServer(client),
      gzip: (bytes: Uint8Array) => gzip(bytes as Uint8Array<ArrayBuffer>),
      sha256,
    };
    const { options } = world;
    const run = () => createSync(ports, { ...options, historyMs: 1000 * dayMs }).run();
    assert.deepEqual(await run(), { denied: [] });
    const gone = [...world.health.live.keys()].slice(0, 3);
    for (const id of gone) world.health.live.delete(id);
    const changes = world.health.changes.bind(world.health);
    world.health.changes = async (lane, anchor, limit) => {
      const page = await changes(lane, anchor, limit);
      return { ...page, deleted: anchor === undefined ? [] : gone.splice(0) };
    };
    assert.deepEqual(await run(), { denied: [] });
    for (const { uploadId } of await client.uploads()) await finished(uploadId);
    // Whoever holds the person looks for deleted samples in older weeks after the upload that names them has ended.
    const state = administrator.doc(paths.personState(person.uid));
    const looking = async () => (await state.get()).get('walk') !== null;
    for (let waited = 0; (await looking()) && waited < 20_000; waited += 100)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const archive = await client.downloadExport(await client.exportMyData());
    const { documents: kept } = JSON.parse(new TextDecoder().decode(archive)) as Archive;
    const samples = kept.flatMap(({ path, fields }) => (path.startsWith('samples/') ? fields.samples! : []));
    assert.deepEqual(samples.map(({ id }) => id).sort(), [...world.health.live.keys()].map(sampleId).sort());
    assert.deepEqual(await run(), { denied: [] });
    assert.deepEqual(await ports.files.list(), [], 'the bytes are let go once they are analysed');
  });

  it('sends again under the same id without harm, and refuses other content under it', async () => {
    const recording = sampleWeek({ days: 1 });
    const options = { uploadId: 'my-own-upload' };
    assert.equal(await client.uploadRecording(recording, options).sent, options.uploadId);
    await finished(options.uploadId);
    assert.equal(await client.uploadRecording(recording, options).sent, options.uploadId);
    assert.equal((await finished(options.uploadId)).status, 'succeeded');
    await fails(client.uploadRecording(week, options).sent, 'upload/conflict');
  });

  it('reads days and weeks by their dates', async () => {
    const uploadId = await client.uploadRecording(week).sent;
    await finished(uploadId);
    const { days } = (await client.analysis(uploadId))!.window;
    const [from, to] = [days[0]!, days.at(-1)!];
    const summaries = await client.summaries({ from, to });
    assert.deepEqual(
      summaries.map(({ day }) => day),
      days,
    );
    for (const summary of summaries) assert.deepEqual(v.parse(documents.SummaryDocument, summary), summary);
    const weeks = await client.weeks({ from, to });
    assert.ok(weeks.length >= 1);
    for (const one of weeks) assert.deepEqual(v.parse(documents.WeekDocument, one), one);
    assert.deepEqual(await client.week(to), weeks.at(-1));
    assert.equal(await client.week('2001-01-01'), undefined);
  });

  it('does not take an announcement that has expired for a recording that has arrived', async () => {
    const recording = sampleWeek({ days: 1 });
    const bytes = new TextEncoder().encode(JSON.stringify(recording));
    const body = { contentType: 'application/json', bytes } as const;
    const { uploadId } = await client.requestUpload({
      contentType: body.contentType,
      sizeBytes: bytes.byteLength,
    });
    const announced = administrator.doc(paths.upload(person.uid, uploadId));
    await announced.update({ status: 'failed', code: 'upload/expired' });
    await fails(client.uploadRecording(body, { uploadId }).sent, 'upload/expired');
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
    await fails(client.weeklyReport(), 'report/not-found');
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
