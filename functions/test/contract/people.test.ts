import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { advance, requested, type UploadKey } from '../../src/domain/upload/upload.ts';
import { deleteMyData } from '../../src/workflows/delete-my-data.ts';
import { exportMyData } from '../../src/workflows/export-my-data.ts';
import type { PersonalDocument } from '../../src/workflows/ports.ts';
import { commit, openUpload, remove, sampleOf, stillClock, traceparent } from '../support/build.ts';
import { someAnalysis, someNarrative, someSummary, someWeek } from '../support/stored-documents.ts';
import { drivers, type StoredPorts } from '../support/drivers.ts';

const announced = { contentType: 'application/json', sizeBytes: 10, sha256: null };
const at = Date.UTC(2025, 5, 16, 8);
const analysis = someAnalysis();
const narrative = { ...someNarrative(), replaceable: false };
const deleted = '00000000-0000-4000-8000-000000000001';

for (const { name, ports } of drivers) {
  describe(`everything of a person ${name}`, () => {
    let stored: StoredPorts;
    let key: UploadKey;
    const sample = sampleOf('heartRate', '2025-06-10T10:00', { value: 61 });
    beforeEach(() => {
      stored = ports();
      key = { uid: randomUUID(), uploadId: 'upload-1' };
    });

    /** One of every kind. */
    async function fill(): Promise<void> {
      const { uploads, deadLetters, recordings, exports } = stored;
      await openUpload(stored, key);
      const { upload, revision } = (await uploads.find(key))!;
      const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
      const next = advance(upload, { kind: 'analyzed', receipt, provisional: false, textWanted: false, at });
      const { uploadId } = key;
      const told = { uploadId, analysis, latest: true, narrative, traceparent };
      await commit(stored, key.uid, {
        samples: [{ week: '2025-06-09', samples: [sample], origins: [[key.uploadId]] }],
        tombstones: [deleted],
        weeks: new Map([['2025-06-09', someWeek('2025-06-09')]]),
        summaries: new Map([['2025-06-10', someSummary('2025-06-10')]]),
        uploads: [{ uploadId, upload, revision, next, told }],
      });
      await deadLetters.keep({ ...key, code: 'analysis/gave-up', deliveries: 5, traceparent }, at);
      await recordings.create(key, Buffer.from('{}'), { contentType: 'application/json', traceparent });
      await exports.announce(key.uid, 'everything.json', at);
      await exports.write(key.uid, 'everything.json', { contentType: 'text/plain', expiresAt: at }, parts());
    }
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x');
    }
    const documents = async (uid: string): Promise<PersonalDocument[]> => {
      const found: PersonalDocument[] = [];
      for await (const document of await stored.people.documents(uid)) found.push(document);
      return found.sort((a, b) => (a.path < b.path ? -1 : 1));
    };
    const paths = async (uid: string): Promise<string[]> => (await documents(uid)).map(({ path }) => path);

    it('is found whatever its kind, readable', async () => {
      await fill();
      const found = await documents(key.uid);
      assert.deepEqual(
        found.map(({ path }) => path),
        [
          'analyses/upload-1',
          'deadLetters/upload-1',
          'deletions/samples',
          'exports/everything.json',
          'narratives/upload-1',
          'private/state',
          'samples/2025-06-09',
          'summaries/2025-06-10',
          'uploads/upload-1',
          'weeks/2025-06-09',
        ],
      );
      const at = (path: string) => found.find((document) => document.path === path)!;
      assert.deepEqual(at('samples/2025-06-09').samples, [sample]);
      assert.equal(at('summaries/2025-06-10').fields.steps, 8000);
      assert.deepEqual(at('deletions/samples').fields.ids, [deleted]);
      assert.deepEqual(at('analyses/upload-1').fields.window, analysis.window);
      assert.ok(JSON.stringify(found).includes('"succeeded"'));
    });

    it('is gone afterwards, and nothing of anybody else', async () => {
      await fill();
      const mine = key;
      key = { uid: `${mine.uid}0`, uploadId: 'upload-1' };
      await fill();
      for (let time = 0; time < 2; time++) {
        await deleteMyData({ ...stored, clock: stillClock(() => at) }, mine.uid);
        assert.deepEqual(await paths(mine.uid), []);
        assert.deepEqual(await stored.recordings.list(mine.uid), []);
      }
      assert.equal((await paths(key.uid)).length, 10);
      assert.deepEqual(await stored.recordings.list(key.uid), ['upload-1']);
    });

    it('cannot be begun anew while it is being deleted, and is found by whoever ends that', async () => {
      const { uid } = key;
      await stored.erasures.begin(uid, at);
      const open = () => stored.uploads.open(key, requested(announced, traceparent, at, 'incarnation-1'));
      await assert.rejects(open(), { code: 'person/erasing' });
      await assert.rejects(stored.exports.announce(uid, 'name', at), { code: 'person/erasing' });
      assert.ok((await stored.erasures.unfinished(at, 1000)).includes(uid));
      await stored.erasures.postpone(uid, at + 1000);
      assert.ok(!(await stored.erasures.unfinished(at + 999, 1000)).includes(uid), 'postponed');
      assert.ok((await stored.erasures.unfinished(at + 1000, 1000)).includes(uid));
      await stored.erasures.end(uid);
      assert.ok(!(await stored.erasures.unfinished(at, 1000)).includes(uid));
      assert.equal((await open()).created, true);
    });

    it('holds no letter about an upload that is gone', async () => {
      await stored.deadLetters.keep({ ...key, code: 'analysis/gave-up', deliveries: 5, traceparent }, at);
      assert.deepEqual(await paths(key.uid), []);
    });

    it('is removed upload by upload: the status with all that belongs to it', async () => {
      await fill();
      await remove(stored, key);
      assert.deepEqual(await paths(key.uid), [
        'deletions/samples',
        'exports/everything.json',
        'private/state',
        'samples/2025-06-09',
        'summaries/2025-06-10',
        'weeks/2025-06-09',
      ]);
    });

    it('goes into one archive, with the recordings as they were sent', async () => {
      await fill();
      const written: Uint8Array[] = [];
      const write: typeof stored.exports.write = async (uid, file, about, body) => {
        for await (const chunk of body) written.push(chunk);
        return `${uid}/${file} ${about.contentType}`;
      };
      const clock = stillClock(() => at);
      const answer = await exportMyData(
        { ...stored, exports: { ...stored.exports, write }, clock },
        key.uid,
        'json',
      );
      assert.equal(answer.expiresAt, new Date(at + 86_400_000).toISOString());
      const archive = JSON.parse(Buffer.concat(written).toString()) as {
        documents: PersonalDocument[];
        recordings: { uploadId: string; contentType: string; base64: string }[];
      };
      const byPath = (a: PersonalDocument, b: PersonalDocument) => (a.path < b.path ? -1 : 1);
      const expected = (await documents(key.uid)).map(({ path, fields, samples }) => ({
        path,
        fields: samples ? { ...fields, samples } : fields,
      }));
      assert.deepEqual(archive.documents.sort(byPath), JSON.parse(JSON.stringify(expected)));
      assert.deepEqual(archive.recordings, [
        {
          uploadId: 'upload-1',
          contentType: 'application/json',
          base64: Buffer.from('{}').toString('base64'),
        },
      ]);
    });
  });
}
