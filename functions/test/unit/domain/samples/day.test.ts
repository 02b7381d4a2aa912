import assert from 'node:assert/strict';
import fc from 'fast-check';
import { byDay, compareSamples, mergeSamples } from '../../../../src/domain/samples/day.ts';
import { sampleId } from '../../../../src/domain/samples/sample.ts';
import { anyDay as day, anySample, anySamples } from '../../../support/any-samples.ts';
import { sampleOf, watch } from '../../../support/build.ts';

const id = (name: string) => ({ id: sampleId(name) });

describe('byDay', () => {
  it('puts a sample on the local day it starts on, in its own zone', () => {
    const late = (timeZone: string) => sampleOf('heartRate', '2025-06-10T23:30', { timeZone });
    const samples = [late('Asia/Tokyo'), late('UTC'), late('America/New_York')];
    assert.deepEqual(byDay(samples), [
      { day: '2025-06-10', samples: [samples[1], samples[2]] },
      { day: '2025-06-11', samples: [samples[0]] },
    ]);
  });

  it('loses and repeats nothing', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const days = byDay(samples);
        assert.deepEqual(
          days.flatMap(({ samples: list }) => list).sort(compareSamples),
          [...samples].sort(compareSamples),
        );
        assert.deepEqual(
          days.map(({ day: name }) => name),
          [...new Set(days.map(({ day: name }) => name))].sort(),
        );
      }),
    );
  });
});

describe('mergeSamples', () => {
  it('counts a sample once, however often it comes', () => {
    const one = sampleOf('heartRate', `${day}T10:00`, { value: 60 });
    assert.deepEqual(mergeSamples([one], [{ ...one }, { ...one }], new Set()), [one]);
  });

  it('leaves out what is deleted, whether it was there or comes', () => {
    const [one, two, three] = [1, 2, 3].map((n) => sampleOf('heartRate', `${day}T10:0${n}`));
    assert.deepEqual(mergeSamples([one!, two!], [two!, three!], new Set([two!.id])), [one, three]);
    assert.deepEqual(mergeSamples([one!], [], new Set([one!.id])), []);
  });

  it('keeps, of two different samples under one id, the one that is later in the canonical order', () => {
    const small = sampleOf('stepCount', `${day}T10:00`, { ...id('same'), value: 1 });
    for (const larger of [
      { ...small, value: 2 },
      { ...small, start: small.start + 1, value: 0 },
      { ...small, end: small.end + 1, value: 0 },
      { ...small, type: 'heartRate' as const, value: 0 },
      { ...small, source: { kind: 'watch' as const, key: `${watch.key}x` } },
      { ...small, timeZone: 'ZZZ' },
      { ...small, userEntered: true },
    ]) {
      assert.deepEqual(mergeSamples([small], [larger], new Set()), [larger]);
      assert.deepEqual(mergeSamples([larger], [small], new Set()), [larger]);
      assert.deepEqual(mergeSamples([], [larger, small], new Set()), [larger]);
    }
  });

  it('gives the same whatever comes first and however it is grouped', () => {
    fc.assert(
      fc.property(anySamples, anySamples, anySamples, (a, b, c) => {
        const none = new Set<string>();
        const all = mergeSamples([], [...a, ...b, ...c], none);
        assert.deepEqual(mergeSamples(mergeSamples(a, b, none), c, none), all);
        assert.deepEqual(mergeSamples(c, mergeSamples(b, a, none), none), all);
        assert.deepEqual(mergeSamples(all, all, none), all);
        const gone = new Set(a.slice(0, 2).map((sample) => sample.id));
        assert.deepEqual(
          mergeSamples(mergeSamples(a, [], gone), [...b, ...c], gone),
          mergeSamples(all, [], gone),
        );
      }),
    );
  });
});

describe('compareSamples', () => {
  it('orders by start, then by type', () => {
    const first = sampleOf('heartRate', `${day}T10:00`);
    const second = sampleOf('stepCount', `${day}T10:00:01`);
    const third = sampleOf('heartRate', `${day}T10:00:01`);
    assert.deepEqual([third, second, first].sort(compareSamples), [first, second, third]);
  });

  it('finds two samples equal only when they are', () => {
    fc.assert(
      fc.property(anySample, anySample, (a, b) => {
        assert.equal(compareSamples(a, { ...a }), 0);
        assert.ok(compareSamples(a, b) * compareSamples(b, a) <= 0);
        if (compareSamples(a, b) === 0) assert.deepEqual(a, b);
      }),
      { numRuns: 500 },
    );
  });
});
