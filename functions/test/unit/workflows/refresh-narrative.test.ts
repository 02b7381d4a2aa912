import assert from 'node:assert/strict';
import type { Narrator } from '../../../src/workflows/ports.ts';
import { refreshNarrative } from '../../../src/workflows/refresh-narrative.ts';
import { json, sentSample, traceparent, uid, world } from '../../support/build.ts';

const narrator: Narrator = { write: () => Promise.reject(new Error('must not be asked without consent')) };

async function narrated() {
  const there = world();
  const { uploadId } = await there.receive(json({ samples: [sentSample()] }));
  await there.analyze(uploadId);
  const ports = { ...there.ports, narrator };
  const key = { uid, uploadId };
  return { ...there, ports, key, refresh: (of = key) => refreshNarrative(ports, of, traceparent) };
}

describe('refreshNarrative', () => {
  it('writes the text anew, in the language that the person has chosen since', async () => {
    const { state, key, refresh } = await narrated();
    const narrative = () => state.narratives.get(`users/${uid}/narratives/${key.uploadId}`)!;
    assert.equal(narrative().language, 'en');
    state.people.set(uid, { language: 'de' });
    assert.deepEqual(await refresh(), { source: 'template' });
    assert.equal(narrative().language, 'de');
  });

  it('is refused while the upload is still under work', async () => {
    const { ports, state, key, clock, refresh } = await narrated();
    const path = `users/${uid}/uploads/${key.uploadId}`;
    state.uploads.set(path, { ...state.uploads.get(path)!, provisional: true });
    await ports.uploads.advance(key, { kind: 'retried', at: clock.time });
    await assert.rejects(refresh(), { code: 'upload/illegal-move' });
  });

  it("knows neither an upload that never was nor someone else's", async () => {
    const { key, refresh } = await narrated();
    await assert.rejects(refresh({ ...key, uploadId: 'never-existed' }), { code: 'upload/not-found' });
    await assert.rejects(refresh({ ...key, uid: 'someone-else' }), { code: 'upload/not-found' });
  });

  it('is done five times a day at most, however many ask at once, and again the next day', async () => {
    const { refresh, clock } = await narrated();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => refresh()));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5);
    await assert.rejects(refresh(), { code: 'quota/exceeded' });
    clock.time += 86_400_000;
    await refresh();
  });
});
