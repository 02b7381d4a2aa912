import assert from 'node:assert/strict';
import {
  isToldAsDuration,
  midpointInterval,
  sleepInterval,
} from '../../../../src/domain/metrics/sleep-interval.ts';
import { minuteMs } from '../../../../src/domain/time.ts';

describe('the interval of an estimated night', () => {
  const error = { biasMinutes: 30, halfWidthMinutes: 80 };

  it('lies around the estimate less what it is usually too long', () => {
    assert.deepEqual(sleepInterval(450, error), [340, 500]);
    assert.deepEqual(midpointInterval(1000 * minuteMs, error), [890 * minuteMs, 1050 * minuteMs]);
  });

  it('holds no sleep below none', () => {
    assert.deepEqual(sleepInterval(60, error), [0, 110]);
    assert.deepEqual(sleepInterval(0, { biasMinutes: 90, halfWidthMinutes: 10 }), [0, 0]);
  });

  it('is told as a duration up to three hours', () => {
    assert.equal(isToldAsDuration([300, 480]), true);
    assert.equal(isToldAsDuration([300, 481]), false);
  });
});
