import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { byDay, type DaySamples } from '../../src/domain/samples/day.ts';
import type { Sample } from '../../src/domain/samples/sample.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import type { Days } from '../../src/workflows/ports.ts';
import { openUpload } from '../support/build.ts';
import { drivers, type StoredPorts } from '../support/drivers.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A heart rate on the `day`th of June 2025, UTC. */
const beat = (n: number, day: number, value = 60): Sample => ({
  id: id(n),
  type: 'heartRate',
  start: Date.UTC(2025, 5, day, 8, 0, n),
  end: Date.UTC(2025, 5, day, 8, 0, n),
  value,
  source: { kind: 'watch', key: 'com.apple.health|Watch7,1' },
  timeZone: 'UTC',
  userEntered: false,
});

const ids = (days: DaySamples[]): Record<string, string[]> =>
  Object.fromEntries(days.map(({ day, samples }) => [day, samples.map((sample) => sample.id)]));

for (const { name, ports } of drivers) {
  describe(`days ${name}`, () => {
    let stored: StoredPorts;
    let days: Days;
    let uid: string;
    let origin: UploadKey & { holder: string };
    beforeEach(async () => {
      stored = ports();
      ({ days } = stored);
      uid = randomUUID();
      origin = await upload('upload-1');
    });
    const upload = (uploadId: string) => openUpload(stored, { uid, uploadId });
    const merge = (samples: Sample[], deleted: string[] = [], from = origin) =>
      days.merge(from, byDay(samples), deleted);

    /** As a deletion does. */
    const forget = async (key: UploadKey) => {
      await stored.uploads.advance(key, { kind: 'deleting', at: 0 });
      await days.forget(key, null);
    };

    it('has no days of someone who never sent any', async () => {
      assert.deepEqual(await days.latest(uid, 8), []);
    });

    it('gives back what was merged, day by day, oldest first', async () => {
      const samples = [beat(1, 3), beat(2, 1), beat(3, 3, 61.5)];
      await merge(samples);
      assert.deepEqual(await days.latest(uid, 8), [
        { day: '2025-06-01', samples: [beat(2, 1)] },
        { day: '2025-06-03', samples: [beat(1, 3), beat(3, 3, 61.5)] },
      ]);
    });

    it('gives only the latest days that were asked for', async () => {
      await merge([1, 2, 3, 4].map((day) => beat(day, day)));
      assert.deepEqual(Object.keys(ids(await days.latest(uid, 2))), ['2025-06-03', '2025-06-04']);
    });

    it('gives the days from one to another, both included', async () => {
      await merge([1, 2, 3, 5, 6].map((day) => beat(day, day)));
      const between = async (first: string, last: string) =>
        Object.keys(ids(await days.between(uid, first, last)));
      assert.deepEqual(await between('2025-06-02', '2025-06-05'), ['2025-06-02', '2025-06-03', '2025-06-05']);
      assert.deepEqual(await between('2025-06-04', '2025-06-04'), []);
      assert.deepEqual(await days.between('someone-else', '2025-06-01', '2025-06-30'), []);
    });

    it('gives the days that samples came to, without those of which nothing is left', async () => {
      assert.deepEqual(ids(await merge([beat(1, 1), beat(2, 2)])), {
        '2025-06-01': [id(1)],
        '2025-06-02': [id(2)],
      });
      await merge([], [id(3)]);
      assert.deepEqual(ids(await merge([beat(3, 3), beat(4, 2)])), { '2025-06-02': [id(2), id(4)] });
    });

    it('finds the same latest days whether or not some of them have been seen', async () => {
      for (const day of [1, 2, 3, 4, 5, 6]) await merge([beat(day, day)]);
      const seens = [[6], [5, 6], [1], [1, 6], [2, 3], [4], [6, 7, 8], [1, 2, 3, 4, 5, 6]];
      for (const [i, days_] of seens.entries()) {
        const seen = await merge(days_.map((day) => beat(100 * (i + 1) + day, day)));
        for (const count of [1, 2, 3, 4, 8, 20]) {
          const message = `${count} of ${days_.join()}`;
          assert.deepEqual(await days.latest(uid, count, seen), await days.latest(uid, count), message);
        }
      }
    });

    it('counts a repeated sample once', async () => {
      await merge([beat(1, 1)]);
      await merge([beat(1, 1), beat(2, 1)]);
      assert.deepEqual(ids(await days.latest(uid, 8)), { '2025-06-01': [id(1), id(2)] });
    });

    it('removes a deleted sample wherever it lies, and keeps it away when it is sent again', async () => {
      // More days than one page of the search holds.
      await merge(Array.from({ length: 30 }, (_, i) => beat(i, i + 1)));
      await merge([], [id(2), id(29)]);
      await merge([beat(2, 3)]);
      const left = ids(await days.latest(uid, 30));
      // A day of which nothing is left is gone.
      assert.deepEqual([left['2025-06-03'], left['2025-06-30']], [undefined, undefined]);
      assert.equal(Object.values(left).flat().length, 28);
    });

    it('keeps away a sample whose deletion came first', async () => {
      await merge([], [id(7)]);
      await merge([beat(7, 1), beat(8, 1)]);
      assert.deepEqual(ids(await days.latest(uid, 8)), { '2025-06-01': [id(8)] });
    });

    it('loses nothing when several uploads are merged at once', async () => {
      const batches = Array.from({ length: 6 }, (_, b) => [
        beat(10 * b, 1),
        beat(10 * b + 1, 1),
        beat(10 * b + 2, 2),
      ]);
      await Promise.all(batches.map((batch) => merge(batch)));
      const left = ids(await days.latest(uid, 8));
      assert.deepEqual([left['2025-06-01']!.length, left['2025-06-02']!.length], [12, 6]);
    });

    it('forgets what only one upload brought, and keeps what another brought as well', async () => {
      const other = await upload('upload-2');
      await merge([beat(1, 1), beat(2, 1), beat(3, 2), beat(4, 3)]);
      await merge([beat(2, 1), beat(5, 2)], [], other);
      await forget(origin);
      assert.deepEqual(ids(await days.latest(uid, 8)), { '2025-06-01': [id(2)], '2025-06-02': [id(5)] });
      await forget(other);
      await forget(other);
      assert.deepEqual(await days.latest(uid, 8), []);
    });

    it('forgets an upload of more days than one transaction reads', async () => {
      await merge(Array.from({ length: 25 }, (_, i) => beat(i, i + 1)));
      await forget(origin);
      assert.deepEqual(await days.latest(uid, 30), []);
    });

    it('forgets a value with the upload that brought it, whichever came first under its id', async () => {
      for (const [first, second] of [
        [60, 70],
        [70, 60],
      ]) {
        const [one, other] = [await upload(`first-${first}`), await upload(`second-${second}`)];
        await merge([beat(1, 1, first)], [], one);
        await merge([beat(1, 1, second)], [], other);
        const [{ samples }] = (await days.latest(uid, 1)) as [DaySamples];
        // The later one in canonical order has stayed; the upload that brought it takes it along.
        assert.equal(samples[0]!.value, 70);
        await forget(first === 70 ? one : other);
        assert.deepEqual(await days.latest(uid, 1), []);
      }
    });

    it('takes nothing from an upload that is being deleted, or that never was', async () => {
      const never = { uid, uploadId: 'never-was', holder: 'nobody' };
      await assert.rejects(merge([beat(1, 1)], [], never), { code: 'upload/not-found' });
      await stored.uploads.advance(origin, { kind: 'deleting', at: 0 });
      const fenced = { code: 'upload/fenced' };
      await assert.rejects(merge([beat(1, 1)]), fenced);
      await assert.rejects(merge([], [id(1)]), fenced);
      assert.deepEqual(await days.latest(uid, 8), []);
    });

    it('takes nothing from a worker that was overtaken, or whose upload was deleted and sent again', async () => {
      const fenced = { code: 'upload/fenced' };
      const claim = {
        kind: 'claimed',
        stage: 'analysis',
        holder: 'next',
        at: 60_000,
        until: 120_000,
      } as const;
      await stored.uploads.advance(origin, claim);
      await assert.rejects(merge([beat(1, 1)]), fenced);
      await stored.uploads.advance(origin, { kind: 'deleting', at: 0 });
      await stored.uploads.remove(origin);
      // The same id, another upload: its worker is another, too.
      const again = { ...(await upload('upload-1')), holder: 'next' };
      await assert.rejects(merge([beat(1, 1)], [], again), fenced);
      await assert.rejects(days.forget(again, 'next'), fenced);
      await assert.rejects(days.forget(again, null), fenced, 'it is not being deleted');
      await stored.uploads.remove(again);
      assert.notEqual(await stored.uploads.find(again), undefined);
      assert.deepEqual(await days.latest(uid, 8), []);
    });

    it('holds a day of 20,000 samples, and refuses one that outgrows its document', async () => {
      const many = (count: number, from = 0): Sample[] =>
        Array.from({ length: count }, (_, i) => ({
          ...beat(i, 1, 50 + (i % 90)),
          id: randomUUID(),
          start: i + from,
          end: i + from,
        }));
      await merge(many(20_000, Date.UTC(2025, 5, 1)));
      assert.equal((await days.latest(uid, 1))[0]!.samples.length, 20_000);
      await assert.rejects(merge(many(60_000, Date.UTC(2025, 5, 1))), { code: 'recording/too-many-samples' });
    });
  });
}
