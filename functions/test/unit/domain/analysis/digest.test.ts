import assert from 'node:assert/strict';
import { digestOf } from '../../../../src/domain/analysis/digest.ts';
import { beats, findingsIn, sleep } from '../../../support/analysis.ts';
import { phone } from '../../../support/build.ts';

/** Half hours of the clock in which somebody slept, as [hour, minutes]. */
const slept = (samples: Parameters<typeof findingsIn>[0]) => {
  const { sleepBins, sleepDays } = digestOf(findingsIn(samples));
  return { bins: sleepBins.flatMap((minutes, bin) => (minutes > 0 ? [[bin / 2, minutes]] : [])), sleepDays };
};

describe('the digest of a week', () => {
  it('has the minutes asleep by half hour of the clock', () => {
    assert.deepEqual(slept([sleep('core', 0, 45), sleep('awake', 45, 60), sleep('rem', 60, 300)]), {
      bins: [[0, 30], [0.5, 15], ...[1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5].map((hour) => [hour, 30])],
      sleepDays: 1,
    });
  });

  it('has of each day the longest sleep, at whatever hour, and no nap', () => {
    const { bins, sleepDays } = slept([sleep('core', 480, 900), sleep('core', 1200, 1260)]);
    assert.deepEqual([bins[0], bins.at(-1), sleepDays], [[8, 30], [14.5, 30], 1]);
  });

  it('learns nothing from a nap of a day whose night nobody watched', () => {
    const nap = sleep('core', 780, 1020);
    const charged = [...beats(480, 1320, 70, 5), ...beats(-960, -120, 70, 5)];
    assert.deepEqual(slept([nap, ...charged]), { bins: [], sleepDays: 0 });
    assert.equal(slept([nap, ...beats(-600, 1320, 70, 5)]).sleepDays, 1);
  });

  it('learns from rest and heart rate where nobody tells sleep and the watch is always worn', () => {
    const byDay = [...beats(-700, 500, 80), ...beats(500, 900, 55), ...beats(900, 1440, 80)];
    const { bins, sleepDays } = slept(byDay);
    assert.equal(sleepDays, 1);
    assert.ok(bins[0]![0]! >= 8 && bins.at(-1)![0]! <= 15, JSON.stringify(bins));
  });

  it('has the values of whole, measured nights, and of no others', () => {
    const whole = [sleep('core', 0, 400), ...beats(-30, 430, 58, 5)];
    const { nights } = digestOf(findingsIn(whole));
    assert.deepEqual(
      nights.map(({ day, tstMinutes, midpointMinutes, lowestHeartRateBpm, hrvMs }) => [
        day,
        tstMinutes,
        midpointMinutes,
        lowestHeartRateBpm,
        hrvMs,
      ]),
      [['2025-06-10', 400, 200, 58, null]],
    );
    const part = [
      sleep('core', 0, 90),
      sleep('inBed', -10, 420, { source: phone }),
      ...beats(-30, 90, 58, 5),
    ];
    assert.deepEqual(digestOf(findingsIn(part)).nights, []);
  });
});
