import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareSamples } from '../../../../src/domain/samples/order.ts';
import { decodeSamples, encodeSamples } from '../../../../src/domain/samples/sample-codec.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { anyDay as base, anySamples } from '../../../support/any-samples.ts';
import { dayMs, phone, sampleOf, span, watch } from '../../../support/build.ts';

const ordered = (samples: readonly Sample[]): Sample[] => samples.toSorted(compareSamples);

describe('encoded samples', () => {
  it('give back what was put in', () => {
    fc.assert(
      fc.property(anySamples, (list) => {
        const samples = ordered(list);
        assert.deepEqual(decodeSamples(base, encodeSamples(base, samples)), samples);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same bytes for the same samples, whichever order their sources and zones came in', () => {
    fc.assert(
      fc.property(anySamples, (list) => {
        const encode = (samples: Sample[]) => encodeSamples(base, ordered(samples));
        assert.deepEqual(encode([...list].reverse()), encode(list));
      }),
    );
  });

  it('reach over the whole of a week, and over one with nothing but its ends', () => {
    const samples = [
      sampleOf('heartRate', `${base}T00:00`),
      sampleOf('heartRate', Date.parse(`${base}T00:00Z`) + 7 * dayMs - 1),
    ];
    assert.deepEqual(decodeSamples(base, encodeSamples(base, samples)), samples);
  });

  it('take 38 bytes each, and their tables', () => {
    const samples = [
      span('stepCount', `${base}T10:00`, `${base}T10:01`, 5, { source: phone }),
      span('stepCount', `${base}T11:00`, `${base}T11:01`, 6, { userEntered: true }),
    ];
    const bytes = encodeSamples(base, samples);
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

  it('are refused when they are something else or cut off', () => {
    const bytes = encodeSamples(base, [sampleOf('heartRate', `${base}T10:00`)]);
    assert.throws(() => decodeSamples(base, bytes.subarray(0, -1)), RangeError);
    assert.throws(() => decodeSamples(base, Buffer.concat([bytes, Buffer.alloc(1)])), RangeError);
    assert.throws(() => decodeSamples(base, Buffer.from('CLD2' + '\0'.repeat(60))), RangeError);
  });

  it('are read from the middle of a larger buffer, as a database gives them', () => {
    const samples = [sampleOf('heartRate', `${base}T10:00`, { value: 60 })];
    const bytes = Buffer.concat([Buffer.from('x'), encodeSamples(base, samples)]).subarray(1);
    assert.deepEqual(decodeSamples(base, bytes), samples);
  });
});
