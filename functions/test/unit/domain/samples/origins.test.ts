import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packOrigins, unpackOrigins } from '../../../../src/adapters/day-bytes.ts';
import { mergeSamples } from '../../../../src/domain/samples/day.ts';
import { forgetUpload, mergeTraced, type TracedDay } from '../../../../src/domain/samples/origins.ts';
import { sampleId, type Sample } from '../../../../src/domain/samples/sample.ts';
import { sampleOf } from '../../../support/build.ts';

const none: ReadonlySet<string> = new Set();
const empty: TracedDay = { samples: [], origins: [] };

/** Few ids and few values, so that uploads overlap, repeat and contradict each other. */
const sample = fc
  .record({ id: fc.integer({ min: 0, max: 5 }), value: fc.integer({ min: 0, max: 2 }) })
  .map(({ id, value }) =>
    sampleOf('heartRate', '2025-06-10T10:00', { id: sampleId(`origin ${id}`), value: 60 + value }),
  );
const uploads = fc.array(fc.array(sample, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
const named = (i: number): string => `upload-${i}`;

const merged = (all: readonly (readonly Sample[])[], deleted = none): TracedDay =>
  all.reduce((day, samples, i) => mergeTraced(day, named(i), samples, deleted), empty);

describe('the origins of a day', () => {
  it('leave the samples as they are without them', () => {
    fc.assert(
      fc.property(uploads, fc.array(sample, { maxLength: 2 }), (all, gone) => {
        const deleted = new Set(gone.map(({ id }) => id));
        assert.deepEqual(merged(all, deleted).samples, mergeSamples([], all.flat(), deleted));
      }),
    );
  });

  it('name, for each sample, the uploads that brought this very sample, whatever the order', () => {
    fc.assert(
      fc.property(uploads, (all) => {
        const day = merged(all);
        day.samples.forEach(({ id, value }, i) => {
          const brought = all.flatMap((samples, upload) =>
            samples.some((other) => other.id === id && other.value === value) ? [named(upload)] : [],
          );
          assert.deepEqual(day.origins[i], brought);
        });
        const backwards = [...all.entries()].reverse();
        const other = backwards.reduce((so, [i, samples]) => mergeTraced(so, named(i), samples, none), empty);
        assert.deepEqual(other, day);
      }),
    );
  });

  it('take what only one upload brought along when it is forgotten', () => {
    fc.assert(
      fc.property(uploads, (all) => {
        const day = merged(all);
        const left = forgetUpload(day, named(0));
        assert.ok(left.origins.every((origins) => origins.length > 0 && !origins.includes(named(0))));
        const kept = day.samples.filter((_, i) => day.origins[i]!.some((origin) => origin !== named(0)));
        assert.deepEqual(left.samples, kept);
        assert.deepEqual(forgetUpload(left, named(0)), left);
      }),
    );
  });

  it('come back from the bytes that are stored, which hardly grow with the samples', () => {
    fc.assert(
      fc.property(uploads, (all) => {
        const { origins } = merged(all);
        assert.deepEqual(unpackOrigins(packOrigins(origins)), origins);
      }),
    );
    const many = Array.from({ length: 20_000 }, () => ['a-phone-s-own-upload-id']);
    assert.ok(packOrigins(many).bytes.length < 500);
  });
});
