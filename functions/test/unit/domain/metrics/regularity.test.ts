import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sleepRegularityIndex } from '../../../../src/domain/metrics/regularity.ts';

const repeated = (day: number[], days: number) => Int8Array.from(new Array<number[]>(days).fill(day).flat());

describe('sleepRegularityIndex', () => {
  it('is 100 for days that are alike', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1), { minLength: 24, maxLength: 24 }),
        fc.integer({ min: 6, max: 9 }),
        (day, n) => {
          assert.equal(sleepRegularityIndex(repeated(day, n), 24), 100);
        },
      ),
    );
  });

  it('is -100 when each day is the opposite of the one before', () => {
    assert.equal(sleepRegularityIndex(repeated([1, 0, 0, 1, 0, 1, 1, 0], 3), 4), -100);
  });

  it('is 200 times the share of equal pairs, less 100', () => {
    // Six days of four epochs: 20 pairs. One epoch of the third day differs from the days before and after.
    const states = repeated([1, 0, 0, 1], 6);
    states[9] = 1;
    assert.equal(sleepRegularityIndex(states, 4), 200 * (18 / 20) - 100);
  });

  it('compares days, not nights: sleep that moves by an hour a day', () => {
    // 8 of 24 hours asleep, an hour later each day: 2 of 24 pairs differ.
    const states = Int8Array.from({ length: 7 * 24 }, (_, i) =>
      ((i % 24) + 24 - Math.floor(i / 24)) % 24 < 8 ? 1 : 0,
    );
    assert.ok(Math.abs(sleepRegularityIndex(states, 24)! - (200 * (22 / 24) - 100)) < 1e-12);
  });

  it('leaves out pairs of which one is unknown', () => {
    // Seven days: 24 pairs. The epoch that differs (two pairs) and its neighbour (two pairs) are unknown.
    const states = repeated([1, 0, 0, 1], 7);
    states[9] = 1;
    states[13] = -1; // one of its two unequal pairs, and one equal pair, are unknown: 21 of 22
    assert.ok(Math.abs(sleepRegularityIndex(states, 4)! - (200 * (21 / 22) - 100)) < 1e-12);
  });

  it('takes 1440 epochs a day, and five days of known pairs', () => {
    const states = repeated([0, 1, 1], 6 * 480);
    assert.equal(sleepRegularityIndex(states), 100);
    assert.equal(sleepRegularityIndex(states.slice(0, -1)), null);
    states[3000] = -1;
    assert.equal(sleepRegularityIndex(states), null);
    assert.equal(sleepRegularityIndex(new Int8Array(0)), null);
  });

  it('stays within -100 and 100', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(-1, 0, 1), { minLength: 60, maxLength: 200 }), (states) => {
        const index = sleepRegularityIndex(Int8Array.from(states), 6);
        assert.ok(index === null || (index >= -100 && index <= 100));
      }),
    );
  });
});
