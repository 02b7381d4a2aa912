import assert from 'node:assert/strict';
import { instant, reconcile, type Options } from './reconcile.ts';
import command from '../commands/reconcile.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import type { Upload } from '../../functions/src/domain/upload/upload.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import { at, hourMs, json, sentSample, traceparent, uid, world } from '../../functions/test/support/build.ts';
import { ran } from '../../functions/test/support/commands.ts';

const restoredTo = at('2025-06-16T07:00:00Z');

/** Three uploads of an hour ago that have succeeded; then the database is restored. */
async function restored() {
  const there = world();
  const { state, ports, clock } = there;
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const sample = sentSample({
      value: 100 + i,
      startDate: `2025-06-10T1${i}:00:00Z`,
      endDate: `2025-06-10T1${i}:01:00Z`,
    });
    const { uploadId } = await there.receive(json({ samples: [sample] }));
    state.recordings.get(paths.recording(uid, uploadId))!.createdAt = clock.time;
    await there.analyze(uploadId);
    ids.push(uploadId);
  }
  state.requests.length = 0;
  const lines: string[] = [];
  const waits: number[] = [];
  const run = (options: Partial<Options> = {}) =>
    reconcile(
      ports,
      { restoredTo: clock.time + 1, apply: false, rate: 10, ...options },
      { say: (line) => void lines.push(line), wait: (ms) => Promise.resolve(void waits.push(ms)) },
    );
  const path = (i: number) => paths.upload(uid, ids[i]!);
  const put = (i: number, changes: Partial<Upload>) => {
    state.uploads.set(path(i), { ...state.uploads.get(path(i))!, ...changes });
  };
  const recording = (i: number) => state.recordings.get(paths.recording(uid, ids[i]!))!;
  const statuses = () => ids.map((_, i) => state.uploads.get(path(i))?.status);
  const asked = () => state.requests.map(({ uploadId }) => uploadId);
  return { ...there, ids, lines, waits, run, path, put, recording, statuses, asked };
}

describe('npm run reconcile', () => {
  it('finds nothing where nothing is missing', async () => {
    const { run, lines, asked } = await restored();
    assert.equal(await run({ apply: true }), 0);
    assert.deepEqual([lines, asked()], [['0 found'], []]);
  });

  it('only says what it has found, until it is told to open it', async () => {
    const { run, lines, ids, state, path, asked, statuses } = await restored();
    state.uploads.delete(path(1));
    assert.equal(await run(), 0);
    assert.deepEqual(lines, [`${ids[1]!}  has no upload`, '1 found; --apply opens them again']);
    assert.deepEqual([statuses(), asked()], [['succeeded', undefined, 'succeeded'], []]);
  });

  it('opens an upload for a recording that has none, as it was sent, and it is analysed with what is there', async () => {
    const { run, ids, state, ports, path, waits, recording } = await restored();
    const before = state.uploads.get(path(1))!;
    const last = state.analyses.get(paths.analysis(uid, ids[2]!))!;
    state.uploads.delete(path(1));
    state.analyses.delete(paths.analysis(uid, ids[1]!));
    recording(1).createdAt = at('2025-06-16T06:00:00Z');
    assert.equal(await run({ apply: true, rate: 2 }), 0);
    const opened = state.uploads.get(path(1))!;
    assert.deepEqual([opened.status, opened.incarnation], ['queued', before.incarnation]);
    assert.equal(
      opened.requestedAt,
      at('2025-06-16T06:00:00Z'),
      'what it says of the time is judged as of then',
    );
    assert.deepEqual(waits, [500]);
    await servePerson(ports, state.requests[0]!);
    assert.equal(state.uploads.get(path(1))!.status, 'succeeded');
    assert.deepEqual(state.analyses.get(paths.analysis(uid, ids[1]!)), last);
  });

  it('opens what was analysed after the time of the restored samples, and takes it in again', async () => {
    const { run, ids, state, ports, lines, statuses, asked, clock } = await restored();
    const [week, samples] = [...state.samples][0]!;
    state.samples.clear();
    assert.equal(await run({ apply: true, restoredTo: clock.time }), 0);
    assert.deepEqual([statuses(), asked()], [['queued', 'queued', 'queued'], ids]);
    assert.equal(lines[0], `${ids[0]!}  was analysed after that time: opened again`);
    for (const request of state.requests.slice()) await servePerson(ports, request);
    assert.deepEqual(statuses(), ['succeeded', 'succeeded', 'succeeded']);
    assert.deepEqual(state.samples.get(week), samples);
  });

  it('queues what is expected and has come, and tries again what had failed before it came', async () => {
    const { run, ids, put, asked, statuses, clock, recording } = await restored();
    put(0, { status: 'requested', stage: 'upload' });
    put(1, { status: 'failed', code: 'upload/expired', finishedAt: clock.time - hourMs });
    put(2, { status: 'failed', code: 'recording/invalid', finishedAt: clock.time + 1 });
    delete recording(0).incarnation;
    assert.equal(await run({ apply: true }), 0);
    assert.deepEqual(statuses(), ['queued', 'queued', 'failed']);
    assert.deepEqual(new Set(asked()), new Set(ids.slice(0, 2)));
  });

  it('leaves a recording alone that belongs to another upload of the same id, and says so', async () => {
    const { run, ids, lines, put, asked } = await restored();
    put(1, { incarnation: 'another' });
    assert.equal(await run({ apply: true }), 1);
    assert.deepEqual(
      [lines[0], asked()],
      [`${ids[1]!}  is of another upload of that id: look at it by hand`, []],
    );
  });

  it('asks for uploads and people with open work, however far their next look is', async () => {
    const { run, ids, lines, put, state, ports } = await restored();
    const nextLook = { at: at('2025-07-01T00:00'), looks: 6 };
    put(1, { status: 'deleting', nextLook });
    const stored = await ports.histories.state(uid);
    await ports.histories.commit(uid, stored, { ...stored.state, dirty: ['2025-06-09'], nextLook }, {});
    assert.equal(await run({ apply: true }), 0);
    assert.deepEqual(
      new Set(lines),
      new Set([`${ids[1]!}  is deleting: opened again`, `${uid}  has open work: opened again`, '2 found']),
    );
    assert.deepEqual(state.requests.map((request) => request.uploadId).sort(), [ids[1], undefined].sort());
  });

  it('goes on where one fails, and deletes nothing', async () => {
    const { run, ids, lines, state, path, asked } = await restored();
    state.uploads.delete(path(0));
    state.uploads.delete(path(1));
    const elsewhere = paths.recording('person-2', ids[0]!);
    state.recordings.set(elsewhere, { ...state.recordings.get(paths.recording(uid, ids[0]!))!, traceparent });
    state.erasures.set(uid, { begunAt: 0, postponedUntil: 0 });
    const before = state.recordings.size;
    assert.equal(await run({ apply: true }), 2);
    assert.ok(lines.includes(`${ids[0]!}  has no upload: person/erasing`));
    assert.deepEqual([state.recordings.size, asked()], [before, [ids[0]]]);
  });

  it('wants to know the time that the database was restored to', async () => {
    assert.equal(instant('2025-06-16T07:00:00Z'), restoredTo);
    assert.equal((await ran(command)).status, 2);
    const { stderr } = await ran(command, '--restored-to', 'yesterday');
    assert.match(stderr, /must be a time in UTC like 2026-01-31T12:00:00Z/);
  });
});
