import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { getCallSites } from 'node:util';
import * as sdk from 'firebase-admin/firestore';
import { firestorePorts } from '../../../src/adapters/firestore/firestore.ts';
import { paths } from '../../../src/contract/upload.ts';
import { templateDraft } from '../../../src/domain/narrative/draft.ts';
import { planOf } from '../../../src/domain/narrative/plan.ts';
import { newPerson } from '../../../src/domain/person/person-state.ts';
import { advance, requested } from '../../../src/domain/upload/upload.ts';
import { openUpload, sampleOf, traceparent } from '../../support/build.ts';
import {
  indexProblems,
  neededIndexes,
  type IndexFile,
  type StructuredQuery,
} from '../../support/firestore-indexes.ts';
import { RecordingFirestore, type SentFields, type SentValue } from '../../support/recording-firestore.ts';
import { someAnalysis, someNarrative, someSummary, someWeek } from '../../support/stored-documents.ts';

const adapters = join(import.meta.dirname, '../../../src/adapters/firestore');
const file = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../firestore.indexes.json'), 'utf8'),
) as IndexFile;

type Stored = ReturnType<typeof firestorePorts>;
/** A row for every method that there is, so that none is left out. */
type Calls = { [P in keyof Stored]: { [M in keyof Stored[P]]: () => Promise<unknown> } };

const key = { uid: 'person-1', uploadId: 'upload-1' };
const { uid } = key;
const at = Date.UTC(2025, 5, 16, 8);
const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };

/** Every way into the adapters, and every way through them that asks something else. */
function callsOf(ports: Stored): Calls {
  const {
    uploads,
    analyses,
    narratives,
    keptLetters,
    announcedExports,
    quotas,
    people,
    erasures,
    histories,
  } = ports;
  const letter = { ...key, code: 'analysis/gave-up', deliveries: 5, traceparent } as const;
  const week = '2025-06-09';
  const samples = [{ week, samples: [sampleOf('heartRate', '2025-06-10T10:00')], origins: [['upload-2']] }];
  const receipt = { processedSamples: 1, skippedSamples: 0, issues: [] };
  const text = { askedAt: at, language: 'en', units: 'metric', uploadId: 'upload-2', chosen: null };
  const lease = { holder: 'worker-1', until: at, uploads: ['upload-2'] };
  /** Takes the person, then writes a commit of everything that there is. */
  const everything = async (): Promise<void> => {
    const look = { at, looks: 0 };
    const held = { ...newPerson(), lease, dirty: [week], provisional: [week], text, nextLook: look };
    const key = await openUpload({ uploads }, { uid, uploadId: 'upload-2' });
    const [seen, first] = await Promise.all([uploads.find(key), histories.state(uid)]);
    const taken = await histories.commit(uid, first, held, {});
    const event = { kind: 'analyzed', receipt, provisional: false, textWanted: false, at } as const;
    const draft = templateDraft(planOf([]), 'en');
    const narrative = { ...someNarrative(), replaceable: true, draft };
    const told = { uploadId: key.uploadId, analysis: someAnalysis(), latest: true, narrative, traceparent };
    const move = { uploadId: key.uploadId, ...seen!, next: advance(seen!.upload, event), told };
    const marks = { since: '', latest: [someWeek(week).mark] };
    await histories.commit(
      uid,
      taken!,
      { ...held, marks },
      {
        samples,
        tombstones: ['00000000-0000-4000-8000-000000000001'],
        weeks: new Map([[week, someWeek(week)]]),
        summaries: new Map([['2025-06-10', someSummary('2025-06-10')]]),
        uploads: [move],
        takenOver: ['2025-06-10'],
      },
    );
  };
  return {
    uploads: {
      find: () => uploads.find(key),
      waiting: () => uploads.waiting(uid, 1),
      due: () => uploads.due(0, at, 1),
      open: () => uploads.open(key, requested(announced, traceparent, at, 'incarnation-1')),
      advance: () => uploads.advance(key, { kind: 'deleting', at }, { narrative: someNarrative() }),
    },
    analyses: { find: () => analyses.find(key), newest: () => analyses.newest(uid, 1) },
    narratives: { find: () => narratives.find(key), replaceable: () => narratives.replaceable(1) },
    keptLetters: {
      keep: () => keptLetters.keep(letter, at),
      list: async () => {
        await keptLetters.list(1);
        await keptLetters.list(1, { letter, at });
      },
    },
    announcedExports: {
      announce: () => announcedExports.announce(uid, 'everything.json', at),
      announced: () => announcedExports.announced(uid, 'everything.json'),
    },
    quotas: {
      take: () => quotas.take([{ subject: `person:${uid}`, amounts: { uploads: 1, uploadBytes: 1 } }], at),
    },
    people: {
      find: () => people.find(uid),
      documents: async () => {
        for await (const document of await people.documents(uid)) assert.ok(document);
      },
    },
    erasures: {
      begin: () => erasures.begin('person-2', at),
      unfinished: () => erasures.unfinished(at, 1),
      postpone: () => erasures.postpone('person-2', at),
      removeDocuments: () => erasures.removeDocuments('person-2'),
      end: () => erasures.end('person-2'),
    },
    histories: {
      state: () => histories.state('person-2'),
      commit: everything,
      samples: () => histories.samples(uid, week, week),
      weeksWithSamples: () => histories.weeksWithSamples(uid),
      samplesOf: () => histories.samplesOf(uid, 'upload-1', 1),
      tombstones: () => histories.tombstones(uid),
      marks: () => histories.marks(uid, [week]),
      week: () => histories.week(uid, week),
      legacySamples: () => histories.legacySamples(uid, week, 1),
      due: () => histories.due(0, at, 1),
      people: async () => {
        await histories.people(1);
        await histories.people(1, uid);
      },
    },
  };
}

/** `file:line` of every call in the adapters by which a query comes to be more than a collection. */
function watchQueries(): { reached: Set<string>; restore: () => void } {
  const reached = new Set<string>();
  const methods = ['where', 'orderBy'] as const;
  const originals = methods.map((name) => Reflect.get(sdk.Query.prototype, name) as () => unknown);
  methods.forEach((name, i) => {
    Reflect.set(sdk.Query.prototype, name, function (this: sdk.Query, ...inputs: []): unknown {
      const { scriptName, lineNumber } = getCallSites(2)[1]!;
      // The client calls itself as well.
      if (scriptName.includes('/adapters/firestore/')) reached.add(`${basename(scriptName)}:${lineNumber}`);
      return originals[i]!.apply(this, inputs);
    });
  });
  const restore = (): void => {
    methods.forEach((name, i) => Reflect.set(sdk.Query.prototype, name, originals[i]));
  };
  return { reached, restore };
}

function writtenQueries(): string[] {
  return readdirSync(adapters).flatMap((name) =>
    readFileSync(join(adapters, name), 'utf8')
      .split('\n')
      .flatMap((line, i) => (/\.(where|orderBy)\(/.test(line) ? [`${name}:${i + 1}`] : [])),
  );
}

/** How many entries a value has in the indexes that Firestore keeps by itself. */
function entries({ arrayValue, mapValue }: SentValue): number {
  if (arrayValue) return arrayValue.values?.length ?? 0;
  if (!mapValue) return 2;
  return Object.values(mapValue.fields ?? {}).reduce((sum, value) => sum + entries(value), 0);
}

const isPacked = ({ bytesValue }: SentValue): boolean => bytesValue !== undefined;
const isLarge = (value: SentValue): boolean => entries(value) > 8;

describe('firestore.indexes.json', () => {
  const db = new RecordingFirestore();
  let reached: Set<string>;
  before(async () => {
    const watch = watchQueries();
    const ports = firestorePorts(() => Promise.resolve({ sdk, db }));
    await openUpload(ports, key);
    // As the first releases kept it.
    const bytes = Buffer.from('packed');
    await db.doc(`${paths.days(uid)}/2025-06-09`).set({ day: '2025-06-09', bytes, origins: bytes });
    for (const port of Object.values(callsOf(ports))) for (const call of Object.values(port)) await call();
    watch.restore();
    ({ reached } = watch);
  });

  const needed = () => db.queries.flatMap(neededIndexes);

  it('has every index that the queries of the adapters need, and no other', () => {
    assert.deepEqual(indexProblems(needed(), file), []);
  });

  it('is compared with every query that is written in the adapters', () => {
    assert.deepEqual(
      writtenQueries().filter((line) => !reached.has(line)),
      [],
      'no call of this test asks that',
    );
  });

  /** What was written in a field of a collection, whichever document it was. */
  const fieldsWritten = (): [field: string, value: SentValue][] =>
    [...db.documents].flatMap(([path, fields]: [string, SentFields]) =>
      Object.entries(fields).map(([name, value]): [string, SentValue] => [
        `${path.split('/').at(-2)!}.${name}`,
        value,
      ]),
    );
  const exempt = file.fieldOverrides
    .filter(({ indexes, ttl }) => indexes.length === 0 && !ttl)
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup}.${fieldPath}`);
  const isExempt = (field: string): boolean =>
    exempt.includes(field) || exempt.includes(`${field.split('.')[0]!}.*`);

  it('exempts packed bytes, and maps and lists of more than eight entries, unless a query asks for them', () => {
    const asked = needed().flatMap(({ collection, fields }) =>
      fields.map(({ path }) => `${collection}.${path.split('.')[0]!}`),
    );
    const costly = fieldsWritten()
      .filter(([field, value]) => (isPacked(value) || isLarge(value)) && !asked.includes(field))
      .map(([field]) => field);
    assert.deepEqual(
      [...new Set(costly)].filter((field) => !isExempt(field)),
      [],
    );
  });

  it('exempts only what there is, bytes, maps and lists', () => {
    const parted = fieldsWritten().filter(
      ([, value]) => isPacked(value) || value.mapValue !== undefined || value.arrayValue !== undefined,
    );
    const there = new Set(parted.flatMap(([field]) => [field, `${field.split('.')[0]!}.*`]));
    assert.deepEqual(
      exempt.filter((field) => !there.has(field)),
      [],
    );
  });

  describe('is found wanting', () => {
    const group = () => db.collectionGroup('letters');
    const collection = () => db.collection('people/one/letters');
    const none: IndexFile = { indexes: [], fieldOverrides: [] };

    /** What is wrong with a file for one query more than those of the adapters. */
    const problems = async (query: sdk.Query, of: IndexFile = none): Promise<string[]> => {
      const recorded: StructuredQuery[] = db.queries.splice(0);
      await query.get();
      const planted = db.queries.splice(0, db.queries.length, ...recorded);
      return indexProblems(planted.flatMap(neededIndexes), of);
    };

    const cases: [what: string, query: () => sdk.Query, missing: string[]][] = [
      ['a field of one collection', () => collection().where('a', '==', 1), []],
      ['a range and an order of one field', () => collection().where('a', '>', 1).orderBy('a', 'desc'), []],
      ['what a list does not hold', () => collection().where('a', 'not-in', [1]).orderBy('a'), []],
      ['what a list holds', () => collection().where('a', 'array-contains', 1), []],
      ['several equalities', () => collection().where('a', '==', 1).where('b', 'in', [1, 2]), []],
      ['the names of documents', () => collection().orderBy('__name__'), []],
      ['a field and the names', () => collection().orderBy('a').orderBy('__name__'), []],
      [
        'the names in the other direction',
        () => collection().orderBy('a').orderBy('__name__', 'desc'),
        ['letters (COLLECTION) a ASCENDING, __name__ DESCENDING'],
      ],
      [
        'an equality and a range',
        () => collection().where('a', '==', 1).where('b', '<', 1),
        ['letters (COLLECTION) a EQUAL, b ASCENDING'],
      ],
      [
        'an equality and an order',
        () => collection().where('a', '==', 1).orderBy('b', 'desc'),
        ['letters (COLLECTION) a EQUAL, b DESCENDING'],
      ],
      [
        'an order of two fields',
        () => collection().orderBy('a').orderBy('b', 'desc'),
        ['letters (COLLECTION) a ASCENDING, b DESCENDING'],
      ],
      [
        'ranges of two fields',
        () => collection().where('b', '>', 1).where('a', '!=', 1),
        ['letters (COLLECTION) a ASCENDING, b ASCENDING'],
      ],
      [
        'what a list holds, in an order',
        () => collection().where('a', 'array-contains', 1).orderBy('b'),
        ['letters (COLLECTION) a CONTAINS, b ASCENDING'],
      ],
      [
        'an order in a collection group',
        () => group().orderBy('at'),
        ['letters (COLLECTION_GROUP) at ASCENDING'],
      ],
      [
        'equalities in a collection group',
        () => group().where('a', '==', 1).where('b', '==', 2),
        ['letters (COLLECTION_GROUP) a EQUAL', 'letters (COLLECTION_GROUP) b EQUAL'],
      ],
    ];
    for (const [what, query, missing] of cases) {
      it(`${missing.length === 0 ? 'not ' : ''}by ${what}`, async () => {
        assert.deepEqual(
          await problems(query()),
          missing.map((one) => `missing: ${one}`),
        );
      });
    }

    it('by a query of a field that is exempt, or of which only another index is kept', async () => {
      const map = { collectionGroup: 'letters', fieldPath: 'map', indexes: [] };
      const exempted = { indexes: [], fieldOverrides: [map] };
      const missing = ['missing: letters (COLLECTION) map.a EQUAL'];
      assert.deepEqual(await problems(collection().where('map.a', '==', 1), exempted), missing);
      const grouped = {
        indexes: [],
        fieldOverrides: [
          {
            collectionGroup: 'letters',
            fieldPath: 'at',
            indexes: [{ queryScope: 'COLLECTION_GROUP', order: 'ASCENDING' } as const],
          },
        ],
      };
      assert.deepEqual(await problems(group().orderBy('at'), grouped), []);
      assert.deepEqual(await problems(collection().orderBy('at'), grouped), [
        'missing: letters (COLLECTION) at ASCENDING',
        'no query needs: letters (COLLECTION_GROUP) at ASCENDING',
      ]);
    });

    it('not by a composite index whose equal fields stand in another order', async () => {
      const index = {
        collectionGroup: 'letters',
        queryScope: 'COLLECTION',
        fields: [
          { fieldPath: 'b', order: 'DESCENDING' },
          { fieldPath: 'a', order: 'ASCENDING' },
          { fieldPath: 'c', order: 'ASCENDING' },
        ],
      } as const;
      const query = collection().where('a', '==', 1).where('b', '==', 1).orderBy('c');
      const there = { indexes: [{ ...index, fields: [...index.fields] }], fieldOverrides: [] };
      assert.deepEqual(await problems(query, there), []);
      assert.deepEqual(await problems(query.orderBy('d'), there), [
        'missing: letters (COLLECTION) a EQUAL, b EQUAL, c ASCENDING, d ASCENDING',
        'no query needs: letters (COLLECTION) b DESCENDING, a ASCENDING, c ASCENDING',
      ]);
    });
  });
});
