import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import type { Narrative } from '../../src/domain/narrative/narrative.ts';
import { quotas } from '../../src/domain/upload/quota.ts';
import { dayMs, minuteMs } from '../../src/domain/time.ts';
import { advance, requested, shardOf, type UploadKey } from '../../src/domain/upload/upload.ts';
import { commit, openUpload } from '../support/build.ts';
import { drivers, type StoredPorts } from '../support/drivers.ts';
import { someAnalysis, someNarrative } from '../support/stored-documents.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = Date.UTC(2025, 5, 16, 8);
const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };

const analysisUntil = (end: string): Analysis => {
  const analysis = someAnalysis();
  return { ...analysis, window: { ...analysis.window, end } };
};
/** A new upload id of that shard. */
function inShard(shard: number): string {
  for (;;) {
    const id = randomUUID();
    if (shardOf(id) === shard) return id;
  }
}

const narrative = (replaceable: boolean): Narrative => ({ ...someNarrative(), replaceable });

for (const { name, ports } of drivers) {
  describe(`analyses, narratives and quotas ${name}`, () => {
    let stored: StoredPorts;
    let uid: string;
    beforeEach(() => {
      stored = ports();
      uid = randomUUID();
    });

    /** An upload that has an analysis and a narrative. */
    async function upload(end: string, text = narrative(false), latest = true): Promise<UploadKey> {
      const key = await openUpload(stored, { uid, uploadId: randomUUID() });
      const seen = (await stored.uploads.find(key))!;
      const analyzed = { kind: 'analyzed', receipt, provisional: false, textWanted: false, at } as const;
      const move = { uploadId: key.uploadId, ...seen, next: advance(seen.upload, analyzed) };
      const about = { uploadId: key.uploadId, analysis: analysisUntil(end), latest, traceparent };
      await commit(stored, uid, { uploads: [{ ...move, told: { ...about, narrative: text } }] });
      return key;
    }

    it('finds the analysis of an upload, and none where there is none', async () => {
      const key = await upload('2025-06-08T00:00:00.000Z');
      assert.equal((await stored.analyses.find(key))?.window.end, '2025-06-08T00:00:00.000Z');
      assert.equal(await stored.analyses.find({ uid, uploadId: 'never-existed' }), undefined);
    });

    it('finds the analyses of the latest week, the one that knows most first, and none of older weeks', async () => {
      const ends = async (limit: number) =>
        (await stored.analyses.newest(uid, limit)).map(({ analysis }) => analysis.window.end.slice(0, 10));
      assert.deepEqual(await ends(1), []);
      for (const end of ['2025-06-08', '2025-06-07', '2025-06-09']) await upload(`${end}T00:00:00.000Z`);
      await upload('2020-06-01T00:00:00.000Z', narrative(false), false);
      assert.deepEqual(await ends(1), ['2025-06-09']);
      assert.deepEqual(await ends(9), ['2025-06-09', '2025-06-07', '2025-06-08']);
      const [newest] = await stored.analyses.newest(uid, 1);
      assert.equal(newest!.traceparent, traceparent);
      assert.deepEqual(await stored.analyses.newest('someone-else', 1), []);
    });

    it('finds the narrative of an upload, and none where there is none', async () => {
      const key = await upload('2025-06-08T00:00:00.000Z');
      assert.equal((await stored.narratives.find(key))?.source, 'template');
      assert.equal(await stored.narratives.find({ uid, uploadId: 'never-existed' }), undefined);
      assert.equal(await stored.narratives.find({ ...key, uid: 'someone-else' }), undefined);
    });

    it('lists the uploads whose template may be replaced', async () => {
      const yes = await upload('2025-06-08T00:00:00.000Z', narrative(true));
      const no = await upload('2025-06-08T00:00:00.000Z');
      const found = (await stored.narratives.replaceable(1000)).map(({ uploadId }) => uploadId);
      assert.deepEqual([found.includes(yes.uploadId), found.includes(no.uploadId)], [true, false]);
    });

    it('lists the uploads of a shard that are to be looked at, the longest waiting first, and none that ended', async () => {
      const { uploads } = stored;
      const keys: UploadKey[] = [];
      for (const age of [1, 3, 2]) {
        const key = { uid, uploadId: inShard(3) };
        keys.push(key);
        const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
        await uploads.open(key, requested(announced, traceparent, at - 1000 * age, 'incarnation-1'));
      }
      const due = async (now: number, shard = 3) =>
        (await uploads.due(shard, now, 1000))
          .filter(({ key }) => key.uid === uid)
          .map(({ key }) => key.uploadId);
      const looks = at + 8 * minuteMs;
      assert.deepEqual(await due(looks - 1500), [keys[1]!.uploadId, keys[2]!.uploadId]);
      assert.deepEqual(await due(looks, 4), []);
      await uploads.advance(keys[1]!, { kind: 'looked', at });
      assert.deepEqual(await due(looks), [keys[2]!.uploadId, keys[0]!.uploadId]);
      const expired = { kind: 'failed', code: 'upload/expired', issues: [], at } as const;
      await uploads.advance(keys[2]!, expired);
      assert.deepEqual(await due(at + dayMs), [keys[0]!.uploadId, keys[1]!.uploadId]);
    });

    it('gives no more uses than the limit, however many ask at once', async () => {
      const midnight = Date.UTC(2025, 5, 17);
      const take = (now: number) =>
        stored.quotas.take([{ subject: `person:${uid}`, amounts: { narratives: 1 } }], now);
      const taken = await Promise.allSettled(Array.from({ length: 8 }, () => take(midnight - 90_000)));
      assert.equal(taken.filter(({ status }) => status === 'fulfilled').length, quotas.narratives.limit);
      await assert.rejects(take(midnight - 1), { code: 'quota/exceeded', retryAfterS: 1 });
      await take(midnight);
    });

    it('takes nothing from anybody where one of the quotas is used up', async () => {
      const now = Date.UTC(2025, 5, 17);
      const person = { subject: `person:${uid}` as const, amounts: { narratives: quotas.narratives.limit } };
      const other = { subject: `person:${uid}-other` as const, amounts: { exports: 1 } };
      await stored.quotas.take([person], now);
      await assert.rejects(stored.quotas.take([other, person], now), { code: 'quota/exceeded' });
      await stored.quotas.take([{ ...other, amounts: { exports: quotas.exports.limit } }], now);
    });

    it('never gives an address more than its limit', async () => {
      const amounts = { addressUploads: quotas.addressUploads.limit / 8 };
      let taken = 0;
      for (let i = 0; i < 20; i++) {
        const take = stored.quotas.take([{ subject: `address:${uid}`, amounts }], 0);
        taken += await take.then(
          () => 1,
          () => 0,
        );
      }
      // Firestore's shares of the limit are drawn at random, so one or the other may not be used up.
      assert.ok(taken <= 8 && taken > 2, `${taken} eighths`);
    });
  });
}
