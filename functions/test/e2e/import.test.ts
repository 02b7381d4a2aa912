import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { signIn } from '../../../scripts/client/account.ts';
import { localStack } from '../../../scripts/client/destination.ts';
import { sender, surroundings } from '../../../scripts/client/request.ts';
import { sendRecordings } from '../../../scripts/import/send-recordings.ts';
import { sentList } from '../../../scripts/import/sent-list.ts';
import { importFolder } from '../../../scripts/import/work-folder.ts';
import { followUpload, signUp, type Person } from '../../../scripts/start/journey.ts';
import { exportXml, writeExport } from '../../../scripts/sample-data/make-export.ts';
import { uploadIds } from '../support/client.ts';
import { stack } from '../support/emulators.ts';
import { importXml, pieces } from '../support/exported.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Of three months. */
const history = { days: 40, lastDay: '2025-06-03' };

interface Run {
  status: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const options = { cwd: root, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/run.mjs', ...args], options, (error, stdout, stderr) => {
      resolve({ status: error ? (error.code as number) : 0, stdout, stderr });
    });
  });
}

describe('an Apple Health export', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'import-'));
    file = path.join(folder, 'export.zip');
    await writeExport(file, history);
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Someone, and the environment in which the command is theirs. */
  async function somebody(): Promise<{ person: Person; env: Record<string, string> }> {
    const person = await signUp(stack);
    return { person, env: { CLARITY_EMAIL: person.email, CLARITY_PASSWORD: person.password } };
  }

  it('becomes analyses, and a second time nothing new', async () => {
    const { person, env } = await somebody();
    const first = await run(['import', file, '--apply'], env);
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /3 sent, 0 there before, 0 failed there before; to the local stack\./);
    const ids = (await uploadIds(person)).sort();
    assert.deepEqual(
      ids.map((id) => id.slice(0, 17)),
      ['import-2025-04-25', 'import-2025-05-01', 'import-2025-06-01'],
    );
    for (const id of ids) {
      assert.equal((await followUpload(person, id)).status, 'succeeded');
      assert.ok(await person.firestore.get(`users/${person.uid}/analyses/${id}`));
    }
    const latest = await person.firestore.get(`users/${person.uid}/analyses/${ids[2]!}`);
    const { days } = latest!['window'] as { days: string[] };
    assert.deepEqual(days.at(-1), '2025-06-03');
    assert.equal((latest!['sleep'] as { nights: unknown[] }).nights.length, 7);

    const again = await run(['import', file, '--apply'], env);
    assert.match(again.stdout, /0 sent, 3 there before/);
    assert.deepEqual((await uploadIds(person)).sort(), ids);

    const status = await run(['status', ids[2]!, '--follow']);
    assert.equal(
      status.stdout,
      '100 %  succeeded, narrative  The analysis and its text are ready. Read them.\n',
    );
    assert.equal((await run(['status', 'never-existed'])).stderr, 'status: There is no such upload.\n');
    for (const { stdout, stderr } of [first, again]) assert.ok(!`${stdout}${stderr}`.includes('eyJ'));
  });

  it('is the same uploads when the import was stopped in the middle and run again', async () => {
    const { person, env } = await somebody();
    const to = localStack();
    const account = await signIn(to, { email: env['CLARITY_EMAIL']!, password: env['CLARITY_PASSWORD']! });
    const xml = pieces([...exportXml(history)].join(''), 65_536);
    const { recordings } = await importXml(path.join(folder, 'built'), xml);
    const stop = new AbortController();
    const stopped = sendRecordings(recordings, {
      to,
      wait: () => Promise.resolve(),
      send: sender(
        to,
        account,
        surroundings(() => {}, stop.signal),
      ),
      sent: sentList(importFolder, to, person.uid),
      say: () => {},
      onBytes: () => {
        stop.abort(new Error('stopped'));
      },
      interrupted: stop.signal,
    });
    await assert.rejects(stopped, /stopped/);
    const before = await uploadIds(person);
    assert.equal(before.length, 1);

    const rest = await run(['import', file, '--apply'], env);
    assert.equal(rest.status, 0, rest.stderr);
    assert.match(rest.stdout, /2 sent, 1 there before/);
    const after = await uploadIds(person);
    assert.deepEqual(after.sort(), recordings.map(({ uploadId }) => uploadId).sort());
  });

  it('goes straight to Storage where it is large', async () => {
    const person = await signUp(stack);
    const to = localStack();
    const account = { uid: person.uid, token: () => Promise.resolve(person.idToken) };
    const xml = pieces([...exportXml({ days: 8, lastDay: '2025-06-15' })].join(''), 65_536);
    const { recordings } = await importXml(path.join(folder, 'built'), xml);
    const { signal } = new AbortController();
    const known = new Set<string>();
    const ends = await sendRecordings(recordings, {
      to,
      wait: () => Promise.resolve(),
      send: sender(
        to,
        account,
        surroundings(() => {}, signal),
      ),
      sent: { has: () => false, add: (id) => known.add(id), remove: () => {} },
      say: () => {},
      onBytes: () => {},
      interrupted: signal,
      mostPosted: 0,
    });
    assert.deepEqual(ends, { sent: 1, there: 0, failed: 0 });
    const [uploadId] = known;
    const upload = await followUpload(person, uploadId!);
    assert.equal(upload.status, 'succeeded');
    assert.deepEqual([upload.progress, upload.sentence], [1, 'The analysis and its text are ready.']);
    assert.equal((upload.receipt as { processedSamples: number }).processedSamples, recordings[0]!.samples);
  });

  it('is not sent with a wrong password, and the token of a session is renewed', async () => {
    const { env } = await somebody();
    const wrong = await run(['import', file, '--apply'], {
      ...env,
      CLARITY_PASSWORD: 'another one',
    });
    assert.equal(wrong.status, 1);
    assert.equal(wrong.stderr, 'import: There is no such person with this password in the local stack.\n');
    const account = await signIn(localStack(), {
      email: env['CLARITY_EMAIL']!,
      password: env['CLARITY_PASSWORD']!,
    });
    assert.match(await account.token({ renew: true }), /^eyJ/);
  });
});
