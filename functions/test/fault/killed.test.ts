import assert from 'node:assert/strict';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getFirestore, Timestamp } from 'firebase-admin/firestore';
import { runIdVariable } from '../../../scripts/local-stack/processes.ts';
import { sendRecording } from '../support/client.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import { awaitsHolder } from '../../src/domain/upload/upload.ts';
import { sweepStalled } from '../../src/workflows/sweep-stalled.ts';
import '../support/drivers.ts';
import { finished, signUp, type Person } from '../support/person.ts';
import { skip } from '../support/skip.ts';

/** For a busy machine; an idle one needs 10 s for all of it. */
const patienceMs = 120_000;

/** The processes of this run that serve onAnalysisRequested. */
function workers(): number[] {
  const marks = [`${runIdVariable}=${process.env[runIdVariable]}`, 'FUNCTION_TARGET=onAnalysisRequested'];
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0)) return false;
      try {
        const environment = fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        return marks.every((mark) => environment.includes(mark));
      } catch {
        return false; // gone, or not ours
      }
    });
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // gone
    }
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(5)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`not within ${patienceMs} ms: ${what}`);
}

const windowsOf = async (uid: string, place: 'analyses' | 'narratives'): Promise<number> =>
  (await getFirestore().collection(`users/${uid}/${place}`).get()).size;

describe('a worker that is killed', () => {
  let person: Person;
  before(async function () {
    this.timeout(patienceMs);
    if (!fs.existsSync('/proc/self/environ'))
      skip(this, 'only Linux says which process serves which function');
    // Something to kill: one upload makes the emulator start a worker, which then waits for the next event.
    person = await signUp();
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 1 }));
    await finished(person, uploadId);
    assert.ok(workers().length > 0);
  });
  beforeEach(async () => {
    person = await signUp();
  });

  it('with the message, before it has taken the person: the message comes again, and it succeeds', async function () {
    this.timeout(2 * patienceMs);
    // A stopped process takes the message from the emulator and does nothing with it.
    const stopped = workers();
    signal(stopped, 'SIGSTOP');
    const { uploadId } = await sendRecording(person, sampleWeek({ days: 2 }));
    const key = { uid: person.uid, uploadId };
    await until('queued', async () =>
      (await app().uploads.find(key))?.upload.status === 'queued' ? true : undefined,
    );
    await sleep(300);
    assert.equal((await app().histories.state(person.uid)).revision, null, 'nobody has taken the person');
    signal(stopped, 'SIGKILL');

    const { status, code } = await finished(person, uploadId);
    assert.deepEqual([status, code], ['succeeded', null]);
    assert.deepEqual(
      await Promise.all([windowsOf(person.uid, 'analyses'), windowsOf(person.uid, 'narratives')]),
      [1, 1],
    );
  });

  it('in the middle of its work: when its lease has run out, another one does all of it', async function () {
    this.timeout(2 * patienceMs);
    // Sixty days of samples: their weeks take long enough to be met in them.
    const recording = sampleWeek({ days: 60 });
    const { uploadId } = await sendRecording(person, recording);
    const key = { uid: person.uid, uploadId };
    const { histories } = app();
    await until('at work', async () => (await histories.state(person.uid)).state.lease ?? undefined);
    signal(workers(), 'SIGKILL');
    const left = await histories.state(person.uid);
    assert.deepEqual(left.state.lease?.uploads, [uploadId], 'the dead hold the person');
    assert.ok(awaitsHolder((await app().uploads.find(key))!.upload));
    assert.equal(await windowsOf(person.uid, 'analyses'), 0);

    // A quarter of an hour passes, for these documents: the lease has run out, and the sweep looks at the upload.
    const minutesAgo = (minutes: number) => Timestamp.fromMillis(Date.now() - minutes * 60_000);
    await getFirestore()
      .doc(paths.personState(key.uid))
      .update({ 'lease.until': minutesAgo(14) });
    await getFirestore()
      .doc(paths.upload(key.uid, uploadId))
      .update({ nextLookAt: minutesAgo(1) });
    const { uploads } = app();
    // Only of this upload: other tests leave many behind.
    const due: typeof uploads.due = async (shard, now) =>
      (await uploads.due(shard, now, 1000)).filter((found) => found.key.uploadId === uploadId);
    const nobody = { ...histories, due: () => Promise.resolve([]) };
    await sweepStalled({ ...app(), uploads: { ...uploads, due }, histories: nobody });

    const upload = await finished(person, uploadId);
    assert.deepEqual([upload.status, upload.code], ['succeeded', null]);
    const { processedSamples } = upload.receipt as { processedSamples: number };
    assert.equal(processedSamples, recording.samples.length);
    assert.deepEqual(
      await Promise.all([windowsOf(person.uid, 'analyses'), windowsOf(person.uid, 'narratives')]),
      [1, 1],
    );
    // Whatever the dead still had to say.
    const late = { ...left.state, version: left.state.version + 1 };
    assert.equal(await histories.commit(person.uid, left, late, {}), undefined);
  });
});
