import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { getFirestore } from 'firebase-admin/firestore';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import { byDay } from '../../src/domain/samples/day.ts';
import { openUpload, sampleOf } from '../support/build.ts';
import '../support/drivers.ts';

const at = Date.UTC(2026, 10, 24, 8);
const samples = byDay([sampleOf('heartRate', '2025-06-10T10:00', { value: 61 })]);
const newer = { code: 'schema/newer', retry: true };

describe('what a newer release has left behind', () => {
  it('makes its uploads wait: no claim, no failure, not a byte changed', async () => {
    const ports = app();
    const key = { uid: randomUUID(), uploadId: 'upload-1' };
    await openUpload(ports, key);
    const document = getFirestore().doc(paths.upload(key.uid, key.uploadId));
    await document.update({ schemaVersion: 2, stage: 'dreaming' });
    const before = (await document.get()).data();
    const claim = { kind: 'claimed', stage: 'analysis', holder: 'one', at, until: at + 1000 } as const;
    await assert.rejects(ports.uploads.advance(key, claim), newer);
    const failed = { kind: 'failed', attempt: null, code: 'analysis/gave-up', issues: [], at } as const;
    await assert.rejects(ports.uploads.advance(key, failed), newer);
    assert.deepEqual((await document.get()).data(), before);
  });

  it('makes its persons wait: nothing is merged into documents that it no longer reads, nothing taken out', async () => {
    const ports = app();
    const key = { uid: randomUUID(), uploadId: 'upload-1' };
    await openUpload(ports, key);
    await ports.days.merge(key, samples, []);
    const state = getFirestore().doc(paths.personState(key.uid));
    await state.set({ schemaVersion: 2 });
    await assert.rejects(ports.days.merge(key, samples, []), newer);
    await assert.rejects(ports.days.merge(key, [], ['00000000-0000-4000-8000-000000000001']), newer);
    await assert.rejects(ports.days.forget(key), newer);
    await state.delete();
    assert.equal((await ports.days.latest(key.uid, 7)).length, 1);
    await ports.days.forget(key);
    assert.deepEqual(await ports.days.latest(key.uid, 7), []);
  });
});
