import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { app } from '../../src/app.ts';
import { storedPersonState, storedSamples, storedUpload, storedWeek } from '../../src/contract/stored.ts';
import { paths } from '../../src/contract/upload.ts';
import { shardOf, type UploadKey } from '../../src/domain/upload/upload.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { commit, openUpload, sampleOf, traceparent } from '../support/build.ts';
import '../support/drivers.ts';
import { administrator as db } from '../support/emulators.ts';
import { sleepsSoundly } from '../support/stand-ins.ts';
import { someWeek } from '../support/stored-documents.ts';

const at = Date.UTC(2026, 10, 24, 8);
const newer = { code: 'schema/newer', retry: true };
const week = {
  week: '2025-06-09',
  samples: [sampleOf('heartRate', '2025-06-10T10:00')],
  origins: [['upload-1']],
};

describe('what a newer release has left behind', () => {
  let ports: ReturnType<typeof app>;
  let key: UploadKey;
  beforeEach(async () => {
    ports = app();
    key = await openUpload(ports, { uid: randomUUID(), uploadId: 'upload-1' });
  });

  const serve = (uploadId?: string) => {
    const requests = { publish: () => Promise.reject(new Error('nobody is asked')) };
    return servePerson(
      { ...ports, models: sleepsSoundly, requests },
      { uid: key.uid, uploadId, traceparent },
    );
  };
  /** Every document of the person, as it is. */
  const everything = async (): Promise<[path: string, fields: unknown][]> => {
    const person = db.doc(paths.person(key.uid));
    const collections = await person.listCollections();
    const all = await Promise.all(collections.map(async (collection) => (await collection.get()).docs));
    return all.flat().map((snapshot) => [snapshot.ref.path, snapshot.data()]);
  };
  const unchanged = async (work: () => Promise<unknown>): Promise<void> => {
    const before = await everything();
    await assert.rejects(work(), newer);
    assert.deepEqual(await everything(), before);
  };

  it('makes its uploads wait: nobody takes the person, nothing fails, not a byte changes', async () => {
    const document = db.doc(paths.upload(key.uid, key.uploadId));
    await document.update({ schemaVersion: storedUpload.version + 1, stage: 'dreaming' });
    await unchanged(() => serve(key.uploadId));
    await unchanged(() =>
      ports.uploads.advance(key, { kind: 'claimed', holder: 'two', at, until: at + 1000 }),
    );
    const failed = { kind: 'failed', code: 'analysis/gave-up', issues: [], at } as const;
    await unchanged(() => ports.uploads.advance(key, failed));
    await unchanged(() => ports.uploads.waiting(key.uid, 50));
  });

  it('makes its persons wait: neither an upload nor other work is taken up', async () => {
    await commit(ports, key.uid, { samples: [week] });
    const state = db.doc(paths.personState(key.uid));
    await state.update({ schemaVersion: storedPersonState.version + 1, dirty: { another: 'shape' } });
    await unchanged(() => serve(key.uploadId));
    await unchanged(() => serve());
    await unchanged(() => ports.histories.state(key.uid));
    await ports.uploads.advance(key, { kind: 'deleting', at });
    await unchanged(() => serve(key.uploadId));
  });

  it('makes the samples and weeks that it has written wait as well', async () => {
    await commit(ports, key.uid, { samples: [week], weeks: new Map([[week.week, someWeek(week.week)]]) });
    const { uid } = key;
    const samples = db.doc(paths.samples(uid, week.week));
    await samples.update({ schemaVersion: storedSamples.version + 1 });
    await unchanged(() => ports.histories.samples(uid, week.week, week.week));
    await unchanged(() => ports.histories.samplesOf(uid, 'upload-1', 8));
    await db.doc(paths.week(uid, week.week)).update({ schemaVersion: storedWeek.version + 1 });
    await unchanged(() => ports.histories.week(uid, week.week));
    await unchanged(() => ports.histories.marks(uid, [week.week]));
  });

  it('keeps nobody else waiting: the sweep finds the other uploads of the shard', async () => {
    const document = db.doc(paths.upload(key.uid, key.uploadId));
    await document.update({ schemaVersion: storedUpload.version + 1, stage: 'dreaming' });
    const other = await openUpload(ports, { uid: randomUUID(), uploadId: key.uploadId });
    const due = await ports.uploads.due(shardOf(key.uploadId), at, 10_000);
    const found = due.map(({ key: { uid } }) => uid);
    assert.deepEqual([found.includes(key.uid), found.includes(other.uid)], [false, true]);
  });
});
