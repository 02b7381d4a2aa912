import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ClientError } from '../../functions/client/client.ts';
import { uploadDocument } from '../../functions/test/support/documents.ts';
import { exportOf, importXml, pieces, recordXml } from '../../functions/test/support/exported.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';
import { localStack, placeOf } from '../client/place.ts';
import type { BuiltRecording } from './build-recordings.ts';
import { patient, spanText } from './patience.ts';
import { sendRecordings, type SendOptions } from './send-recordings.ts';
import { sentList } from './sent-list.ts';

const to = placeOf({ project: 'some-project', apiKey: 'key', bucket: 'some-bucket' });
const analysed = uploadDocument({ status: 'succeeded', stage: 'narrative' });

type Loop = SendOptions['loop'];

/** A service that keeps what it is sent, with its calls and ids; what a test gives stands in for a call. */
function service(replace: (uploads: Map<string, Buffer>) => Partial<Loop> = () => ({})) {
  const uploads = new Map<string, Buffer>();
  const calls: string[] = [];
  const waits: number[] = [];
  const said: string[] = [];
  const replaced = replace(uploads);
  const loop: Loop = {
    upload(uploadId) {
      calls.push(`upload ${uploadId}`);
      return replaced.upload?.(uploadId) ?? Promise.resolve(uploads.has(uploadId) ? analysed : undefined);
    },
    async *uploadStatus(uploadId, options) {
      calls.push(`uploadStatus ${uploadId}`);
      if (replaced.uploadStatus) yield* replaced.uploadStatus(uploadId, options);
      else yield await Promise.resolve(analysed);
    },
    uploadRecording(body, options = {}) {
      const { uploadId = '', sha256 } = options;
      calls.push(`uploadRecording ${uploadId}`);
      const store = async (): Promise<string> => {
        assert.ok('bytes' in body && body.bytes instanceof Blob && sha256);
        assert.equal(body.contentType, 'application/x-ndjson');
        uploads.set(uploadId, Buffer.from(await body.bytes.arrayBuffer()));
        return uploadId;
      };
      const own = () => ({ sent: store(), pause: () => true, resume: () => true, cancel: () => true });
      return replaced.uploadRecording?.(body, options) ?? own();
    },
    deleteUpload(uploadId) {
      calls.push(`deleteUpload ${uploadId}`);
      return Promise.resolve({ deleted: true });
    },
  };
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  const patiently = patient(to.name, { wait, random: () => 0.5, say: (line) => said.push(line) });
  return { loop, patiently, calls, uploads, waits, said };
}

const rejected = (error: Error) => ({
  sent: Promise.reject<string>(error),
  pause: () => true,
  resume: () => true,
  cancel: () => true,
});

describe('sending the recordings of an import', () => {
  const folder = temporaryFolder();

  /** Three recordings, of three months. */
  async function months(): Promise<BuiltRecording[]> {
    const dates = ['2025-03-10 10:00:00 +0100', '2025-04-10 10:00:00 +0200', '2025-05-10 10:00:00 +0200'];
    const records = dates.map((date) => recordXml({ startDate: date, endDate: date }));
    return (await importXml(folder.path('built'), pieces(exportOf(...records)))).recordings;
  }

  async function sendAll(
    recordings: BuiltRecording[],
    { loop, patiently, said }: ReturnType<typeof service>,
    rest: Partial<SendOptions> = {},
  ) {
    return sendRecordings(recordings, {
      loop,
      patiently,
      sent: sentList(folder.path('state'), to, 'kim'),
      say: (line) => said.push(line),
      onBytes: () => {},
      interrupted: new AbortController().signal,
      ...rest,
    });
  }

  it('sends gzip-encoded NDJSON under the ids of the recordings, and says how many bytes are done', async () => {
    const there = service();
    const recordings = await months();
    const done: number[] = [];
    const ends = await sendAll(recordings, there, { onBytes: (bytes) => done.push(bytes) });
    assert.deepEqual(ends, { sent: 3, there: 0, failed: 0 });
    assert.deepEqual(
      [...there.uploads.keys()],
      recordings.map(({ uploadId }) => uploadId),
    );
    assert.match(
      gunzipSync(there.uploads.get(recordings[0]!.uploadId)!).toString(),
      /^\{"schemaVersion":1,"deviceInfo":\{"timeZone":"Europe\/Berlin"\}\}\n\{"sampleType":"heartRate"/,
    );
    assert.equal(
      done.at(-1),
      recordings.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
  });

  it('is stopped and goes on with the same uploads, none twice', async () => {
    const recordings = await months();
    const there = service();
    const stop = new AbortController();
    const onBytes = () => {
      stop.abort(new Error('stopped'));
    };
    await assert.rejects(sendAll(recordings, there, { interrupted: stop.signal, onBytes }), /stopped/);
    assert.equal(there.uploads.size, 1);
    const before = there.calls.length;
    assert.deepEqual(await sendAll(await months(), there), { sent: 2, there: 1, failed: 0 });
    assert.deepEqual(
      [...there.uploads.keys()],
      recordings.map(({ uploadId }) => uploadId),
    );
    // The first is not asked for before the others are sent.
    assert.ok(!there.calls[before]!.includes(recordings[0]!.uploadId));
  });

  it('calls off what is on its way when it is stopped', async () => {
    const stop = new AbortController();
    const there = service(() => ({
      uploadRecording: () => {
        const sent = Promise.withResolvers<string>();
        const cancel = () => {
          sent.reject(new ClientError('client/canceled'));
          return true;
        };
        setImmediate(() => stop.abort(new Error('stopped')));
        return { sent: sent.promise, pause: () => true, resume: () => true, cancel };
      },
    }));
    await assert.rejects(sendAll(await months(), there, { interrupted: stop.signal }), /stopped/);
  });

  it('sends the latest only when the others are analysed, so that its analysis includes them', async () => {
    const recordings = await months();
    let followed = 0;
    const there = service((uploads) => ({
      async *uploadStatus() {
        assert.equal(uploads.size, 2);
        yield await Promise.resolve(uploadDocument({ status: 'processing', stage: 'analysis' }));
        followed++;
        yield analysed;
      },
    }));
    assert.equal((await sendAll(recordings, there)).sent, 3);
    assert.equal(followed, 2);
    assert.equal(there.said.length, 1);
  });

  it('sends the latest in the end also when an analysis does not come, and says so', async () => {
    const there = service(() => ({
      async *uploadStatus(_uploadId, { signal } = {}) {
        yield uploadDocument({ status: 'queued', stage: 'analysis' });
        await new Promise((resolve) => signal!.addEventListener('abort', resolve));
        throw new ClientError('client/canceled');
      },
    }));
    const recordings = await months();
    assert.equal((await sendAll(recordings, there, { timeoutMs: 10 })).sent, 3);
    assert.match(there.said.at(-1)!, /they take too long/);
  });

  it('does not wait for one that was deleted since', async () => {
    const there = service(() => ({
      async *uploadStatus() {
        yield await Promise.reject<typeof analysed>(new ClientError('upload/not-found'));
      },
    }));
    assert.equal((await sendAll(await months(), there)).sent, 3);
  });

  it('asks the service what is there when nothing is remembered here', async () => {
    const there = service();
    await sendAll(await months(), there);
    sentList(folder.path('state'), to, 'kim').remove();
    assert.deepEqual(await sendAll(await months(), there), { sent: 0, there: 3, failed: 0 });
  });

  it('remembers what was sent for each account and place alone, and whatever the file has become', () => {
    const state = folder.path('state');
    sentList(state, to, 'kim').add('import-1');
    assert.ok(sentList(state, to, 'kim').has('import-1'));
    assert.ok(!sentList(state, to, 'alex').has('import-1'));
    assert.ok(!sentList(state, { ...to, project: 'other' }, 'kim').has('import-1'));
    for (const name of readdirSync(state)) writeFileSync(`${state}/${name}`, '{"cut":');
    assert.ok(!sentList(state, to, 'kim').has('import-1'));
  });

  it('waits as long as a quota says, and says so', async () => {
    let refusals = 0;
    const there = service(() => ({
      upload: (uploadId) => {
        if (refusals++ > 0) return Promise.resolve(undefined);
        assert.ok(uploadId);
        return Promise.reject(new ClientError('quota/exceeded', { retryAfterS: 7 }));
      },
    }));
    const [recording] = await months();
    assert.equal((await sendAll([recording!], there)).sent, 1);
    assert.deepEqual(there.waits, [7000]);
    assert.deepEqual(there.said, ['project some-project: quota/exceeded; trying again in 7 s']);
  });

  it('waits for a random part of a doubling time where nothing is said', async () => {
    let refusals = 0;
    const there = service(() => ({
      upload: () =>
        refusals++ < 4 ? Promise.reject(new ClientError('service/unavailable')) : Promise.resolve(undefined),
    }));
    const [recording] = await months();
    await sendAll([recording!], there);
    assert.deepEqual(there.waits, [1000, 2000, 4000, 8000]);
  });

  it('gives up after eight attempts, or when it is to wait for hours', async () => {
    const [recording] = await months();
    const away = service(() => ({ upload: () => Promise.reject(new ClientError('service/unavailable')) }));
    await assert.rejects(sendAll([recording!], away), /cannot be used.*Run the same command again later/);
    assert.equal(away.calls.length, 8);
    const full = service(() => ({
      uploadRecording: () => rejected(new ClientError('quota/exceeded', { retryAfterS: 36_000 })),
    }));
    await assert.rejects(sendAll([recording!], full), /asks to wait for 10 h\. Run the same command again/);
    assert.deepEqual(full.waits, []);
  });

  it("says the service's sentence when a recording is refused", async () => {
    const [recording] = await months();
    const there = service(() => ({ uploadRecording: () => rejected(new ClientError('upload/conflict')) }));
    await assert.rejects(sendAll([recording!], there), {
      message:
        '2025-03-10 to 2025-03-10: This upload id was used with other content. Use a new id. (upload/conflict)',
    });
    assert.equal(there.calls.length, 2);
  });

  it('announces anew what never arrived while it was announced', async () => {
    const [recording] = await months();
    const there = service(() => ({
      upload: () => Promise.resolve(uploadDocument({ status: 'failed', code: 'upload/expired' })),
    }));
    assert.equal((await sendAll([recording!], there)).sent, 1);
    const names = there.calls.map((call) => call.split(' ')[0]);
    assert.deepEqual(names, ['upload', 'deleteUpload', 'uploadRecording']);
  });

  it('names what failed there, sends the others, and does not take it for sent', async () => {
    const recordings = await months();
    const [{ uploadId }] = recordings as [BuiltRecording];
    const failed = uploadDocument({
      status: 'failed',
      stage: 'analysis',
      code: 'recording/too-many-samples',
    });
    const there = service(() => ({
      upload: (asked) => Promise.resolve(asked === uploadId ? failed : undefined),
    }));
    assert.deepEqual(await sendAll(recordings, there), { sent: 2, there: 0, failed: 1 });
    const { sentence, nextStep } = failed;
    assert.ok(there.said.includes(`2025-03-10 to 2025-03-10 (${uploadId}): ${sentence} ${nextStep}`));
    assert.ok(!sentList(folder.path('state'), to, 'kim').has(uploadId));
  });

  it('says a length of time as a person does', () => {
    assert.deepEqual([spanText(7000), spanText(600_000), spanText(36_000_000)], ['7 s', '10 min', '10 h']);
  });
});

describe('where an import is sent', () => {
  it('is the emulators where the environment says they are', () => {
    const env = {
      FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:1',
      FIREBASE_STORAGE_EMULATOR_HOST: '127.0.0.1:2',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:3',
      LOCAL_STACK_FUNCTIONS_URL: 'http://127.0.0.1:4/p/r',
    };
    assert.deepEqual(localStack(env).emulators, {
      auth: 'http://127.0.0.1:1',
      storage: 'http://127.0.0.1:2',
      firestore: 'http://127.0.0.1:3',
      functions: 'http://127.0.0.1:4',
    });
  });

  it('is the ports of firebase.json without these', () => {
    const { project, emulators } = localStack({});
    assert.equal(project, 'demo-clarity-loop');
    assert.equal(emulators!.functions, 'http://127.0.0.1:5001');
    assert.equal(emulators!.storage, 'http://127.0.0.1:9199');
  });

  it('is a project only by its id', () => {
    assert.equal(to.emulators, undefined);
    assert.throws(() => placeOf({ project: 'no/project', bucket: 'b' }), /no project id/);
    assert.throws(() => placeOf({ bucket: 'b' }), /name it with --project/);
  });
});
