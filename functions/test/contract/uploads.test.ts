import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Fault } from '../../src/domain/fault.ts';
import { requested, type UploadEvent, type UploadKey } from '../../src/domain/upload/upload.ts';
import type { Uploads } from '../../src/workflows/ports.ts';
import { drivers } from '../support/drivers.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const at = Date.UTC(2025, 5, 16, 8);
const receipt = { processedSamples: 3, skippedSamples: 1, issues: [] };
const claim = (holder: string, time = at): UploadEvent => ({
  kind: 'claimed',
  stage: 'analysis',
  holder,
  at: time,
  until: time + 60_000,
});

const hasCode = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

for (const { name, ports } of drivers) {
  describe(`uploads ${name}`, () => {
    let uploads: Uploads;
    let key: UploadKey;
    const open = () => uploads.open(key, requested(announced, traceparent, at));

    beforeEach(() => {
      uploads = ports().uploads;
      key = { uid: randomUUID(), uploadId: randomUUID() };
    });

    it('finds nothing before it is opened, and what was opened afterwards', async () => {
      assert.equal(await uploads.find(key), undefined);
      await open();
      assert.deepEqual(await uploads.find(key), requested(announced, traceparent, at));
    });

    it('opens once: whoever comes later gets the first one', async () => {
      const opened = await Promise.all(
        [1, 2, 3].map((size) =>
          uploads.open(key, requested({ ...announced, sizeBytes: size }, traceparent, at)),
        ),
      );
      assert.equal(opened.filter(({ created }) => created).length, 1);
      const { upload } = opened.find(({ created }) => created)!;
      for (const other of opened) assert.deepEqual(other.upload, upload);
    });

    it('refuses to move what was never opened', async () => {
      await assert.rejects(uploads.advance(key, { kind: 'stored', at }), hasCode('upload/not-found'));
    });

    it('moves what was seen, and looks again where it has changed since', async () => {
      await open();
      const seen = await uploads.advance(key, claim('a'));
      const analyzed = { kind: 'analyzed', attempt: 1, receipt, at } as const;
      const taken = await uploads.advance(key, claim('b', at + 60_000));
      await assert.rejects(uploads.advance(key, analyzed, {}, { from: seen }), hasCode('upload/fenced'));
      assert.deepEqual([taken.upload.attempt, taken.upload.lease?.holder], [2, 'b']);
      const moved = await uploads.advance(key, { ...analyzed, attempt: 2 }, {}, { from: taken });
      assert.deepEqual(await uploads.find(key), moved.upload);
      await uploads.remove(key);
      const late = uploads.advance(key, claim('c'), {}, { from: moved });
      await assert.rejects(late, (error) => error instanceof Fault);
      assert.equal(await uploads.find(key), undefined);
    });

    it('does once what comes before a move, and nothing before one that has had its effect', async () => {
      await open();
      let done = 0;
      const publishFirst = (): Promise<void> => {
        done++;
        return Promise.resolve();
      };
      await uploads.advance(key, { kind: 'stored', at }, {}, { publishFirst });
      await uploads.advance(key, { kind: 'stored', at }, {}, { publishFirst });
      assert.equal(done, 1);
      const away = new Error('away');
      const refuse = (): Promise<void> => Promise.reject(away);
      await assert.rejects(uploads.advance(key, claim('a'), {}, { publishFirst: refuse }), away);
      assert.equal((await uploads.find(key))!.status, 'queued');
    });

    it('gives the claim to exactly one of many that come at once', async () => {
      await open();
      const holders = Array.from({ length: 8 }, (_, i) => `holder-${i}`);
      const results = await Promise.allSettled(holders.map((holder) => uploads.advance(key, claim(holder))));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.ok(hasCode('upload/busy')(result.reason));
      }
      const upload = await uploads.find(key);
      assert.deepEqual([upload?.status, upload?.attempt], ['processing', 1]);
    });

    it('lets an expired lease be taken over, and fences the late holder', async () => {
      await open();
      await uploads.advance(key, claim('first'));
      const second = await uploads.advance(key, claim('second', at + 60_001));
      assert.equal(second.upload.attempt, 2);
      const late: UploadEvent = { kind: 'analyzed', attempt: 1, receipt, at };
      await assert.rejects(uploads.advance(key, late), hasCode('upload/fenced'));
    });

    it('takes nothing from a late holder: no release, no failure', async () => {
      await open();
      await uploads.advance(key, claim('first'));
      const second = await uploads.advance(key, claim('second', at + 60_001));
      assert.deepEqual(await uploads.advance(key, { kind: 'released', attempt: 1 }), second);
      const failed = { kind: 'failed', code: 'recording/invalid', issues: [], at } as const;
      await assert.rejects(uploads.advance(key, { ...failed, attempt: 1 }), hasCode('upload/fenced'));
      assert.deepEqual(await uploads.find(key), second.upload);
    });

    it('lets nobody end from outside what a live lease protects, and expires nothing that has come', async () => {
      await open();
      const failed = { kind: 'failed', attempt: null, issues: [] } as const;
      await uploads.advance(key, { kind: 'stored', at });
      const expired = await uploads.advance(key, { ...failed, code: 'upload/expired', at });
      assert.equal(expired.upload.status, 'queued');
      await uploads.advance(key, claim('first'));
      const gaveUp = { ...failed, code: 'analysis/gave-up' } as const;
      await assert.rejects(uploads.advance(key, { ...gaveUp, at: at + 59_999 }), hasCode('upload/busy'));
      const { upload } = await uploads.advance(key, { ...gaveUp, at: at + 60_000 });
      assert.equal(upload.status, 'failed');
    });

    it('keeps every time to the millisecond through all its moves', async () => {
      await open();
      await uploads.advance(key, { kind: 'stored', at: at + 1 });
      await uploads.advance(key, claim('one', at + 2));
      await uploads.advance(key, { kind: 'analyzed', attempt: 1, receipt, at: at + 3 });
      await uploads.advance(key, { ...claim('two', at + 4), stage: 'narrative' } as UploadEvent);
      await uploads.advance(key, { kind: 'narrated', attempt: 2, at: at + 5 });
      const upload = await uploads.find(key);
      assert.deepEqual(upload, {
        ...requested(announced, traceparent, at),
        status: 'succeeded',
        stage: 'narrative',
        attempt: 2,
        receipt,
        storedAt: at + 1,
        analyzedAt: at + 3,
        finishedAt: at + 5,
      });
    });
  });
}
