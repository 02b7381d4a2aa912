import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { withToken, type Account } from '../client/account.ts';
import { localStack, projectNamed } from '../client/destination.ts';
import { retryAfterMs, sender, spanText } from '../client/request.ts';
import type { BuiltRecording } from './build-recordings.ts';
import { sendRecordings } from './send-recordings.ts';
import { sentList } from './sent-list.ts';
import { exportOf, importXml, pieces, recordXml } from '../../functions/test/support/exported.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

const to = projectNamed('some-project', { apiKey: 'key', bucket: 'some-bucket' });

interface Request {
  method: string;
  address: string;
  headers: Record<string, string>;
  body: Buffer;
}

type Reply = [status: number, body?: object, headers?: Record<string, string>];

/** A server that keeps what it is sent, until `replies` says something else to a request. */
function server(
  replies: (request: Request, number: number) => Reply | 'unreachable' | undefined = () => undefined,
) {
  const requests: Request[] = [];
  const uploads = new Map<string, Buffer>();
  const waits: number[] = [];
  const said: string[] = [];
  let renewed = 0;
  const account: Account = {
    uid: 'kim',
    token: ({ renew = false } = {}) => Promise.resolve(`token-${renew ? ++renewed : renewed}`),
  };

  const answer = ({ method, address, headers, body }: Request): Reply => {
    const status = /upload\/([\w-]+)\/status$/.exec(address);
    if (status) return uploads.has(status[1]!) ? [200, { status: 'succeeded', stage: 'narrative' }] : [404];
    if (address.endsWith('/requestUpload')) {
      const { data } = JSON.parse(body.toString()) as { data: { uploadId: string } };
      return [200, { result: { uploadId: data.uploadId, path: `recordings/kim/${data.uploadId}` } }];
    }
    if (address.startsWith(to.storageUrl)) {
      uploads.set(new URL(address).searchParams.get('name')!.split('/')[2]!, body);
      return [200, {}];
    }
    assert.equal(method, 'POST');
    uploads.set(headers['idempotency-key']!, body);
    return [202, {}];
  };
  const fetchDouble = (address: unknown, init: RequestInit = {}): Promise<Response> => {
    const request = {
      method: init.method ?? 'GET',
      address: address as string,
      headers: init.headers as Record<string, string>,
      body: Buffer.from((init.body ?? '') as string),
    };
    requests.push(request);
    const reply = replies(request, requests.length) ?? answer(request);
    if (reply === 'unreachable') return Promise.reject(new TypeError('fetch failed'));
    const [status, body = {}, headers = {}] = reply;
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
  };
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  const send = sender(to, account, {
    fetch: fetchDouble,
    wait,
    random: () => 0.5,
    say: (line) => said.push(line),
  });
  return { send, wait, requests, uploads, waits, said };
}

describe('sending the recordings of an import', () => {
  const folder = temporaryFolder();
  const controller = new AbortController();

  /** Three recordings, of three months. */
  async function months(): Promise<BuiltRecording[]> {
    const dates = ['2025-03-10 10:00:00 +0100', '2025-04-10 10:00:00 +0200', '2025-05-10 10:00:00 +0200'];
    const records = dates.map((date) => recordXml({ startDate: date, endDate: date }));
    return (await importXml(folder.path('built'), pieces(exportOf(...records)))).recordings;
  }

  async function sendAll(
    recordings: BuiltRecording[],
    { send, wait, said }: ReturnType<typeof server>,
    rest: { interrupted?: AbortSignal; onBytes?: (done: number) => void; mostPosted?: number } = {},
  ) {
    const sent = sentList(folder.path('state'), to, 'kim');
    const options = {
      to,
      send,
      wait,
      sent,
      say: (line: string) => said.push(line),
      onBytes: () => {},
      interrupted: controller.signal,
    };
    return sendRecordings(recordings, { ...options, ...rest });
  }

  it('posts the small ones as gzip-encoded NDJSON under their own ids', async () => {
    const there = server();
    const recordings = await months();
    assert.deepEqual(await sendAll(recordings, there), { sent: 3, there: 0, failed: 0 });
    assert.deepEqual(
      [...there.uploads.keys()],
      recordings.map(({ uploadId }) => uploadId),
    );
    const posts = there.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      posts.map(({ address }) => address),
      Array(3).fill('https://europe-west4-some-project.cloudfunctions.net/uploadRecording'),
    );
    assert.deepEqual(posts[0]!.headers, {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'idempotency-key': recordings[0]!.uploadId,
      authorization: 'Bearer token-0',
    });
    assert.match(
      gunzipSync(posts[0]!.body).toString(),
      /^\{"schemaVersion":1,"deviceInfo":\{"timeZone":"Europe\/Berlin"\}\}\n\{"sampleType":"heartRate"/,
    );
  });

  it('announces the large ones, with size and hash, and puts them into Storage', async () => {
    const there = server();
    const [recording] = await months();
    await sendAll([recording!], there, { mostPosted: 10 });
    const [, announced, stored] = there.requests;
    const { uploadId, sizeBytes, sha256 } = recording!;
    assert.deepEqual(JSON.parse(announced!.body.toString()), {
      data: { contentType: 'application/x-ndjson', sizeBytes, sha256, uploadId },
    });
    assert.equal(
      stored!.address,
      `https://firebasestorage.googleapis.com/v0/b/some-bucket/o?uploadType=media&name=recordings%2Fkim%2F${uploadId}`,
    );
    assert.equal(stored!.headers.authorization, 'Firebase token-0');
    assert.equal(there.requests.length, 3);
  });

  it('is stopped and goes on with the same uploads, none twice', async () => {
    const recordings = await months();
    const there = server();
    const stop = new AbortController();
    const onBytes = () => {
      stop.abort(new Error('stopped'));
    };
    await assert.rejects(sendAll(recordings, there, { interrupted: stop.signal, onBytes }), /stopped/);
    assert.equal(there.uploads.size, 1);
    const before = there.requests.length;
    assert.deepEqual(await sendAll(await months(), there), { sent: 2, there: 1, failed: 0 });
    assert.deepEqual(
      [...there.uploads.keys()],
      recordings.map(({ uploadId }) => uploadId),
    );
    // The first is not asked for before the others are sent.
    assert.ok(!there.requests[before]!.address.includes(recordings[0]!.uploadId));
  });

  it('sends the latest only when the others are analysed, so that its analysis knows them', async () => {
    const recordings = await months();
    let asked = 0;
    const there = server(({ address, method }) => {
      const first = method === 'GET' && address.includes(recordings[0]!.uploadId) && there.uploads.size === 2;
      return first && asked++ < 3 ? [200, { status: 'processing', stage: 'analysis' }] : undefined;
    });
    assert.equal((await sendAll(recordings, there)).sent, 3);
    assert.deepEqual(there.waits, [2000, 2000, 2000]);
    assert.equal(there.said.length, 1);
  });

  it('sends the latest in the end also when an analysis does not come, and says so', async () => {
    const recordings = await months();
    const there = server(({ method, address }) =>
      method === 'GET' && there.uploads.size === 2 && !address.includes(recordings[2]!.uploadId)
        ? [200, { status: 'queued', stage: 'analysis' }]
        : undefined,
    );
    assert.equal((await sendAll(recordings, there)).sent, 3);
    assert.match(there.said.at(-1)!, /they take too long/);
  });

  it('asks the server what is there when nothing is remembered here', async () => {
    const there = server();
    await sendAll(await months(), there);
    sentList(folder.path('state'), to, 'kim').remove();
    assert.deepEqual(await sendAll(await months(), there), { sent: 0, there: 3, failed: 0 });
  });

  it('remembers what was sent for each account and place alone, and whatever the file has become', async () => {
    const state = folder.path('state');
    sentList(state, to, 'kim').add('import-1');
    assert.ok(sentList(state, to, 'kim').has('import-1'));
    assert.ok(!sentList(state, to, 'alex').has('import-1'));
    assert.ok(!sentList(state, { project: 'other', local: false }, 'kim').has('import-1'));
    const { readdirSync, writeFileSync } = await import('node:fs');
    for (const name of readdirSync(state)) writeFileSync(`${state}/${name}`, '{"cut":');
    assert.ok(!sentList(state, to, 'kim').has('import-1'));
  });

  it('waits as long as Retry-After says, and says so', async () => {
    const there = server(({ method }, number) =>
      method === 'POST' && number === 2 ? [429, {}, { 'retry-after': '7' }] : undefined,
    );
    const [recording] = await months();
    assert.equal((await sendAll([recording!], there)).sent, 1);
    assert.deepEqual(there.waits, [7000]);
    assert.deepEqual(there.said, ['project some-project answered 429; trying again in 7 s']);
  });

  it('waits for a random part of a doubling time where nothing is said, also when nobody answers', async () => {
    const there = server((_, number) => (number <= 2 ? 'unreachable' : number <= 4 ? [503] : undefined));
    const [recording] = await months();
    await sendAll([recording!], there);
    assert.deepEqual(there.waits, [1000, 2000, 4000, 8000]);
  });

  it('gives up after eight attempts, or when it is told to wait for hours', async () => {
    const [recording] = await months();
    const away = server(() => 'unreachable');
    await assert.rejects(sendAll([recording!], away), /cannot be reached/);
    assert.equal(away.requests.length, 8);
    const full = server(({ method }) =>
      method === 'POST' ? [429, {}, { 'retry-after': '36000' }] : undefined,
    );
    await assert.rejects(
      sendAll([recording!], full),
      /asks to wait for 10 h\. Run the same command again then/,
    );
    assert.deepEqual(full.waits, []);
  });

  it('gets a new token when the old one has run out, once', async () => {
    const [recording] = await months();
    const there = server(({ headers }) => (headers.authorization === 'Bearer token-0' ? [401] : undefined));
    assert.equal((await sendAll([recording!], there)).sent, 1);
    sentList(folder.path('state'), to, 'kim').remove();
    const never = server(() => [401, { title: 'Sign in again.', code: 'auth/invalid-token' }]);
    await assert.rejects(sendAll([recording!], never), /Sign in again\. \(auth\/invalid-token\)/);
    assert.equal(never.requests.length, 2);
  });

  it("says the server's sentence when a recording is refused, and nothing of the token", async () => {
    const [recording] = await months();
    const there = server(({ method }) =>
      method === 'POST' ? [403, { title: 'Not yours.', code: 'upload/not-owner' }] : undefined,
    );
    await assert.rejects(sendAll([recording!], there), (error: Error) => {
      assert.equal(error.message, '2025-03-10 to 2025-03-10: Not yours. (upload/not-owner)');
      return true;
    });
    const callable = server(({ address }) =>
      address.endsWith('/requestUpload')
        ? [400, { error: { message: 'No.', details: { code: 'request/invalid' } } }]
        : undefined,
    );
    await assert.rejects(sendAll([recording!], callable, { mostPosted: 1 }), /No\. \(request\/invalid\)/);
  });

  it('posts what Storage does not take any more: an announcement that ran out, an object that is there', async () => {
    const [recording] = await months();
    const expired = server(({ address }) =>
      address.endsWith('/status') ? [200, { status: 'failed', code: 'upload/expired' }] : undefined,
    );
    assert.equal((await sendAll([recording!], expired, { mostPosted: 1 })).sent, 1);
    assert.equal(expired.requests.at(-1)!.headers['idempotency-key'], recording!.uploadId);
    sentList(folder.path('state'), to, 'kim').remove();
    const taken = server(({ address }) => (address.startsWith(to.storageUrl) ? [403] : undefined));
    assert.equal((await sendAll([recording!], taken, { mostPosted: 1 })).sent, 1);
    assert.equal(taken.requests.at(-1)!.headers['idempotency-key'], recording!.uploadId);
  });

  it('names what failed there, sends the others, and does not take it for sent', async () => {
    const recordings = await months();
    const failed = {
      status: 'failed',
      code: 'recording/too-many-samples',
      sentence: 'It failed.',
      nextStep: 'Do this.',
    };
    const there = server(({ address }) =>
      address.includes(recordings[0]!.uploadId) ? [200, failed] : undefined,
    );
    assert.deepEqual(await sendAll(recordings, there), { sent: 2, there: 0, failed: 1 });
    assert.ok(
      there.said.includes(`2025-03-10 to 2025-03-10 (${recordings[0]!.uploadId}): It failed. Do this.`),
    );
    assert.ok(!sentList(folder.path('state'), to, 'kim').has(recordings[0]!.uploadId));
  });
});

describe('where and as whom an import is sent', () => {
  it('is the emulators where the environment says they are', () => {
    const env = {
      FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:1',
      FIREBASE_STORAGE_EMULATOR_HOST: '127.0.0.1:2',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:3',
      LOCAL_STACK_FUNCTIONS_URL: 'http://127.0.0.1:4/p/r',
    };
    const there = localStack(env);
    assert.deepEqual(
      [there.identityUrl, there.storageUrl, there.firestoreUrl, there.functionUrl('x')],
      [
        'http://127.0.0.1:1/identitytoolkit.googleapis.com/v1',
        'http://127.0.0.1:2',
        'http://127.0.0.1:3',
        'http://127.0.0.1:4/p/r/x',
      ],
    );
  });

  it('is the ports of firebase.json without these', () => {
    const there = localStack({});
    assert.equal(there.functionUrl('x'), 'http://127.0.0.1:5001/demo-clarity-loop/europe-west4/x');
    assert.equal(there.storageUrl, 'http://127.0.0.1:9199');
  });

  it('is a project only with its bucket', () => {
    assert.throws(() => projectNamed('some-project', {}), /Name the bucket/);
    assert.throws(() => projectNamed('no/project', { bucket: 'b' }), /no project id/);
  });

  it('is whoever an ID token names; without a way to renew it', async () => {
    const token = `x.${Buffer.from('{"sub":"kim"}').toString('base64url')}.y`;
    const account = withToken(token);
    assert.deepEqual([account.uid, await account.token()], ['kim', token]);
    await assert.rejects(account.token({ renew: true }), /expired: sign in again/);
    assert.throws(() => withToken('nonsense'), /no Firebase ID token/);
  });

  it('waits as RFC 9110 says: seconds or a date', () => {
    assert.equal(retryAfterMs('120'), 120_000);
    assert.equal(retryAfterMs('Mon, 16 Jun 2025 08:00:10 GMT', Date.parse('2025-06-16T08:00:00Z')), 10_000);
    assert.equal(retryAfterMs('Mon, 16 Jun 2025 07:00:00 GMT', Date.parse('2025-06-16T08:00:00Z')), 0);
    assert.equal(retryAfterMs('soon'), undefined);
    assert.equal(retryAfterMs(null), undefined);
    assert.deepEqual([spanText(7000), spanText(600_000), spanText(36_000_000)], ['7 s', '10 min', '10 h']);
  });
});
