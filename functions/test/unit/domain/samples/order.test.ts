import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareSamples } from '../../../../src/domain/samples/order.ts';
import { anyDay as day, anySample } from '../../../support/any-samples.ts';
import { sampleOf } from '../../../support/build.ts';

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
