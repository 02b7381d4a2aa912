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

  it('knows today only persons without a state, or of version 1', () => {
    assert.throws(() => parseStored(storedPersonState, { schemaVersion: 2 }), { code: 'schema/newer' });
    assert.doesNotThrow(() => parseStored(storedPersonState, { schemaVersion: 1 }));
  });
});
