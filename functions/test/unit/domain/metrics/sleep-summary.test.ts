import assert from 'node:assert/strict';
import type { Night } from '../../../../src/domain/metrics/night.ts';
import { nightsOfMeans, sleepSummary } from '../../../../src/domain/metrics/sleep-summary.ts';
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
    sleepMaintenance: 0.95,
    awakenings: null,
    awakeningsOver5Minutes: null,
    midpoint: midpoint === null ? null : start + midpoint * minuteMs,
    stageMinutes: null,
    unscoredMinutes: null,
    silentMinutes: 0,
    partial: null,
    estimated: null,
    confidence: null,
    ...rest,
  };
}

describe('sleepSummary', () => {
  const window = week();

  it('is empty where there are no nights', () => {
    assert.deepEqual(sleepSummary(window, []), {
      nights: 0,
      kind: null,
      tstMinutes: null,
      sleep24hMinutes: null,
      se: null,
      sleepMaintenance: null,
      solMinutes: null,
      wasoMinutes: null,
      midpoint: null,
      socialJetLag: null,
    });
  });

  it('takes means and standard deviations of what is known', () => {
    const nights = [
      night(window, 0, 180, { tstMinutes: 400, se: 0.8, solMinutes: 10, wasoMinutes: 20 }),
      night(window, 1, 200, { tstMinutes: 440, se: 0.9, wasoMinutes: 40 }),
      night(window, 2, null, { tstMinutes: 420, se: null }),
    ];
    const summary = sleepSummary(window, nights, new Map([['2025-06-10', 60]]));
    assert.deepEqual([summary.nights, summary.kind], [3, 'healthkit-stages']);
    // Deviations -20, 20, 0: sqrt(800 / 2).
    assert.deepEqual(summary.tstMinutes, { mean: 420, sd: 20, n: 3 });
    assert.equal(summary.sleep24hMinutes!.mean, 440);
    assert.ok(Math.abs(summary.se!.mean - 0.85) < 1e-12 && summary.se!.n === 2);
    assert.deepEqual([summary.solMinutes, summary.wasoMinutes!.mean], [{ mean: 10, sd: null, n: 1 }, 30]);
    assert.equal(summary.midpoint!.clock, '03:10');
    assert.ok(Math.abs(summary.midpoint!.minutes.sd! - Math.sqrt(200)) < 1e-9);
  });

  describe('has in its means', () => {
    const partial = { partial: { from: 0, to: 1 } };
    const estimated: Partial<Night> = {
      source: 'sleep-model',
      estimated: { tstMinutes: [300, 450], midpoint: [0, 1] },
    };
    const app = { source: 'app-total' } as const;
    const kindsOf = (...all: Partial<Night>[]) => {
      const { kind, nights } = nightsOfMeans(all.map((rest, n) => night(window, n, 180, rest)));
      return [kind, nights.length];
    };

    it('no night in part, and none in which the watch was silent', () => {
      assert.deepEqual(kindsOf({}, {}, partial, { silentMinutes: 16 }), ['healthkit-stages', 2]);
    });

    it('nights of one kind of source: of the one with most of them, of equals of the better', () => {
      assert.deepEqual(kindsOf({}, app, app), ['app-total', 2]);
      assert.deepEqual(kindsOf(app, {}), ['healthkit-stages', 1]);
    });

    it('never measured and estimated nights together', () => {
      assert.deepEqual(kindsOf(estimated, estimated, {}), ['healthkit-stages', 1]);
      assert.deepEqual(kindsOf(estimated, estimated), ['estimated', 2]);
      assert.deepEqual(kindsOf(estimated, { ...estimated, tstMinutes: null }), ['estimated', 1]);
    });
  });

  it('averages midpoints before and after midnight as neighbours, not as opposite ends of a day', () => {
    const { midpoint } = sleepSummary(window, [night(window, 0, -20), night(window, 1, 40)]);
    assert.equal(midpoint!.clock, '00:10');
    assert.ok(Math.abs(midpoint!.minutes.sd! - Math.sqrt(1800)) < 1e-9);
    assert.equal(sleepSummary(window, [night(window, 0, -20)]).midpoint!.clock, '23:40');
  });

  it('says the middle of sleep on the clock of the wall, summer time included', () => {
    // Sunday 30 March 2025: 180 minutes after midnight the clocks show 04:00.
    const berlin = week('Europe/Berlin', '2025-03-24');
    assert.equal(sleepSummary(berlin, [night(berlin, 6, 180)]).midpoint!.clock, '04:00');
    assert.equal(sleepSummary(berlin, [night(berlin, 5, 180)]).midpoint!.clock, '03:00');
  });

  describe('social jet lag', () => {
    const lag = (midpoints: (number | null)[], freeDays?: number[]) =>
      sleepSummary(
        window,
        midpoints.flatMap((midpoint, n) => (midpoint === null ? [] : [night(window, n, midpoint)])),
        new Map(),
        freeDays,
      ).socialJetLag;

    it('is the distance between free nights and work nights, with its direction', () => {
      // Monday to Friday around 03:00, the nights that end on Saturday and Sunday at 04:20 and 05:00.
      assert.deepEqual(lag([180, 170, 190, 180, 180, 260, 300]), {
        minutes: 100,
        freeNights: 2,
        workNights: 5,
      });
      assert.equal(lag([180, 170, 190, 180, 180, 80, 80])!.minutes, -100);
    });

    it('needs two free nights and three work nights', () => {
      assert.equal(lag([180, 180, 180, null, null, 240, 240])!.minutes, 60);
      assert.equal(lag([180, 180, 180, null, null, 240, null]), null);
      assert.equal(lag([180, 180, null, null, null, 240, 240]), null);
    });

    it("knows the person's own free days", () => {
      // Monday and Tuesday are free.
      assert.equal(lag([260, 300, 180, 180, 180, 180, 180], [1, 2])!.minutes, 100);
    });
  });
});
