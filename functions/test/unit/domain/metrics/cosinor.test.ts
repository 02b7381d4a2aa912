import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cosinor } from '../../../../src/domain/metrics/cosinor.ts';

const day = 1440;
const clockOf = (count: number, first = 0) =>
  Uint16Array.from({ length: count }, (_, i) => (first + i) % day);
const wave = (clock: Uint16Array, mesor: number, amplitude: number, peakHour: number) =>
  Float64Array.from(
    clock,
    (minute) => mesor + amplitude * Math.cos((2 * Math.PI * (minute / 60 - peakHour)) / 24),
  );
function near(actual: number | null | undefined, expected: number, tolerance = 1e-9) {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < tolerance,
    `${actual} is not ${expected}`,
  );
}

describe('cosinor', () => {
  it('finds the wave again', () => {
    const clock = clockOf(2 * day);
    const actual = cosinor(wave(clock, 10, 4, 15.25), clock);
    near(actual?.mesor, 10);
    near(actual?.amplitude, 4);
    near(actual?.acrophaseHour, 15.25);
    near(actual?.r2, 1);
  });

  it('is the least squares fit of four values', () => {
    // At 0, 6, 12 and 18 h the cosine is 1 0 -1 0 and the sine 0 1 0 -1. M = 16 / 4; beta = (4 - 2) / 2;
    // gamma = (9 - 1) / 2; of the squares 0 + 25 + 4 + 9 = 38 the fit explains 2 (1 + 16) = 34.
    const actual = cosinor(Float64Array.of(4, 9, 2, 1), Uint16Array.of(0, 360, 720, 1080));
    near(actual?.mesor, 4);
    near(actual?.amplitude, Math.sqrt(17));
    near(actual?.acrophaseHour, (Math.atan(4) / Math.PI) * 12);
    near(actual?.r2, 34 / 38);
  });

  it('leaves out what was not measured, also when that makes the day uneven', () => {
    const clock = clockOf(3 * day, 500);
    const values = wave(clock, 100, 30, 3).fill(NaN, 200, 1100).fill(NaN, 4000);
    const actual = cosinor(values, clock);
    near(actual?.mesor, 100);
    near(actual?.amplitude, 30);
    near(actual?.acrophaseHour, 3);
  });

  it('tells no peak of what does not vary', () => {
    const clock = clockOf(day);
    const flat = { mesor: 0.1, amplitude: 0, acrophaseHour: null, r2: null };
    assert.deepEqual(cosinor(new Float64Array(day).fill(0.1), clock), flat);
  });

  it('needs three clock times', () => {
    assert.equal(cosinor(Float64Array.of(1, 2, 3, 4), Uint16Array.of(0, 720, 0, 720)), null);
    assert.equal(cosinor(Float64Array.of(1, NaN, 3, 4), Uint16Array.of(0, 300, 0, 720)), null);
    assert.equal(cosinor(new Float64Array(0), new Uint16Array(0)), null);
    assert.notEqual(cosinor(Float64Array.of(1, 2, 4), Uint16Array.of(0, 300, 720)), null);
  });

  it('has its peak in [0, 24), wherever the peak is, and scales with the values', () => {
    fc.assert(
      fc.property(fc.nat(day - 1), fc.double({ min: 0.01, max: 1e4, noNaN: true }), (peak, factor) => {
        const clock = clockOf(2 * day);
        const actual = cosinor(wave(clock, 3 * factor, 2 * factor, peak / 60), clock)!;
        assert.ok(actual.acrophaseHour! >= 0 && actual.acrophaseHour! < 24);
        const apart = Math.abs(actual.acrophaseHour! - peak / 60);
        assert.ok(Math.min(apart, 24 - apart) < 1e-9);
        near(actual.mesor / factor, 3);
        near(actual.amplitude / factor, 2);
      }),
      { numRuns: 50 },
    );
  });
});
