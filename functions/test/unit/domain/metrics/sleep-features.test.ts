import assert from 'node:assert/strict';
import { modality, sleepFeatures } from '../../../../src/domain/metrics/sleep-features.ts';

/** A window of `minutes` without heart rate, except where given. */
function heartRateOf(minutes: number, values: Record<number, number>): Float64Array {
  const heartRate = new Float64Array(minutes).fill(NaN);
  for (const [minute, bpm] of Object.entries(values)) heartRate[Number(minute)] = bpm;
  return heartRate;
}

const rowsOf = (features: Float32Array) => {
  const minutes = features.length / 5;
  return [0, 1, 2, 3, 4].map((row) => Array.from(features.subarray(row * minutes, (row + 1) * minutes)));
};
const minutesWhere = (row: number[]) => row.flatMap((value, minute) => (value ? [minute] : []));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe('sleepFeatures', () => {
  it('is the heart rate in robust standard deviations from the median of what was observed', () => {
    // By hand: median 60; deviations 10, 5, 0, 5, 20, so MAD 5; 1.4826 * 5 = 7.413.
    const [z] = rowsOf(sleepFeatures(Float64Array.of(50, 55, 60, 65, 80), null));
    [-10, -5, 0, 5, 20].forEach((difference, minute) => near(z![minute]!, difference / 7.413));
  });

  it('takes a spread of at least 3 bpm and stays within -5 to 5', () => {
    // The MAD is 0, so the spread is 3: 66 is 2 away; 90 and 30 would be 10 away.
    const [z] = rowsOf(sleepFeatures(Float64Array.of(60, 60, 60, 60, 60, 66, 90, 30), null));
    assert.deepEqual(z, [0, 0, 0, 0, 0, 2, 5, -5]);
  });

  it('interpolates between minutes 15 apart, and not between minutes 16 apart', () => {
    const beats = { 0: 60, 1: 60, 2: 60, 17: 75, 33: 60, 34: 60 };
    const [z, valid, observed] = rowsOf(sleepFeatures(heartRateOf(35, beats), null));
    assert.deepEqual(minutesWhere(observed!), [0, 1, 2, 17, 33, 34]);
    assert.deepEqual(minutesWhere(valid!), [...range(0, 18), 33, 34]);
    near(z![3]!, 1 / 3); // 61 bpm
    near(z![4]!, 2 / 3);
    near(z![16]!, 14 / 3);
    assert.deepEqual(z!.slice(18, 33), new Array(15).fill(0));
  });

  it('holds the edges for 15 minutes and no longer', () => {
    const beats = Object.fromEntries(range(20, 30).map((minute) => [minute, minute === 20 ? 66 : 60]));
    const [z, valid, observed] = rowsOf(sleepFeatures(heartRateOf(60, beats), null));
    assert.deepEqual(minutesWhere(valid!), range(5, 45));
    assert.deepEqual(minutesWhere(observed!), range(20, 30));
    near(z![5]!, 2);
    assert.equal(z![4], 0);
    const short = sleepFeatures(heartRateOf(16, { 2: 60, 3: 60, 4: 60, 5: 60, 6: 60 }), null);
    assert.deepEqual(minutesWhere(rowsOf(short)[1]!), range(0, 16));
  });

  it('says nothing of a heart that was observed in fewer than 5 minutes', () => {
    const beats = { 0: 60, 1: 70, 2: 80, 3: 90 };
    assert.ok(sleepFeatures(heartRateOf(30, beats), null).every((value) => value === 0));
    assert.ok(sleepFeatures(heartRateOf(30, { ...beats, 4: 60 }), null).some((value) => value !== 0));
  });

  it('has the natural logarithm of 1 + activity, and marks what is missing', () => {
    const heartRate = new Float64Array(5).fill(NaN);
    const [z, valid, observed, activity, counted] = rowsOf(
      sleepFeatures(heartRate, Float64Array.of(0, Math.E - 1, NaN, -4, 99)),
    );
    for (const row of [z, valid, observed]) assert.deepEqual(row, [0, 0, 0, 0, 0]);
    [0, 1, 0, 0, 4.605170185988092].forEach((value, minute) => near(activity![minute]!, value));
    assert.deepEqual(counted, [1, 1, 0, 1, 1]);
  });

  it('leaves activity invalid when there is none', () => {
    const [, , , activity, counted] = rowsOf(sleepFeatures(new Float64Array(6).fill(60), null));
    assert.deepEqual([...activity!, ...counted!], new Array(12).fill(0));
  });

  it('never gives a value that is not finite, and leaves its input alone', () => {
    const heartRate = Float64Array.of(60, Infinity, 61, NaN, 62, 63, -Infinity, 64);
    const before = heartRate.slice();
    const features = sleepFeatures(heartRate, heartRate);
    assert.ok(features.every(Number.isFinite));
    const [, , observed, , counted] = rowsOf(features);
    assert.deepEqual(observed, [1, 0, 1, 0, 1, 1, 0, 1]);
    assert.deepEqual(counted, observed);
    assert.deepEqual(heartRate, before);
  });

  it('refuses series of different lengths', () => {
    assert.throws(() => sleepFeatures(new Float64Array(60), new Float64Array(61)), RangeError);
  });
});

describe('modality', () => {
  const everyNth = (minutes: number, step: number, from = 0, to = minutes) =>
    heartRateOf(
      minutes,
      Object.fromEntries(range(from, to).flatMap((m) => ((m - from) % step ? [] : [[m, 60]]))),
    );

  it('is hr from half of the minutes on', () => {
    assert.equal(modality(everyNth(60, 1)), 'hr');
    assert.equal(modality(everyNth(60, 2)), 'hr');
    assert.equal(modality(everyNth(61, 1, 0, 30)), 'hr_sparse5min');
  });

  it('is hr_sparse5min for a watch in the background', () => {
    assert.equal(modality(everyNth(480, 5)), 'hr_sparse5min');
    assert.equal(modality(everyNth(480, 15)), 'hr_sparse5min');
  });

  it('is null when less than half of the window is observed or interpolated', () => {
    assert.equal(modality(everyNth(480, 16)), null); // gaps that are not bridged
    // 100 minutes from 0 on are observed, and 15 more are held: 115 of 230 are half, of 231 are not.
    assert.equal(modality(everyNth(230, 1, 0, 100)), 'hr_sparse5min');
    assert.equal(modality(everyNth(231, 1, 0, 100)), null);
  });

  it('is null for fewer than 5 observed minutes, and for none', () => {
    assert.equal(modality(heartRateOf(20, { 2: 60, 5: 60, 8: 60, 11: 60 })), null);
    assert.equal(modality(heartRateOf(20, { 2: 60, 5: 60, 8: 60, 11: 60, 14: 60 })), 'hr_sparse5min');
    assert.equal(modality(heartRateOf(60, {})), null);
    assert.equal(modality(new Float64Array(0)), null);
  });
});
