import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeDay, encodeDay } from '../../../src/adapters/day-codec.ts';
import { mergeSamples } from '../../../src/domain/samples/day.ts';
import type { Sample } from '../../../src/domain/samples/sample.ts';
import { anyDay as day, anySamples } from '../../support/any-samples.ts';
import { phone, sampleOf, span, watch } from '../../support/build.ts';

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
