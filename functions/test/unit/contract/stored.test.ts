import assert from 'node:assert/strict';
import * as v from 'valibot';
import {
  parseStored,
  StoredPerson,
  storedAnalysis,
  storedDeadLetter,
  storedNarrative,
  storedPersonState,
  storedUpload,
  type Fields,
  type StoredKind,
} from '../../../src/contract/stored.ts';
import { SummaryDocument, WeekDigestDocument } from '../../../src/contract/documents.ts';
import { Fault } from '../../../src/domain/fault.ts';
import { documentOf } from '../../support/stored-documents.ts';

const kinds: [name: string, kind: StoredKind<v.GenericSchema>][] = [
  ['upload-processing', storedUpload],
  ['upload-succeeded', storedUpload],
  ['upload-failed', storedUpload],
  ['analysis', storedAnalysis],
  ['narrative', storedNarrative],
  ['dead-letter', storedDeadLetter],
];

describe('stored documents', () => {
  for (const [name, kind] of kinds) {
    it(`reads the ${name} document of version 1`, () => {
      assert.doesNotThrow(() => parseStored(kind, documentOf(1, name)));
    });

    it(`refuses the ${name} document of a newer version as transient, so that a rollback loses nothing`, () => {
      const newer = { ...documentOf(1, name), schemaVersion: kind.version + 1 };
      assert.throws(
        () => parseStored(kind, newer),
        (error) => error instanceof Fault && error.code === 'schema/newer' && error.retry,
      );
    });
  }

  it('reads the analysis document of version 2 as it is', () => {
    const { createdAt, traceparent, uploadId, ...analysis } = documentOf(2, 'analysis');
    assert.deepEqual(parseStored(storedAnalysis, documentOf(2, 'analysis')), analysis);
    assert.ok(createdAt && traceparent && uploadId);
  });

  it('has a schema for the summary of a day and for the digest of a week', () => {
    const meta = { version: 1, traceparent: '', computedAt: new Date() };
    assert.doesNotThrow(() => v.parse(SummaryDocument, { ...documentOf(2, 'summary'), meta }));
    const digest = { monday: '2025-06-09', sleepBins: Array(48).fill(0), sleepDays: 0, nights: [] };
    assert.doesNotThrow(() => v.parse(WeekDigestDocument, digest));
    assert.throws(() => v.parse(WeekDigestDocument, { ...digest, sleepBins: [] }));
  });

  describe('an analysis of version 1, lifted', () => {
    const first = documentOf(1, 'analysis') as Record<string, Record<string, unknown>>;
    const lift = (fields: Fields) => parseStored(storedAnalysis, { ...first, ...fields });

    it('is compared with no other: it is of other formulas', () => {
      assert.deepEqual([lift({}).schemaVersion, lift({}).formulaVersion], [2, 0]);
    });

    it('keeps its numbers, with how many they rest on', () => {
      const { sleep, activity } = lift({});
      assert.ok('nights' in sleep && 'days' in activity);
      const [old, oldActivity] = [first.sleep!, first.activity!];
      const { meanTstMinutes, sdTstMinutes, nights } = old.summary as Record<string, number>;
      const { mean, sd, n } = sleep.summary.tstMinutes!;
      assert.ok(
        Math.abs(mean - meanTstMinutes!) < 1e-9 && Math.abs(sd! - sdTstMinutes!) < 1e-9 && n === nights,
      );
      assert.equal(activity.steps!.mean, oldActivity.meanDailySteps);
      assert.equal(sleep.summary.midpoint!.clock, (old.summary as Fields).meanMidpoint);
    });

    it('tells no more what it told without knowing', () => {
      const old = first.sleep!.nights as Record<string, unknown>[];
      const [one, two, three] = old;
      const nights = [{ ...one, solMinutes: null }, { ...two, bedtime: 'estimated' }, three];
      const missingNights = [{ day: '2025-06-20', code: 'no-samples' }];
      const { sleep, cardio } = lift({
        sleep: { ...first.sleep, nights, missingNights },
        cardio: { ...first.cardio, restingHeartRate: { bpm: 47, source: 'sleep-minimum', n: 6 } },
      });
      assert.ok('nights' in sleep && 'hrv' in cardio);
      assert.deepEqual(
        sleep.nights.map(({ day, se, tibMinutes, bedtime }) => [
          day,
          se === null,
          tibMinutes === null,
          bedtime,
        ]),
        [
          [one!.day, true, true, 'unknown'],
          [three!.day, false, false, 'healthkit'],
        ],
      );
      assert.deepEqual(sleep.missingNights, [
        { day: two!.day, code: 'model/too-uncertain' },
        { day: '2025-06-20', code: 'night-not-found' },
      ]);
      assert.deepEqual(cardio.restingHeartRate, { unavailable: 'no-samples' });
      assert.equal(sleep.summary.socialJetLag, null);
      const onlyBed = lift({ sleep: { unavailable: 'model/no-heart-rate' } });
      assert.deepEqual(onlyBed.sleep, { unavailable: 'too-sparse' });
    });
  });

  it('gives an upload in the types of the domain, to the millisecond', () => {
    const upload = parseStored(storedUpload, documentOf(1, 'upload-processing'));
    assert.equal(upload.requestedAt, Date.UTC(2026, 10, 24, 8));
    assert.deepEqual(upload.lease, { holder: 'worker-1', until: Date.UTC(2026, 10, 24, 8, 1, 0, 200) });
    assert.deepEqual([upload.status, upload.storedAt! - upload.requestedAt], ['processing', 100]);
    assert.ok(!('sentence' in upload) && !('updatedAt' in upload));
  });

  it('reads uploads from before claims were named', () => {
    const { attemptTraceparent, earlierTraceparent, ...first } = documentOf(1, 'upload-succeeded');
    assert.notEqual(attemptTraceparent, earlierTraceparent);
    const upload = parseStored(storedUpload, first);
    assert.deepEqual([upload.attemptTraceparent, upload.earlierTraceparent], [null, null]);
  });

  it('gives a dead letter and when it was kept', () => {
    const { letter, at } = parseStored(storedDeadLetter, documentOf(1, 'dead-letter'));
    assert.deepEqual(
      [letter.code, letter.deliveries, at],
      ['analysis/gave-up', 5, Date.UTC(2026, 10, 24, 8)],
    );
  });

  it('reads a person, whose consent is never guessed', () => {
    const person = v.parse(StoredPerson, documentOf(1, 'person'));
    assert.deepEqual(person.consent, { processing: true, generatedText: false });
    assert.throws(() => v.parse(StoredPerson, { consent: { generatedText: 'yes' } }));
    assert.deepEqual(v.parse(StoredPerson, { language: 'xx' }), { language: 'xx' });
  });

  it('lifts an older document, one version at a time', () => {
    const lifted: StoredKind<v.GenericSchema<unknown, { total: number }>> = {
      version: 3,
      schema: v.object({ total: v.number() }),
      lift: {
        1: ({ sum }) => ({ count: sum }),
        2: ({ count }) => ({ total: Number(count) + 1 }),
      },
    };
    assert.deepEqual(parseStored(lifted, { schemaVersion: 1, sum: 4 }), { total: 5 });
    assert.deepEqual(parseStored(lifted, { schemaVersion: 2, count: 4 }), { total: 5 });
    assert.throws(() => parseStored(lifted, { schemaVersion: 0 }), { code: 'internal' });
  });

  it('names where a document is wrong, and never what stands there', () => {
    const broken: Fields = { ...documentOf(1, 'upload-succeeded'), attempt: 'canary-47' };
    assert.throws(
      () => parseStored(storedUpload, broken),
      ({ code, cause }: Fault) =>
        code === 'internal' && /attempt/.test(String(cause)) && !/canary/.test(String(cause)),
    );
    assert.throws(() => parseStored(storedUpload, {}), { code: 'internal' });
  });

  it('refuses the state of a person that a newer release keeps', () => {
    assert.throws(() => parseStored(storedPersonState, { schemaVersion: 3 }), { code: 'schema/newer' });
  });
});
