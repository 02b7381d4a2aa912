import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sampleWeek } from '../../../../scripts/sample-data/sample-week.ts';
import {
  packIds,
  packSamples,
  packTraced,
  unpackIds,
  unpackSamples,
} from '../../../src/adapters/week-bytes.ts';
import { compareSamples } from '../../../src/domain/samples/order.ts';
import { readSample, sampleId, type Sample } from '../../../src/domain/samples/sample.ts';
import { rememberDeletions } from '../../../src/domain/samples/tombstones.ts';
import { at, sampleOf } from '../../support/build.ts';

const week = '2025-06-09';

describe('packed samples', () => {
  it('give back what was put in, also from the middle of a buffer', () => {
    const samples = [1, 2, 3].map((n) => sampleOf('heartRate', `2025-06-1${n}T10:00`, { value: 60 + n }));
    const bytes = packSamples(week, samples);
    assert.deepEqual(unpackSamples(week, bytes), samples);
    assert.deepEqual(unpackSamples(week, Buffer.concat([Buffer.from('xx'), bytes]).subarray(2)), samples);
    assert.deepEqual(unpackSamples(week, packSamples(week, [])), []);
  });

  it('are the same bytes for the same samples', () => {
    const samples = [1, 2, 3].map((n) => sampleOf('heartRate', `2025-06-1${n}T10:00`));
    assert.deepEqual(packSamples(week, structuredClone(samples)), packSamples(week, samples));
  });

  it('of a week of a watch, with their origins, are far less than a document holds', () => {
    const context = { timeZone: 'UTC', receivedAt: at('2025-06-20T00:00') };
    const samples = sampleWeek({ seed: 2, days: 7 })
      .samples.map((raw) => readSample(raw, '', context) as Sample)
      .sort(compareSamples);
    assert.ok(samples.length > 7000);
    const hourly = samples.map((_, i) => [`the-upload-of-hour-${Math.floor((i / samples.length) * 168)}`]);
    const { bytes, origins } = packTraced(week, { samples, origins: hourly });
    const length = bytes.length + origins.bytes.length + origins.uploads.join().length;
    assert.ok(length < 350_000, `${length} bytes`);
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
