import assert from 'node:assert/strict';
import { onEmulators } from '../../../scripts/client/place.ts';
import { firstUpload } from '../../../scripts/first-upload/first-upload.ts';
import { listObjects } from '../support/client.ts';
import { administrator, stack } from '../support/emulators.ts';

describe('the first upload', () => {
  let lines: string[] = [];
  afterEach(function () {
    // How far it came is all there is to find the cause by.
    if (this.currentTest?.state !== 'passed') console.error(lines.join('\n'));
  });

  it('takes the sample week to its text, says where each document and trace is, and leaves nobody behind', async function () {
    // The emulators lose an event now and then, which the sweep makes good only after ten minutes.
    this.retries(1);
    lines = [];
    const say = (line = '') => lines.push(line);
    const place = onEmulators(stack.origins);
    // As a token of a debug token's, of which the emulators look at nothing but the form.
    const [header, payload] = [{ alg: 'none' }, { sub: '1:1:web:0a', aud: [] }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    let asked = 0;
    const appCheck = () => {
      asked += 1;
      return Promise.resolve({ token: `${header}.${payload}.`, expireTimeMillis: Date.now() + 300_000 });
    };
    assert.equal(await firstUpload({ ...place, appCheck }, say, new AbortController().signal), true);

    const said = lines.join('\n');
    const [, uid, uploadId] = /as (\w+), somebody new\.\nThe sample week is sent as ([\w-]+)\./.exec(said)!;
    for (const kind of ['uploads', 'analyses', 'narratives'])
      assert.ok(said.includes(`/documents/users/${uid}/${kind}/${uploadId}\n`), said);
    assert.match(said, /Traces:\n {2}[0-9a-f]{32}: npm run trace -- /);
    assert.match(said, /succeeded[\s\S]*The narrative:\n {2}\S/);
    assert.ok(asked >= 2, 'the deletion consumes a token of its own');

    const person = administrator.doc(`users/${uid}`);
    assert.deepEqual([(await person.get()).exists, await person.listCollections()], [false, []]);
    assert.deepEqual(await listObjects(`recordings/${uid}/`), []);
    const accounts = `${stack.origins.auth}/identitytoolkit.googleapis.com/v1/projects/${stack.project}/accounts`;
    const found = await fetch(`${accounts}:lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
      body: JSON.stringify({ localId: [uid] }),
    });
    assert.equal(((await found.json()) as { users?: object[] }).users, undefined);
  });
});
