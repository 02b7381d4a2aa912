import assert from 'node:assert/strict';
import type { Night } from '../../../../src/domain/metrics/sleep.ts';
import { sleepSummary } from '../../../../src/domain/metrics/sleep-summary.ts';
import { startOfDay, addDays } from '../../../../src/domain/local-time.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { minuteMs } from '../../../support/build.ts';

/** Monday 9 to Sunday 15 June 2025. */
function week(timeZone = 'UTC', monday = '2025-06-09'): Window {
  const days = Array.from({ length: 7 }, (_, i) => {
    const day = addDays(monday, i);
    return { day, timeZone, start: startOfDay(timeZone, day), end: startOfDay(timeZone, addDays(day, 1)) };
  });
  return { days, start: days[0]!.start, end: days[6]!.end };
}

/** A night that ends on the n-th day, with its midpoint so many minutes after that midnight. */
function night(window: Window, n: number, midpoint: number | null, rest: Partial<Night> = {}): Night {
  const { day, start } = window.days[n]!;
  return {
    day,
    source: 'healthkit-stages',
    bedtime: 'healthkit',
    start,
    end: start,
    onset: null,
    wake: null,
    tibMinutes: 480,
    tstMinutes: 420,
    solMinutes: null,
    wasoMinutes: null,
    se: 0.875,
    awakenings: null,
    awakeningsOver5Minutes: null,
    midpoint: midpoint === null ? null : start + midpoint * minuteMs,
    stageMinutes: null,
    unscoredMinutes: null,
    confidence: null,
    ...rest,
  };
}

describe('sleepSummary', () => {
  const window = week();

  it('is empty where there are no nights', () => {
    assert.deepEqual(sleepSummary(window, []), {
      nights: 0,
      meanTstMinutes: null,
      sdTstMinutes: null,
      meanSe: null,
      meanSolMinutes: null,
      meanWasoMinutes: null,
      meanMidpoint: null,
      sdMidpointMinutes: null,
      socialJetLagMinutes: null,
    });
  });

  it('takes means and standard deviations of what is known', () => {
    const nights = [
      night(window, 0, 180, { tstMinutes: 400, se: 0.8, solMinutes: 10, wasoMinutes: 20 }),
      night(window, 1, 200, { tstMinutes: 440, se: 0.9, wasoMinutes: 40 }),
      night(window, 2, null, { tstMinutes: 420, se: 1 }),
    ];
    const summary = sleepSummary(window, nights);
    assert.equal(summary.nights, 3);
    assert.equal(summary.meanTstMinutes, 420);
    // Deviations -20, 20, 0: sqrt(800 / 2).
    assert.equal(summary.sdTstMinutes, 20);
    assert.ok(Math.abs(summary.meanSe! - 0.9) < 1e-12);
    assert.deepEqual([summary.meanSolMinutes, summary.meanWasoMinutes], [10, 30]);
    assert.equal(summary.meanMidpoint, '03:10');
    assert.ok(Math.abs(summary.sdMidpointMinutes! - Math.sqrt(200)) < 1e-9);
  });

  it('knows no spread of a single night', () => {
    const { sdTstMinutes, sdMidpointMinutes, meanMidpoint } = sleepSummary(window, [night(window, 0, 180)]);
    assert.deepEqual([sdTstMinutes, sdMidpointMinutes, meanMidpoint], [null, null, '03:00']);
  });

  it('averages midpoints before and after midnight as neighbours, not as opposite ends of a day', () => {
    const { meanMidpoint, sdMidpointMinutes } = sleepSummary(window, [
      night(window, 0, -20),
      night(window, 1, 40),
    ]);
    assert.equal(meanMidpoint, '00:10');
    assert.ok(Math.abs(sdMidpointMinutes! - Math.sqrt(1800)) < 1e-9);
    assert.equal(sleepSummary(window, [night(window, 0, -20)]).meanMidpoint, '23:40');
  });

  it('says the middle of sleep on the clock of the wall, summer time included', () => {
    // Sunday 30 March 2025: 180 minutes after midnight the clocks show 04:00.
    const berlin = week('Europe/Berlin', '2025-03-24');
    assert.equal(sleepSummary(berlin, [night(berlin, 6, 180)]).meanMidpoint, '04:00');
    assert.equal(sleepSummary(berlin, [night(berlin, 5, 180)]).meanMidpoint, '03:00');
  });

  describe('social jet lag', () => {
    const lag = (midpoints: (number | null)[]) =>
      sleepSummary(
        window,
        midpoints.flatMap((midpoint, n) => (midpoint === null ? [] : [night(window, n, midpoint)])),
      ).socialJetLagMinutes;

    it('is the distance between free nights and work nights', () => {
      // Monday to Friday around 03:00, the nights that end on Saturday and Sunday at 04:20 and 05:00.
      assert.equal(lag([180, 170, 190, 180, 180, 260, 300]), 100);
      assert.equal(lag([180, 170, 190, 180, 180, 80, null]), 100);
    });

    it('needs a free night and three work nights', () => {
      assert.equal(lag([180, 180, 180, null, null, 240, null]), 60);
      assert.equal(lag([180, 180, null, null, null, 240, 240]), null);
      assert.equal(lag([180, 180, 180, 180, 180, null, null]), null);
    });
  });
});
