import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  byDay,
  compareSamples,
  decodeDay,
  encodeDay,
  mergeSamples,
} from '../../../../src/domain/samples/day.ts';
import { sampleTypeNames } from '../../../../src/domain/samples/sample-types.ts';
import { sampleId, type Sample, type SourceKind } from '../../../../src/domain/samples/sample.ts';
import { at, dayMs, minuteMs, phone, sampleOf, span, watch } from '../../../support/build.ts';

const day = '2025-06-10';
const midnight = at(`${day}T00:00`);
const id = (name: string) => ({ id: sampleId(name) });

/** Few different values, so that samples collide in everything but one column. */
const anySample: fc.Arbitrary<Sample> = fc
  .record({
    id: fc.nat({ max: 5 }).map((n) => sampleId(`id ${n}`)),
    type: fc.constantFrom(...sampleTypeNames),
    offset: fc.integer({ min: -14 * 60, max: 38 * 60 }),
    duration: fc.constantFrom(0, 1, minuteMs, 7 * dayMs),
    value: fc.oneof(
      fc.constantFrom(0, 1, 0.1, 1e-300, 1e9),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    kind: fc.constantFrom<SourceKind>('watch', 'phone', 'other'),
    key: fc.oneof(fc.constantFrom('', 'a|b', 'ä✓"\\', '\u0000'), fc.string({ unit: 'binary' })),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', '+05:30'),
    userEntered: fc.boolean(),
  })
  .map(({ offset, duration, kind, key, value, ...rest }) => {
    const start = midnight + offset * minuteMs;
    return {
      ...rest,
      value: value + 0,
      start,
      end: start + duration,
      source: { kind, key: `${kind} ${key}` },
    };
  });
const anySamples = fc.array(anySample, { maxLength: 30 });

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

describe('an encoded day', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(anySamples, (list) => {
        const samples = mergeSamples([], list, new Set());
        assert.deepEqual(decodeDay(day, encodeDay({ day, samples })), { day, samples });
      }),
      { numRuns: 300 },
    );
  });

  it('is the same bytes for the same samples, whichever order their sources and zones came in', () => {
    fc.assert(
      fc.property(anySamples, (list) => {
        const encode = (samples: Sample[]) =>
          encodeDay({ day, samples: mergeSamples([], samples, new Set()) });
        assert.deepEqual(encode([...list].reverse()), encode(list));
      }),
    );
  });

  it('holds 38 bytes a sample and its tables', () => {
    const samples = [
      span('stepCount', `${day}T10:00`, `${day}T10:01`, 5, { source: phone }),
      span('stepCount', `${day}T11:00`, `${day}T11:01`, 6, { userEntered: true }),
    ];
    const bytes = encodeDay({ day, samples });
    const tables = JSON.stringify({
      zones: ['UTC'],
      sources: [
        ['phone', phone.key],
        ['watch', watch.key],
      ],
    });
    assert.equal(bytes.length, 12 + tables.length + 2 * 38);
    assert.equal(Buffer.from(bytes.subarray(0, 4)).toString(), 'CLD1');
  });

  it('is refused when it is something else or cut off', () => {
    const bytes = encodeDay({ day, samples: [sampleOf('heartRate', `${day}T10:00`)] });
    assert.throws(() => decodeDay(day, bytes.subarray(0, -1)), RangeError);
    assert.throws(() => decodeDay(day, Buffer.concat([bytes, Buffer.alloc(1)])), RangeError);
    assert.throws(() => decodeDay(day, Buffer.from('CLD2' + '\0'.repeat(60))), RangeError);
  });

  it('is read from the middle of a larger buffer, as a database gives it', () => {
    const samples = [sampleOf('heartRate', `${day}T10:00`, { value: 60 })];
    const bytes = Buffer.concat([Buffer.from('x'), encodeDay({ day, samples })]).subarray(1);
    assert.deepEqual(decodeDay(day, bytes).samples, samples);
  });
});
