import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sampleWeek } from '../../../../scripts/sample-data/sample-week.ts';
import {
  packDay,
  packIds,
  rememberDeletions,
  unpackDay,
  unpackIds,
} from '../../../src/adapters/day-bytes.ts';
import { mergeSamples } from '../../../src/domain/samples/day.ts';
import { readSample, sampleId, type Sample } from '../../../src/domain/samples/sample.ts';
import { at, sampleOf } from '../../support/build.ts';

const day = '2025-06-10';

describe('packDay', () => {
  it('gives back what was put in, also from the middle of a buffer', () => {
    const samples = [1, 2, 3].map((n) => sampleOf('heartRate', `${day}T10:0${n}`, { value: 60 + n }));
    const bytes = packDay({ day, samples });
    assert.deepEqual(unpackDay(day, bytes), { day, samples });
    assert.deepEqual(unpackDay(day, Buffer.concat([Buffer.from('xx'), bytes]).subarray(2)), { day, samples });
    assert.deepEqual(unpackDay(day, packDay({ day, samples: [] })), { day, samples: [] });
  });

  it('gives the same bytes for the same day', () => {
    const samples = [1, 2, 3].map((n) => sampleOf('heartRate', `${day}T10:0${n}`));
    assert.deepEqual(packDay({ day, samples: structuredClone(samples) }), packDay({ day, samples }));
  });

  it('keeps the heaviest day of a watch far below what a document holds', () => {
    const context = { timeZone: 'UTC', receivedAt: at('2025-06-20T00:00') };
    const week = sampleWeek({ seed: 2, days: 7 }).samples.map(
      (raw) => readSample(raw, '', context) as Sample,
    );
    const { length } = packDay({ day, samples: mergeSamples([], week, new Set()) });
    // Seven ordinary days at once are more than any one day.
    assert.ok(week.length > 7000);
    assert.ok(length < 350_000, `${length} bytes`);
  });

  it('refuses a day that would outgrow its document, rather than losing a part of it', () => {
    const many = Array.from({ length: 66_000 }, (_, i) =>
      sampleOf('heartRate', at(`${day}T00:00`) + i, { value: i % 97 }),
    );
    assert.throws(() => packDay({ day, samples: many }), { code: 'recording/too-many-samples' });
  });
});

describe('identities', () => {
  it('take 16 bytes each and come back as they were, in their order', () => {
    const ids = fc.array(fc.uuid(), { maxLength: 20 });
    fc.assert(
      fc.property(ids, (list) => {
        const bytes = packIds(list);
        assert.equal(bytes.length, 16 * list.length);
        assert.deepEqual(unpackIds(bytes), list);
      }),
    );
    const made = sampleId('not a uuid');
    assert.deepEqual(unpackIds(packIds([made])), [made]);
  });

  it('of deleted samples are remembered once each', () => {
    assert.deepEqual(rememberDeletions(['a', 'b'], ['b', 'c']), ['a', 'b', 'c']);
    assert.deepEqual(rememberDeletions([], []), []);
  });

  it('of the newest 50,000 deletions are remembered', () => {
    const known = Array.from({ length: 50_000 }, (_, i) => `old ${i}`);
    const remembered = rememberDeletions(known, ['new 1', 'new 2']);
    assert.equal(remembered.length, 50_000);
    assert.deepEqual([remembered[0], remembered.at(-1)], ['old 2', 'new 2']);
  });
});
