import assert from 'node:assert/strict';
import { samplePerson } from '../../../scripts/sample-data/sample-person.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { administrate, call, listObjects, post, readObject, sendRecording } from '../support/client.ts';
import { administrator, documentsOf, stack } from '../support/emulators.ts';
import { finished, signUp, type Person } from '../support/person.ts';

const kinds = [
  'uploads',
  'analyses',
  'narratives',
  'summaries',
  'weeks',
  'samples',
  'deletions',
  'deadLetters',
  'exports',
];

/** The paths of everything that is stored about a person, whoever may read it. */
async function storedOf({ uid }: Person): Promise<string[]> {
  const documents = await Promise.all(
    kinds.map(async (kind) => (await documentsOf(`users/${uid}/${kind}`)).map(({ id }) => `${kind}/${id}`)),
  );
  const person = (await administrator.doc(`users/${uid}`).get()).exists ? ['person'] : [];
  const objects = await Promise.all(
    ['recordings', 'exports'].map((folder) => listObjects(`${folder}/${uid}/`)),
  );
  return [...person, ...documents.flat(), ...objects.flat()];
}

const recording = sampleWeek({ days: 1 });

async function withAnUpload(): Promise<{ person: Person; uploadId: string }> {
  const person = await signUp();
  await person.loop.setPerson(samplePerson());
  const { uploadId } = await sendRecording(person, recording);
  await finished(person, uploadId);
  return { person, uploadId };
}

const codeOf = ({ error }: { error?: Record<string, unknown> }): unknown =>
  (error?.details as { code?: unknown } | undefined)?.code;

describe('what is stored about a person is theirs', () => {
  it('deleteUpload takes the upload and what only it brought, and nobody else can', async () => {
    const { person, uploadId } = await withAnUpload();
    const other = await signUp();
    const before = await storedOf(person);
    // Somebody else's id is like one that never was: nothing is told, nothing is done.
    assert.deepEqual((await call('deleteUpload', { uploadId }, other.token)).result, { deleted: true });
    assert.equal((await call('deleteUpload', { uploadId })).status, 401);
    assert.deepEqual(await storedOf(person), before);
    for (let time = 0; time < 2; time++) {
      const { result } = await call('deleteUpload', { uploadId }, person.token);
      assert.deepEqual(result, { deleted: true });
    }
    // Whoever holds the person does it.
    for (let waited = 0; (await storedOf(person)).length > 1 && waited < 20_000; waited += 100)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(await storedOf(person), ['person']);
  });

  it('exportMyData gives one archive of all of it, which the owner can fetch', async () => {
    const { person, uploadId } = await withAnUpload();
    const other = await signUp();
    assert.equal((await call('exportMyData', {})).status, 401);
    const { result } = await call('exportMyData', {}, person.token);
    const { path } = result as { path: string };
    assert.equal((await readObject(path, other.token)).status, 403);
    const { status, body } = await readObject(path, person.token);
    assert.equal(status, 200);
    const archive = JSON.parse(body) as {
      documents: { path: string; fields: Record<string, unknown> }[];
      recordings: { uploadId: string; base64: string }[];
    };
    const documents = archive.documents.map((document) => document.path);
    for (const kind of ['uploads', 'analyses', 'narratives'])
      assert.ok(documents.includes(`${kind}/${uploadId}`));
    const samples = archive.documents.flatMap(({ fields }) => (fields.samples ?? []) as unknown[]);
    assert.ok(samples.length > 500);
    const [sent] = archive.recordings as [{ uploadId: string; base64: string }];
    assert.equal(sent.uploadId, uploadId);
    assert.deepEqual(JSON.parse(Buffer.from(sent.base64, 'base64').toString()), recording);
  });

  it('deleteMyData leaves nothing, also of what is under way, and needs the word', async () => {
    const { person } = await withAnUpload();
    await call('exportMyData', {}, person.token);
    assert.equal((await call('deleteMyData', { confirm: 'delete everything' })).status, 401);
    assert.equal(codeOf(await call('deleteMyData', {}, person.token)), 'request/invalid');
    assert.ok((await storedOf(person)).length > 5);
    // Under way while everything is deleted.
    await Promise.all([2, 3, 4].map((days) => sendRecording(person, sampleWeek({ days }))));
    for (let time = 0; time < 2; time++) {
      const { result } = await call('deleteMyData', { confirm: 'delete everything' }, person.token);
      assert.deepEqual(result, { deleted: true });
    }
    // What was still on its way comes to its end, and brings nothing back.
    for (let quiet = 0; quiet < 8; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      if ((await storedOf(person)).length > 0) quiet = -1;
    }
    assert.deepEqual(await storedOf(person), []);
    const { uploadId } = await sendRecording(person, recording);
    assert.equal((await finished(person, uploadId)).status, 'succeeded');
  });

  it('consent that is withdrawn stops new uploads, by either way, until it is given again', async () => {
    const { person } = await withAnUpload();
    const consent = { generatedText: false, processing: false, version: '2', at: new Date() };
    await person.loop.setPerson({ consent });
    const refused = await post(JSON.stringify(sampleWeek({ days: 2 })), { token: person.token });
    assert.equal(refused.status, 403);
    assert.equal(((await refused.json()) as { code: string }).code, 'consent/withdrawn');
    const announcement = { contentType: 'application/json', sizeBytes: 5 };
    assert.equal(codeOf(await call('requestUpload', announcement, person.token)), 'consent/withdrawn');
    await person.loop.setPerson(samplePerson());
    assert.equal((await call('requestUpload', announcement, person.token)).status, 200);
  });

  it('nobody comes in with the token of an account that was disabled since', async () => {
    const { person, uploadId } = await withAnUpload();
    await administrate(person, { disableUser: true });
    for (const [name, data] of [
      ['deleteUpload', { uploadId }],
      ['exportMyData', {}],
      ['deleteMyData', { confirm: 'delete everything' }],
      ['retryUpload', { uploadId }],
      ['refreshNarrative', { uploadId }],
      ['requestUpload', { contentType: 'application/json', sizeBytes: 5 }],
    ] as const) {
      assert.equal(codeOf(await call(name, data, person.token)), 'auth/invalid-token', name);
    }
    assert.equal((await post('{}', { token: person.token })).status, 401);
  });

  it('a used-up quota is a 429 that says when to come again', async () => {
    const person = await signUp();
    const calls = await Promise.all(Array.from({ length: 7 }, () => call('exportMyData', {}, person.token)));
    const refused = calls.filter(({ status }) => status === 429);
    assert.equal(refused.length, 2);
    const { code, retryAfterS } = refused[0]!.error!.details as { code: string; retryAfterS: number };
    assert.equal(code, 'quota/exceeded');
    assert.ok(retryAfterS > 0 && retryAfterS <= 86_400);
  });

  it('no page of another site may call the functions', async () => {
    for (const name of ['uploadRecording', 'deleteMyData']) {
      const response = await fetch(stack.functionUrl(name), {
        method: 'OPTIONS',
        headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
      });
      assert.equal(response.headers.get('access-control-allow-origin'), null, name);
    }
  });
});
