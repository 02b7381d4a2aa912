import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FieldValue, type Timestamp } from 'firebase-admin/firestore';
import { packIds, packOrigins, packSamples } from '../../src/adapters/week-bytes.ts';
import { app } from '../../src/app.ts';
import { paths } from '../../src/contract/upload.ts';
import { afterAllWeeks, newPerson, type PersonState } from '../../src/domain/person/person-state.ts';
import { comparedWeek } from '../../src/domain/narrative/facts.ts';
import { forgetUpload, mergeTraced, type TracedSamples } from '../../src/domain/samples/origins.ts';
import type { Sample } from '../../src/domain/samples/sample.ts';
import type { StoredWeek } from '../../src/domain/samples/week.ts';
import { advance, shardOf, type UploadKey } from '../../src/domain/upload/upload.ts';
import type { Changes, Histories, NamedUpload, StoredState, UploadMove } from '../../src/workflows/ports.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { Shelf } from '../../src/workflows/steps/shelf.ts';
import { commit, dayMs, minuteMs, openUpload, sampleOf, traceparent } from '../support/build.ts';
import { drivers, type StoredPorts } from '../support/drivers.ts';
import { administrator } from '../support/emulators.ts';
import { sleepsSoundly } from '../support/stand-ins.ts';
import { someAnalysis, someNarrative, someSummary, someWeek } from '../support/stored-documents.ts';

const at = Date.UTC(2025, 5, 16, 8);
const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
const deleted = '00000000-0000-4000-8000-000000000001';

/** A heart rate at noon of a day. */
const beat = (day: string, value = 60): Sample => sampleOf('heartRate', `${day}T12:00`, { value });

/** Samples in canonical order, all of one upload. */
const broughtBy = (uploadId: string, samples: readonly Sample[]): TracedSamples => ({
  samples,
  origins: samples.map(() => [uploadId]),
});
const weekOf = (week: string, uploadId = 'upload-1', samples = [beat(week)]): StoredWeek => ({
  week,
  ...broughtBy(uploadId, samples),
});

/** So many samples that no one document holds them: their ids cannot be compressed. */
function heavyWeek(week: string, count = 65_000): StoredWeek {
  const start = Date.parse(`${week}T00:00:00Z`);
  const samples = Array.from({ length: count }, (_, i) =>
    sampleOf('heartRate', start + 1000 * i, { id: randomUUID(), value: 50 + (i % 90) }),
  );
  return weekOf(week, 'upload-1', samples);
}

for (const { name, ports } of drivers) {
  describe(`histories ${name}`, () => {
    let stored: StoredPorts;
    let histories: Histories;
    let key: UploadKey;
    let uid: string;
    beforeEach(async () => {
      stored = ports();
      ({ histories } = stored);
      uid = randomUUID();
      key = await openUpload(stored, { uid, uploadId: 'upload-1' });
    });

    const change = (changes: Changes) => commit(stored, uid, changes);
    const pathsOf = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { path } of await stored.people.documents(uid)) found.push(path);
      return found.sort();
    };
    const seen = async (uploadId = key.uploadId): Promise<NamedUpload> => {
      const { upload, revision } = (await stored.uploads.find({ uid, uploadId }))!;
      return { uploadId, upload, revision };
    };
    const analyzed = (named: NamedUpload): UploadMove => ({
      ...named,
      next: advance(named.upload, { kind: 'analyzed', receipt, provisional: false, textWanted: false, at }),
      told: {
        uploadId: named.uploadId,
        analysis: someAnalysis(),
        latest: true,
        narrative: { ...someNarrative(), replaceable: false },
        traceparent,
      },
    });
    /** Something of every kind. */
    const everything = async (): Promise<Changes> => ({
      samples: [weekOf('2025-06-09')],
      tombstones: [deleted],
      weeks: new Map([['2025-06-09', someWeek('2025-06-09')]]),
      summaries: new Map([['2025-06-10', someSummary('2025-06-10')]]),
      uploads: [analyzed(await seen())],
    });
    const raised = ({ state }: StoredState): PersonState => ({ ...state, version: state.version + 1 });
    const documents = [
      'analyses/upload-1',
      'deletions/samples',
      'narratives/upload-1',
      'private/state',
      'samples/2025-06-09',
      'summaries/2025-06-10',
      'uploads/upload-1',
      'weeks/2025-06-09',
    ];

    it('know nothing of somebody new', async () => {
      const nobody = randomUUID();
      assert.deepEqual(await histories.state(nobody), { state: newPerson(), revision: null });
      assert.deepEqual(await histories.samples(nobody, '2025-01-06', '2025-12-29'), []);
      assert.deepEqual(await histories.weeksWithSamples(nobody), []);
      assert.deepEqual(await histories.samplesOf(nobody, 'upload-1', 8), []);
      assert.deepEqual(await histories.tombstones(nobody), []);
      assert.deepEqual(await histories.marks(nobody, ['2025-06-09']), []);
      assert.equal(await histories.week(nobody, '2025-06-09'), undefined);
    });

    it('write all of a commit', async () => {
      await change(await everything());
      assert.deepEqual(await pathsOf(), documents);
      const { upload } = await seen();
      assert.equal(upload.status, 'succeeded');
      assert.deepEqual(await stored.analyses.find(key), someAnalysis());
      assert.deepEqual(await stored.narratives.find(key), { ...someNarrative(), replaceable: false });
      assert.deepEqual(await histories.week(uid, '2025-06-09'), someWeek('2025-06-09'));
      assert.deepEqual(await histories.tombstones(uid), [deleted]);
      for await (const { path, fields } of await stored.people.documents(uid)) {
        if (!path.startsWith('summaries/')) continue;
        const { meta, ...summary } = fields;
        assert.deepEqual(summary, someSummary('2025-06-10'));
        assert.ok(name === 'in memory' || (meta as { version: number }).version === 1);
      }
    });

    it('keep the state as it was written, in every field', async () => {
      const whole: PersonState = {
        version: 7,
        lease: { holder: 'worker-1', until: at + 45_000, uploads: ['upload-1'] },
        lastWrite: 'write-1',
        traceparent,
        dirty: ['2025-06-02', '2025-06-09'],
        provisional: ['2025-06-09'],
        marks: { since: '2025-06-02', latest: [someWeek('2025-06-02').mark, someWeek('2025-06-09').mark] },
        earlier: [{ day: '2025-06-08', compared: comparedWeek(someAnalysis()) }],
        tombstones: 3,
        walk: afterAllWeeks,
        takeOver: '2025-06-16',
        text: {
          askedAt: at + 1,
          language: 'de',
          units: 'metric',
          uploadId: 'upload-1',
          chosen: {
            draft: {
              insights: [{ id: 'missing.sleep', frame: 'missing.sleep/1' }],
              order: ['missing.sleep'],
              connectives: [],
              opening: 'So war deine Woche.',
              suggestions: ['note'],
            },
            modelVersion: 'm',
            promptVersion: 'p',
          },
        },
        nextLook: { at: at + 2, looks: 1 },
      };
      for (const state of [newPerson(), whole, newPerson()]) {
        const written = await histories.commit(uid, await histories.state(uid), state, {});
        assert.deepEqual(written!.state, state);
        assert.deepEqual(await histories.state(uid), written);
      }
    });

    it('refuse a commit all of it where the state was written in between', async () => {
      await change({});
      const before = await histories.state(uid);
      const changes = await everything();
      const next = raised(before);
      await change({ samples: [weekOf('2025-05-05')] });
      const there = await histories.state(uid);
      assert.equal(await histories.commit(uid, before, next, changes), undefined);
      assert.deepEqual(await pathsOf(), ['private/state', 'samples/2025-05-05', 'uploads/upload-1']);
      assert.deepEqual(await histories.state(uid), there);
      assert.equal((await seen()).upload.status, 'queued');
    });

    it('refuse a commit all of it where one of the uploads was written in between, or is gone', async () => {
      await openUpload(stored, { uid, uploadId: 'upload-2' });
      await change({});
      const before = await histories.state(uid);
      const { uploads, ...changes } = await everything();
      const both = [...uploads!, analyzed(await seen('upload-2'))];
      const refused = async (): Promise<void> => {
        assert.equal(
          await histories.commit(uid, before, raised(before), { ...changes, uploads: both }),
          undefined,
        );
        assert.deepEqual(await histories.state(uid), before);
        assert.equal((await seen()).upload.status, 'queued');
      };
      await stored.uploads.advance({ uid, uploadId: 'upload-2' }, { kind: 'deleting', at });
      await refused();
      assert.deepEqual(await pathsOf(), ['private/state', 'uploads/upload-1', 'uploads/upload-2']);
      // As everything of a person is deleted: the uploads go one by one.
      await stored.erasures.removeDocuments(uid);
      assert.equal(
        await histories.commit(uid, before, raised(before), { ...changes, uploads: both }),
        undefined,
      );
      assert.deepEqual(await pathsOf(), []);
    });

    it('let exactly one of many commits pass that have seen the same', async () => {
      const race = async (): Promise<(StoredState | undefined)[]> => {
        const before = await histories.state(uid);
        return Promise.all(
          Array.from({ length: 6 }, (_, i) =>
            histories.commit(uid, before, { ...raised(before), lastWrite: `write-${i}` }, {}),
          ),
        );
      };
      for (const which of ['the first of a person', 'another']) {
        const passed = (await race()).filter((one) => one !== undefined);
        assert.equal(passed.length, 1, which);
        assert.deepEqual(await histories.state(uid), passed[0]);
      }
    });

    it('refuse the first commit of a person while everything is being deleted, and of uploads that are gone', async () => {
      const before = await histories.state(uid);
      const lease = { holder: 'worker-1', until: at, uploads: ['upload-1', 'upload-2'] };
      const first = { ...raised(before), lease };
      const changes = { samples: [weekOf('2025-06-09')] };
      assert.equal(await histories.commit(uid, before, first, changes), undefined, 'there is no upload-2');
      await openUpload(stored, { uid, uploadId: 'upload-2' });
      await stored.erasures.begin(uid, at);
      assert.equal(await histories.commit(uid, before, first, changes), undefined);
      assert.deepEqual(await pathsOf(), ['uploads/upload-1', 'uploads/upload-2']);
      await stored.erasures.end(uid);
      assert.equal((await histories.commit(uid, before, first, changes))?.state.version, 1);
    });

    it('give the samples from one week to another, both included, oldest first, and no others', async () => {
      const weeks = ['2025-06-09', '2025-05-26', '2025-06-02', '2025-05-19'];
      await change({ samples: weeks.map((week) => weekOf(week)) });
      const found = await histories.samples(uid, '2025-05-26', '2025-06-02');
      assert.deepEqual(
        found.map(({ week }) => week),
        ['2025-05-26', '2025-06-02'],
      );
      assert.deepEqual((await histories.weeksWithSamples(uid)).sort(), weeks.sort());
      assert.deepEqual(await histories.samples(`${uid}0`, '2025-05-26', '2025-06-02'), []);
    });

    it('give back samples as they were, with the uploads that brought each of them', async () => {
      const samples = [beat('2025-06-09', 60.5), beat('2025-06-10'), beat('2025-06-15')];
      const origins = [['upload-1'], ['upload-1', 'upload-2'], ['upload-2']];
      const week = { week: '2025-06-09', samples, origins };
      await change({ samples: [week] });
      assert.deepEqual(await histories.samples(uid, '2025-06-09', '2025-06-09'), [week]);
      await change({ samples: [{ ...week, samples: [], origins: [] }] });
      assert.deepEqual(await histories.samples(uid, '2025-06-09', '2025-06-09'), []);
      assert.deepEqual(await histories.weeksWithSamples(uid), []);
      assert.deepEqual(await pathsOf(), ['private/state', 'uploads/upload-1']);
    });

    it('find some of the weeks that an upload has brought samples of', async () => {
      const both = { week: '2025-06-02', samples: [beat('2025-06-02')], origins: [['upload-1', 'upload-2']] };
      await change({ samples: [weekOf('2025-05-26'), both, weekOf('2025-06-09', 'upload-2')] });
      const weeks = async (uploadId: string, limit = 8) =>
        (await histories.samplesOf(uid, uploadId, limit)).map(({ week }) => week).sort();
      assert.deepEqual(await weeks('upload-1'), ['2025-05-26', '2025-06-02']);
      assert.deepEqual(await weeks('upload-2'), ['2025-06-02', '2025-06-09']);
      assert.equal((await weeks('upload-2', 1)).length, 1);
      assert.deepEqual(await weeks('upload-3'), []);
      const [found] = (await histories.samplesOf(uid, 'upload-1', 8)).filter(
        ({ week }) => week === both.week,
      );
      assert.deepEqual(found, both);
    });

    it('hold a week that is larger than one document, whole, until the last byte is gone', async () => {
      const { week, ...traced } = heavyWeek('2025-06-02');
      await change({ samples: [{ week, ...traced }, weekOf('2025-06-09')] });
      const [found] = await histories.samples(uid, week, week);
      assert.deepEqual(found!.samples, traced.samples);
      assert.deepEqual(found!.origins, traced.origins);
      assert.deepEqual((await histories.weeksWithSamples(uid)).sort(), [week, '2025-06-09']);
      const brought = await histories.samplesOf(uid, 'upload-1', 8);
      assert.deepEqual(brought.find((one) => one.week === week)?.samples, traced.samples);
      for await (const { path, samples } of await stored.people.documents(uid))
        if (path === `samples/${week}`) assert.deepEqual(samples, traced.samples);
      assert.equal((await pathsOf()).filter((path) => path.startsWith('samples/')).length, 2, 'as one');

      const few = [beat(week)];
      await change({ samples: [{ ...found!, ...broughtBy('upload-1', few) }] });
      assert.deepEqual(await histories.samples(uid, week, week), [weekOf(week, 'upload-1', few)]);
    });

    it('give the marks of those weeks that have results, and none where these are gone', async () => {
      const mondays = ['2025-05-26', '2025-06-02', '2025-06-09'];
      const [first, , last] = mondays as [string, string, string];
      await change({ weeks: new Map([first, last].map((monday) => [monday, someWeek(monday, monday)])) });
      const marks = async () =>
        (await histories.marks(uid, mondays)).sort((a, b) => (a.monday < b.monday ? -1 : 1));
      assert.deepEqual(await marks(), [someWeek(first, first).mark, someWeek(last, last).mark]);
      await change({ weeks: new Map([[first, null]]) });
      assert.deepEqual(await marks(), [someWeek(last, last).mark]);
      assert.equal(await histories.week(uid, first), undefined);
    });

    it('change the text of a week alone, where Gemini has answered', async () => {
      await change({ weeks: new Map([['2025-06-09', someWeek('2025-06-09')]]) });
      await change({ uploads: [analyzed(await seen())] });
      const narrative = { ...someNarrative(), summary: 'Another text.' };
      for (const monday of ['2025-06-09', '2025-06-16'])
        await stored.uploads.advance(key, { kind: 'rewritten', at }, { weekText: { monday, narrative } });
      assert.deepEqual(await histories.week(uid, '2025-06-09'), { ...someWeek('2025-06-09'), narrative });
      assert.equal(await histories.week(uid, '2025-06-16'), undefined, 'no text of a week that is not there');
      assert.equal((await stored.narratives.find(key))?.summary, someNarrative().summary);
    });

    it('remove a summary whose day has no samples any more', async () => {
      await change({ summaries: new Map([['2025-06-10', someSummary('2025-06-10')]]) });
      await change({ summaries: new Map([['2025-06-10', null]]) });
      assert.deepEqual(await pathsOf(), ['private/state', 'uploads/upload-1']);
    });

    it('list everybody of whom a state is stored, page by page', async () => {
      // After everybody else's, also those of an earlier run.
      const people = Array.from({ length: 3 }, () => `\uffef${Date.now()} ${randomUUID()}`).sort() as [
        string,
        string,
        string,
      ];
      for (const who of people) await commit(stored, who, {});
      assert.deepEqual(await histories.people(2, people[0]), people.slice(1));
      assert.deepEqual(await histories.people(1, people[0]), [people[1]]);
      assert.deepEqual(await histories.people(2, people[2]), []);
      assert.equal((await histories.people(1)).length, 1);
    });

    it('list the people of a shard of whom something is left to be done, the longest waiting first', async () => {
      const people = Array.from({ length: 200 }, () => randomUUID())
        .filter((one) => shardOf(one) === 3)
        .slice(0, 3) as [string, string, string];
      const due = async (now: number, shard = 3) =>
        (await histories.due(shard, now, 1000)).filter((one) => people.includes(one));
      const look = async (who: string, nextLook: PersonState['nextLook']) =>
        histories.commit(who, await histories.state(who), { ...newPerson(), nextLook }, {});
      for (const [i, who] of people.entries())
        await look(who, { at: at + [2, 0, 1][i]! * minuteMs, looks: 0 });
      assert.deepEqual(await due(at + minuteMs), [people[1], people[2]]);
      assert.deepEqual(await due(at + 2 * minuteMs), [people[1], people[2], people[0]]);
      assert.deepEqual(await due(at + 2 * minuteMs, 4), []);
      await look(people[1], null);
      assert.deepEqual(await due(at + 2 * minuteMs), [people[2], people[0]]);
    });
  });
}

describe('histories in documents of Firestore', () => {
  let stored: ReturnType<typeof app>;
  let histories: Histories;
  const db = administrator;
  let uid: string;
  beforeEach(() => {
    stored = app();
    ({ histories } = stored);
    uid = randomUUID();
  });

  const idsIn = async (collection: string): Promise<string[]> =>
    (await db.collection(`users/${uid}/${collection}`).get()).docs.map(({ id }) => id);

  it('split a week that is too large, and leave no byte behind that is not in it any more', async () => {
    const week = '2025-06-02';
    await commit(stored, uid, { samples: [heavyWeek(week)] });
    assert.deepEqual(await idsIn('samples'), [week, `${week}.1`]);
    const shelved = async (): Promise<Shelf> => {
      const shelf = new Shelf(stored, uid, new Set());
      await shelf.need(week, week);
      return shelf;
    };
    // Through the shelf, as workers do.
    const less = await shelved();
    less.change(week, (traced) => forgetUpload(traced, 'upload-1'));
    less.change(week, (traced) => mergeTraced(traced, 'upload-2', [beat(week)], new Set()));
    await commit(stored, uid, { samples: less.differing() });
    assert.deepEqual(await idsIn('samples'), [week]);
    await commit(stored, uid, { samples: [heavyWeek(week)] });
    const none = await shelved();
    none.change(week, (traced) => forgetUpload(traced, 'upload-1'));
    await commit(stored, uid, { samples: none.differing() });
    assert.deepEqual(await idsIn('samples'), []);
  });

  /** A day as the first releases kept it. */
  const keep = async (day: string, { samples, origins }: TracedSamples): Promise<void> => {
    const packed = packOrigins(origins);
    await db.doc(`${paths.days(uid)}/${day}`).set({
      schemaVersion: 1,
      day,
      bytes: packSamples(day, samples),
      uploads: packed.uploads,
      origins: packed.bytes,
      updatedAt: FieldValue.serverTimestamp(),
    });
  };
  const expiring = async (): Promise<string[]> =>
    (await db.collection(paths.days(uid)).get()).docs
      .filter((snapshot) => snapshot.get('expiresAt') !== undefined)
      .map(({ id }) => id);
  const serve = () =>
    servePerson({ ...stored, models: sleepsSoundly, requests: nobodyAsks }, { uid, traceparent });
  const nobodyAsks = { publish: () => Promise.reject(new Error('no message is needed')) };

  it('find what the first releases left, and what was deleted in them', async () => {
    assert.equal((await histories.state(uid)).state.takeOver, null);
    await keep('2025-06-10', broughtBy('upload-1', [beat('2025-06-10')]));
    await db.doc(paths.tombstones(uid)).set({ schemaVersion: 1, ids: packIds([deleted]) });
    const { state, revision } = await histories.state(uid);
    assert.deepEqual([state.takeOver, state.tombstones, revision], ['2025-06-23', 1, null]);
  });

  it('take the days of the first releases over once, all of them, and keep them for 30 days', async () => {
    // Years apart, on both ends of a week, and more than one commit takes.
    const days = ['2019-12-30', '2025-03-03', '2025-03-09', '2025-06-01', '2025-06-02', '2025-06-10'];
    const samples = new Map(days.map((day) => [day, beat(day)]));
    for (const [day, sample] of samples) await keep(day, broughtBy(`of-${day}`, [sample]));
    assert.equal(await serve(), 'analyzed');
    const weeks = await histories.samples(uid, '2019-01-07', '2025-12-29');
    assert.deepEqual(
      weeks.flatMap((week) => week.samples),
      [...samples.values()],
    );
    assert.deepEqual(
      weeks.flatMap((week) => week.origins),
      days.map((day) => [`of-${day}`]),
    );
    assert.deepEqual(await expiring(), days);
    const month = (await db.doc(`${paths.days(uid)}/2025-06-10`).get()).get('expiresAt') as Timestamp;
    assert.ok(Math.abs(month.toMillis() - Date.now() - 30 * dayMs) < minuteMs);
    const { state } = await histories.state(uid);
    assert.deepEqual([state.takeOver, state.dirty, state.lease], [null, [], null]);
    const summaries = await idsIn('summaries');
    assert.ok(days.every((day) => summaries.includes(day)));
    assert.deepEqual(await idsIn('weeks'), [
      '2019-12-30',
      '2025-03-03',
      '2025-05-26',
      '2025-06-02',
      '2025-06-09',
    ]);

    // Not again: the state says so, whatever lies in the days.
    await keep('2025-06-10', broughtBy('upload-9', [beat('2025-06-10')]));
    await serve();
    assert.equal((await histories.state(uid)).state.version, state.version);
  });

  it('take over as one sample what lay in two days, from two zones, and as none what was deleted', async () => {
    const tokyo = sampleOf('heartRate', '2025-06-10T20:00', { value: 61, timeZone: 'Asia/Tokyo' });
    const berlin = { ...tokyo, timeZone: 'Europe/Berlin' };
    const gone = sampleOf('heartRate', '2025-06-10T21:00', { id: deleted });
    await keep('2025-06-11', broughtBy('upload-1', [tokyo]));
    await keep('2025-06-10', broughtBy('upload-2', [berlin, gone]));
    await db.doc(paths.tombstones(uid)).set({ schemaVersion: 1, ids: packIds([deleted]) });
    await serve();
    const [week, ...others] = await histories.samples(uid, '2025-06-02', '2025-06-16');
    assert.equal(others.length, 0);
    assert.deepEqual(week!.samples, [berlin]);
    assert.deepEqual(week!.origins, [['upload-2']]);
  });

  it('take over a day whose samples lie in the week before, seen from UTC', async () => {
    // Monday in Tokyo is still Sunday in UTC; Sunday in New York is Monday already.
    const monday = sampleOf('heartRate', '2025-06-08T16:00', { timeZone: 'Asia/Tokyo' });
    const sunday = sampleOf('heartRate', '2025-06-09T02:00', { timeZone: 'America/New_York' });
    await keep('2025-06-09', broughtBy('upload-1', [monday]));
    await keep('2025-06-08', broughtBy('upload-2', [sunday]));
    await serve();
    const found = await histories.samples(uid, '2025-06-02', '2025-06-09');
    assert.deepEqual(
      found.map(({ week, samples }) => [week, samples]),
      [
        ['2025-06-02', [monday]],
        ['2025-06-09', [sunday]],
      ],
    );
    assert.deepEqual(await expiring(), ['2025-06-08', '2025-06-09']);
  });
});
