import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packOrigins, unpackOrigins } from '../../../../src/adapters/week-bytes.ts';
import { compareSamples } from '../../../../src/domain/samples/order.ts';
import {
  forgetUpload,
  mergeTraced,
  uniteTraced,
  type TracedSamples,
} from '../../../../src/domain/samples/origins.ts';
import { sampleId, type Sample } from '../../../../src/domain/samples/sample.ts';
import { anyDay as day, anySamples } from '../../../support/any-samples.ts';
import { sampleOf, watch } from '../../../support/build.ts';

const none: ReadonlySet<string> = new Set();
const nothing: TracedSamples = { samples: [], origins: [] };

/** Few ids and few values, so that uploads overlap, repeat and contradict each other. */
const sample = fc
  .record({ id: fc.integer({ min: 0, max: 5 }), value: fc.integer({ min: 0, max: 2 }) })
  .map(({ id, value }) =>
    sampleOf('heartRate', '2025-06-10T10:00', { id: sampleId(`origin ${id}`), value: 60 + value }),
  );
const uploads = fc.array(fc.array(sample, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
const named = (i: number): string => `upload-${i}`;

const merge = (before: TracedSamples, i: number, samples: readonly Sample[], deleted = none) =>
  mergeTraced(before, named(i), samples, deleted).traced;
const merged = (all: readonly (readonly Sample[])[], deleted = none): TracedSamples =>
  all.reduce((traced, samples, i) => merge(traced, i, samples, deleted), nothing);

/** What is to stay of samples, written down in the simplest way. */
function latestOfEach(samples: readonly Sample[], deleted = none): Sample[] {
  const byId = new Map(samples.toSorted(compareSamples).map((one) => [one.id, one]));
  return [...byId.values()].filter(({ id }) => !deleted.has(id)).sort(compareSamples);
}

describe('merged samples', () => {
  it('count once, however often they come', () => {
    const one = sampleOf('heartRate', `${day}T10:00`, { value: 60 });
    assert.deepEqual(merged([[one], [{ ...one }, { ...one }]]).samples, [one]);
  });

  it('are without the deleted ones, whether these were there or come', () => {
    const [one, two, three] = [1, 2, 3].map((n) => sampleOf('heartRate', `${day}T10:0${n}`));
    const before = merged([[one!, two!]]);
    assert.deepEqual(merge(before, 1, [two!, three!], new Set([two!.id])).samples, [one, three]);
    assert.deepEqual(merge(before, 1, [], new Set([one!.id, two!.id])), nothing);
  });

  it('are, of two different ones under one id, the one that is later in the canonical order', () => {
    const small = sampleOf('stepCount', `${day}T10:00`, { value: 1 });
    for (const larger of [
      { ...small, value: 2 },
      { ...small, start: small.start + 1, value: 0 },
      { ...small, end: small.end + 1, value: 0 },
      { ...small, type: 'heartRate' as const, value: 0 },
      { ...small, source: { kind: 'watch' as const, key: `${watch.key}x` } },
      { ...small, timeZone: 'ZZZ' },
      { ...small, userEntered: true },
    ]) {
      assert.deepEqual(merged([[small], [larger]]), { samples: [larger], origins: [[named(1)]] });
      assert.deepEqual(merged([[larger], [small]]), { samples: [larger], origins: [[named(0)]] });
      assert.deepEqual(merged([[larger, small]]).samples, [larger]);
    }
  });

  it('are the same whatever comes first and however it is grouped', () => {
    fc.assert(
      fc.property(anySamples, anySamples, anySamples, (a, b, c) => {
        const all = merged([[...a, ...b, ...c]]).samples;
        assert.deepEqual(all, latestOfEach([...a, ...b, ...c]));
        assert.deepEqual(merged([a, b, c]).samples, all);
        assert.deepEqual(merged([c, b, a]).samples, all);
        const gone = new Set(a.slice(0, 2).map(({ id }) => id));
        assert.deepEqual(merged([a, b, c], gone).samples, latestOfEach(all, gone));
      }),
    );
  });

  it('are the same when two stored sets are united, whichever was there first', () => {
    fc.assert(
      fc.property(uploads, fc.nat({ max: 5 }), (all, some) => {
        const [one, other] = [all.slice(0, some), all.slice(some)];
        const first = merged(one);
        const second = other.reduce((traced, samples, i) => merge(traced, some + i, samples), nothing);
        assert.deepEqual(uniteTraced(first, second, none).traced, merged(all));
        assert.deepEqual(uniteTraced(second, first, none).traced, merged(all));
      }),
    );
  });

  it('say what has come and gone, and whether anything is to be stored', () => {
    fc.assert(
      fc.property(uploads, fc.array(sample, { maxLength: 2 }), (all, gone) => {
        const before = merged(all);
        const deleted = new Set(gone.map(({ id }) => id));
        const { traced, changed, differs } = mergeTraced(before, named(9), all[0]!.slice(0, 2), deleted);
        const key = (one: Sample) => `${one.id} ${one.value}`;
        const [was, is] = [before, traced].map(({ samples }) => new Set(samples.map(key)));
        assert.deepEqual(
          new Set(changed.map(key)),
          new Set([...was!, ...is!].filter((one) => !was!.has(one) || !is!.has(one))),
        );
        assert.equal(differs, JSON.stringify(traced) !== JSON.stringify(before));
        const again = mergeTraced(traced, named(9), all[0]!.slice(0, 2), deleted);
        assert.deepEqual(again, { traced, changed: [], differs: false });
      }),
    );
  });
});

describe('the origins of samples', () => {
  it('name, for each sample, the uploads that brought this very sample, whatever the order', () => {
    fc.assert(
      fc.property(uploads, (all) => {
        const traced = merged(all);
        traced.samples.forEach(({ id, value }, i) => {
          const brought = all.flatMap((samples, upload) =>
            samples.some((other) => other.id === id && other.value === value) ? [named(upload)] : [],
          );
          assert.deepEqual(traced.origins[i], brought);
        });
        const backwards = [...all.entries()].reverse();
        const other = backwards.reduce((so, [i, samples]) => merge(so, i, samples), nothing);
        assert.deepEqual(other, traced);
      }),
    );
  });

  it('take what only one upload brought along when it is forgotten', () => {
    fc.assert(
      fc.property(uploads, (all) => {
        const before = merged(all);
        const { traced: left, changed, differs } = forgetUpload(before, named(0));
        assert.ok(left.origins.every((origins) => origins.length > 0 && !origins.includes(named(0))));
        const others = before.origins.map((origins) => origins.some((origin) => origin !== named(0)));
        assert.deepEqual(
          left.samples,
          before.samples.filter((_, i) => others[i]),
        );
        assert.deepEqual(
          changed,
          before.samples.filter((_, i) => !others[i]),
        );
        assert.equal(differs, JSON.stringify(left) !== JSON.stringify(before));
        assert.deepEqual(forgetUpload(left, named(0)), { traced: left, changed: [], differs: false });
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
