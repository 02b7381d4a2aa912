import assert from 'node:assert/strict';
import { changeOf, studentQuantile } from '../../../../src/domain/metrics/comparison.ts';

describe('the quantile of Student', () => {
  it('is that of the tables', () => {
    // 97.5 %, from any table: 3, 6, 10 and 30 degrees of freedom.
    for (const [degrees, t] of [
      [3, 3.1824],
      [6, 2.4469],
      [10, 2.2281],
      [30, 2.0423],
    ] as const) {
      assert.ok(Math.abs(studentQuantile(degrees) / t - 1) < 0.002, String(degrees));
    }
  });
});

describe('the change from one week to the next', () => {
  const week = (mean: number, sd: number, n = 7) => ({ mean, sd, n });

  it('is beyond chance: Student times the standard error of the difference', () => {
    // sqrt(2 * 40^2 / 7 * (1 + 0.6 * 6/7)) = 26.31, times 2.4469 is 64.4.
    assert.equal(changeOf(week(464, 40), week(400, 40), 30), 'same');
    assert.equal(changeOf(week(465, 40), week(400, 40), 30), 'higher');
    assert.equal(changeOf(week(400, 40), week(465, 40), 30), 'lower');
  });

  it('is beyond what does not matter, however sure it is', () => {
    assert.equal(changeOf(week(430, 1), week(400, 1), 30), 'same');
    assert.equal(changeOf(week(431, 1), week(400, 1), 30), 'higher');
  });

  it('needs four values in both weeks', () => {
    assert.equal(changeOf(week(500, 1, 3), week(400, 1), 30), null);
    assert.equal(changeOf(week(500, 1), week(400, 1, 3), 30), null);
    assert.equal(changeOf(null, week(400, 1), 30), null);
    assert.equal(changeOf(week(500, 1, 4), week(400, 1, 4), 30), 'higher');
  });
});
