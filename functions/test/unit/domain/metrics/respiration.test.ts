import assert from 'node:assert/strict';
import fc from 'fast-check';
import { breathing, oxygen } from '../../../../src/domain/metrics/respiration.ts';

describe('breathing', () => {
  it('describes a night', () => {
    // Mean 15; squares of the deviations 9 1 0 4 4 = 18; sd = sqrt(18 / 4).
    assert.deepEqual(breathing([12, 14, 15, 17, 17]), {
      median: 15,
      sd: Math.sqrt(4.5),
      min: 12,
      max: 17,
      n: 5,
    });
  });

  it('leaves out what was not measured', () => {
    const actual = breathing(Float64Array.of(NaN, 14, NaN, 16));
    assert.deepEqual(actual, { median: 15, sd: Math.SQRT2, min: 14, max: 16, n: 2 });
    assert.equal(breathing([NaN]), null);
    assert.equal(breathing([]), null);
  });

  it('has no deviation of a single value', () => {
    assert.deepEqual(breathing([13.5]), { median: 13.5, sd: null, min: 13.5, max: 13.5, n: 1 });
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 6, max: 40 }), { minLength: 1 }), (values) => {
        const { sd, ...one } = breathing(values)!;
        const { sd: otherSd, ...other } = breathing(values.toReversed())!;
        assert.deepEqual(other, one);
        assert.ok(sd === null ? otherSd === null : Math.abs(otherSd! - sd) < 1e-9);
        assert.ok(one.min <= one.median && one.median <= one.max);
      }),
    );
  });
});

describe('oxygen', () => {
  it('counts the share below 0.90, 0.90 itself not among it', () => {
    const actual = oxygen([0.97, 0.9, 0.89, 0.95, NaN, 0.8999])!;
    assert.equal(actual.shareBelow90, 2 / 5);
    assert.equal(actual.median, 0.9);
    assert.equal(actual.min, 0.89);
    assert.equal(actual.max, 0.97);
    assert.equal(actual.n, 5);
  });

  it('is not known of no values', () => {
    assert.equal(oxygen([]), null);
    assert.equal(oxygen([NaN, NaN]), null);
  });
});
