import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localStack } from '../../../scripts/client/place.ts';
import type { BuiltRecording } from '../../../scripts/import/build-recordings.ts';
import { patient } from '../../../scripts/import/patience.ts';
import { sendRecordings } from '../../../scripts/import/send-recordings.ts';
import { sentList, type SentList } from '../../../scripts/import/sent-list.ts';
import { importFolder } from '../../../scripts/import/work-folder.ts';
import { exportXml, writeExport } from '../../../scripts/sample-data/make-export.ts';

import { paths } from '../../src/contract/upload.ts';
import { administrator } from '../support/emulators.ts';
import { importXml, pieces } from '../support/exported.ts';
import { finished, signUp, type Person, uploadIds } from '../support/person.ts';

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

function send(
  { loop }: Person,
  recordings: BuiltRecording[],
  sent: SentList,
  interrupted = new AbortController().signal,
) {
  const nothing = (): void => {};
  const patiently = patient('The local stack', { wait: sleep, random: () => 0.1, say: nothing });
  return sendRecordings(recordings, { loop, patiently, sent, say: nothing, onBytes: nothing, interrupted });
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
    const person = await signUp();
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
      assert.equal((await finished(person, id)).status, 'succeeded');
      assert.ok(await person.loop.analysis(id));
    }
    const { window, sleep } = (await person.loop.analysis(ids[2]!))!;
    assert.equal(window.days.at(-1), '2025-06-03');
    assert.ok('nights' in sleep && sleep.nights.length === 7);

    const again = await run(['import', file, '--apply'], env);
    assert.match(again.stdout, /0 sent, 3 there before/);
    assert.deepEqual((await uploadIds(person)).sort(), ids);

    const status = await run(['status', ids[2]!, '--follow'], env);
    assert.equal(
      status.stdout,
      '100 %  succeeded, narrative  The analysis and its text are ready. Read them.\n',
    );
    assert.equal((await run(['status', 'never-existed'])).stderr, 'status: There is no such upload.\n');
    for (const { stdout, stderr } of [first, again]) assert.ok(!`${stdout}${stderr}`.includes('eyJ'));
  });

  it('is the same uploads when the import was stopped in the middle and run again', async () => {
    const { person, env } = await somebody();
    const xml = pieces([...exportXml(history)].join(''), 65_536);
    const { recordings } = await importXml(path.join(folder, 'built'), xml);
    const stop = new AbortController();
    const sent = sentList(importFolder, localStack(), person.uid);
    const add = (uploadId: string): void => {
      sent.add(uploadId);
      stop.abort(new Error('stopped'));
    };
    const stopped = send(person, recordings, { ...sent, add }, stop.signal);
    await assert.rejects(stopped, /stopped/);
    const before = await uploadIds(person);
    assert.equal(before.length, 1);

    const rest = await run(['import', file, '--apply'], env);
    assert.equal(rest.status, 0, rest.stderr);
    assert.match(rest.stdout, /2 sent, 1 there before/);
    const after = await uploadIds(person);
    assert.deepEqual(after.sort(), recordings.map(({ uploadId }) => uploadId).sort());
  });

  it('goes to Storage piece by piece, and is what was read', async () => {
    const person = await signUp();
    const xml = pieces([...exportXml({ days: 8, lastDay: '2025-06-15' })].join(''), 65_536);
    const { recordings } = await importXml(path.join(folder, 'built'), xml);
    const known = new Set<string>();
    const sent = { has: () => false, add: (id: string) => known.add(id), remove: () => {} };
    assert.deepEqual(await send(person, recordings, sent), { sent: 1, there: 0, failed: 0 });
    const [uploadId] = known;
    const upload = await finished(person, uploadId!);
    assert.equal(upload.status, 'succeeded');
    assert.deepEqual([upload.progress, upload.sentence], [1, 'The analysis and its text are ready.']);
    assert.equal(upload.receipt!.processedSamples, recordings[0]!.samples);
  });

  it('is sent anew where its announcement ran out before', async () => {
    const person = await signUp();
    const xml = pieces([...exportXml({ days: 1, lastDay: '2025-06-15' })].join(''), 65_536);
    const { recordings } = await importXml(path.join(folder, 'built'), xml);
    const { uploadId, sizeBytes, sha256 } = recordings[0]!;
    await person.loop.requestUpload({ contentType: 'application/x-ndjson', uploadId, sizeBytes, sha256 });
    const announced = administrator.doc(paths.upload(person.uid, uploadId));
    await announced.update({ status: 'failed', code: 'upload/expired' });
    const sent = { has: () => false, add: () => {}, remove: () => {} };
    assert.deepEqual(await send(person, recordings, sent), { sent: 1, there: 0, failed: 0 });
    assert.equal((await finished(person, uploadId)).status, 'succeeded');
  });

  it('is not sent with a wrong password', async () => {
    const { env } = await somebody();
    const wrong = await run(['import', file, '--apply'], {
      ...env,
      CLARITY_PASSWORD: 'another one',
    });
    assert.equal(wrong.status, 1);
    assert.equal(wrong.stderr, 'import: There is no such person with this password in the local stack.\n');
  });
});
