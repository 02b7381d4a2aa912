import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Fault } from '../../src/domain/fault.ts';
import { requested, type Upload, type UploadEvent, type UploadKey } from '../../src/domain/upload/upload.ts';
import type { StoredUpload, Uploads } from '../../src/workflows/ports.ts';
import { drivers } from '../support/drivers.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = Date.UTC(2025, 5, 16, 8);
const receipt = { processedSamples: 3, skippedSamples: 1, issues: [] };
const stored: UploadEvent = { kind: 'stored', at };
const analyzed: UploadEvent = { kind: 'analyzed', receipt, provisional: false, textWanted: true, at };
/** Of its text. */
const claim = (holder: string, time = at): UploadEvent => ({
  kind: 'claimed',
  holder,
  at: time,
  until: time + 60_000,
});

const hasCode = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

for (const { name, ports } of drivers) {
  describe(`uploads ${name}`, () => {
    let uploads: Uploads;
    let key: UploadKey;
    const open = () => uploads.open(key, requested(announced, traceparent, at, 'incarnation-1'));

    beforeEach(() => {
      uploads = ports().uploads;
      key = { uid: randomUUID(), uploadId: randomUUID() };
    });

    const found = async (): Promise<Upload | undefined> => (await uploads.find(key))?.upload;
    /** Until its text is to be written. */
    const analyze = async (): Promise<StoredUpload> => {
      await open();
      await uploads.advance(key, stored);
      return uploads.advance(key, analyzed);
    };

    it('finds nothing before it is opened, and what was opened afterwards', async () => {
      assert.equal(await uploads.find(key), undefined);
      await open();
      assert.deepEqual(await found(), requested(announced, traceparent, at, 'incarnation-1'));
    });

    it('opens once: whoever comes later gets the first one', async () => {
      const opened = await Promise.all(
        [1, 2, 3].map((size) =>
          uploads.open(key, requested({ ...announced, sizeBytes: size }, traceparent, at, 'incarnation-1')),
        ),
      );
      assert.equal(opened.filter(({ created }) => created).length, 1);
      const { upload } = opened.find(({ created }) => created)!;
      for (const other of opened) assert.deepEqual(other.upload, upload);
    });

    it('refuses to move what was never opened', async () => {
      await assert.rejects(uploads.advance(key, { kind: 'stored', at }), hasCode('upload/not-found'));
    });

    it('is of another revision after every move, and of the same until then', async () => {
      await open();
      const first = await uploads.find(key);
      assert.deepEqual(await uploads.find(key), first);
      const moved = await uploads.advance(key, stored);
      assert.notEqual(moved.revision, first!.revision);
      assert.deepEqual(await uploads.find(key), moved);
    });

    it('moves what was seen, and looks again where it has changed since', async () => {
      await analyze();
      const seen = await uploads.advance(key, claim('a'));
      const taken = await uploads.advance(key, claim('b', at + 60_000));
      const narrated = { kind: 'narrated', holder: 'a', at } as const;
      await assert.rejects(uploads.advance(key, narrated, {}, { from: seen }), hasCode('upload/fenced'));
      assert.deepEqual([taken.upload.attempt, taken.upload.lease?.holder], [2, 'b']);
      const moved = await uploads.advance(key, { ...narrated, holder: 'b' }, {}, { from: taken });
      assert.deepEqual(await uploads.find(key), moved);
    });

    it('does once what comes before a move, and nothing before one that has had its effect', async () => {
      await open();
      let done = 0;
      const publishFirst = (): Promise<void> => {
        done++;
        return Promise.resolve();
      };
      await uploads.advance(key, stored, {}, { publishFirst });
      await uploads.advance(key, stored, {}, { publishFirst });
      assert.equal(done, 1);
      const away = new Error('away');
      const refuse = (): Promise<void> => Promise.reject(away);
      await assert.rejects(uploads.advance(key, analyzed, {}, { publishFirst: refuse }), away);
      assert.equal((await found())!.status, 'queued');
    });

    it('gives the claim of its text to exactly one of many that come at once', async () => {
      await analyze();
      const holders = Array.from({ length: 8 }, (_, i) => `holder-${i}`);
      const results = await Promise.allSettled(holders.map((holder) => uploads.advance(key, claim(holder))));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.ok(hasCode('upload/busy')(result.reason));
      }
      assert.deepEqual([(await found())?.status, (await found())?.attempt], ['processing', 1]);
    });

    it('lets an expired lease be taken over, and fences the late holder', async () => {
      await analyze();
      await uploads.advance(key, claim('first'));
      const second = await uploads.advance(key, claim('second', at + 60_001));
      assert.equal(second.upload.attempt, 2);
      const late: UploadEvent = { kind: 'narrated', holder: 'first', at };
      await assert.rejects(uploads.advance(key, late), hasCode('upload/fenced'));
    });

    it('takes nothing from a late holder, and no release', async () => {
      await analyze();
      await uploads.advance(key, claim('first'));
      const second = await uploads.advance(key, claim('second', at + 60_001));
      assert.deepEqual(await uploads.advance(key, { kind: 'released', holder: 'first' }), second);
      assert.deepEqual(await uploads.find(key), second);
    });

    it('is listed while it waits for whoever holds the person, and then no more', async () => {
      const other = { ...key, uploadId: `${key.uploadId}-2` };
      const waiting = async (uid = key.uid, limit = 50) =>
        (await uploads.waiting(uid, limit)).map(({ uploadId }) => uploadId).sort();
      await open();
      assert.deepEqual(await waiting(), [], 'nothing has come');
      await uploads.advance(key, stored);
      await uploads.open(other, requested(announced, traceparent, at, 'incarnation-2'));
      await uploads.advance(other, stored);
      assert.deepEqual(await waiting(), [key.uploadId, other.uploadId]);
      assert.equal((await waiting(key.uid, 1)).length, 1);
      assert.deepEqual(await waiting(randomUUID()), []);
      await uploads.advance(key, { kind: 'begun', at });
      assert.deepEqual(await waiting(), [key.uploadId, other.uploadId], 'also in the middle of its work');
      const begun = (await uploads.waiting(key.uid, 50)).find(({ uploadId }) => uploadId === key.uploadId)!;
      assert.deepEqual({ upload: begun.upload, revision: begun.revision }, await uploads.find(key));
      await uploads.advance(key, analyzed);
      await uploads.advance(other, { kind: 'deleting', at });
      assert.deepEqual(await waiting(), [other.uploadId], 'and to be forgotten');
    });

    it('keeps its trouble and its next look', async () => {
      await open();
      await uploads.advance(key, stored);
      await uploads.advance(key, { kind: 'troubled', at: at + 5 });
      await uploads.advance(key, { kind: 'crashed', at: at + 60_000 });
      await uploads.advance(key, { kind: 'looked', at: at + 70_000 });
      const { trouble, nextLook } = (await found())!;
      assert.deepEqual(trouble, { crashes: 1, since: at + 5 });
      assert.deepEqual(nextLook, { at: at + 70_000 + 16 * 60_000, looks: 1 });
    });

    it('keeps every time to the millisecond through all its moves', async () => {
      await open();
      await uploads.advance(key, { kind: 'stored', at: at + 1 });
      await uploads.advance(key, { kind: 'begun', at: at + 2 });
      await uploads.advance(key, { ...analyzed, at: at + 3 });
      await uploads.advance(key, claim('two', at + 4));
      await uploads.advance(key, { kind: 'narrated', holder: 'two', at: at + 5 });
      assert.deepEqual(await found(), {
        ...requested(announced, traceparent, at, 'incarnation-1'),
        status: 'succeeded',
        stage: 'narrative',
        attempt: 2,
        nextLook: null,
        receipt,
        storedAt: at + 1,
        analyzedAt: at + 3,
        finishedAt: at + 5,
      });
    });
  });
}
