import assert from 'node:assert/strict';
import { heldOutError, measuredCoverage, share } from './conformal.ts';
import * as figures from './figures.ts';
import { minuteStages, thinned, unscored } from './scored-night.ts';

const night = (
  truth: number[],
  said: number[],
  wake: number[] = truth.map((stage) => (stage === 0 ? 0.85 : 0.05)),
) =>
  figures.countsOf({
    truth: Int8Array.from(truth),
    said: Int8Array.from(said),
    wakeProbability: Float64Array.from(wake),
  });

describe('the figures of scored nights', () => {
  it('agree with a table counted by hand', () => {
    // 4 awake of which 2 are called so, 4 NREM of which 3, 2 REM of which 1; a minute that is not scored counts nowhere.
    const counts = [night([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, -1], [0, 0, 1, 2, 1, 1, 1, 0, 2, 1, 0])];
    assert.equal(figures.specificityWake(counts), 0.5);
    assert.equal(figures.sensitivitySleep(counts), 5 / 6);
    // Agreed .6; by chance (4 x 3 + 4 x 5 + 2 x 2) / 100.
    assert.ok(Math.abs(figures.kappaThreeClasses(counts) - (0.6 - 0.36) / (1 - 0.36)) < 1e-12);
    // Agreed .7; by chance (4 x 3 + 6 x 7) / 100.
    assert.ok(Math.abs(figures.kappaWake(counts) - (0.7 - 0.54) / (1 - 0.54)) < 1e-12);
    assert.equal(figures.sleepBias(counts), 1);
  });

  it('pool minutes and average nights', () => {
    const nights = [night([0, 1, 1], [1, 1, 1]), night([1, 0, 1], [0, 0, 1])];
    assert.equal(figures.specificityWake(nights), 0.5);
    assert.deepEqual([figures.sleepBias(nights), figures.sleepError(nights)], [0, 1]);
  });

  it('rank P(wake): all right, all wrong, and equal', () => {
    const auc = (awake: number, asleep: number) =>
      figures.aucWake([night([0, 1, 1], [1, 1, 1], [awake, asleep, asleep])]);
    assert.deepEqual([auc(0.9, 0.1), auc(0.1, 0.9), auc(0.4, 0.4)], [1, 0, 0.5]);
  });

  it('compare P(wake) with the share awake in tenths', () => {
    assert.ok(
      Math.abs(figures.calibrationError([night([0, 1, 1, 1], [1, 1, 1, 1], [0.25, 0.25, 0.25, 0.25])])) <
        1e-12,
    );
    assert.ok(Math.abs(figures.calibrationError([night([0, 0], [1, 1], [0.25, 0.95])]) - 0.4) < 1e-12);
  });

  it('count awakenings between the first and the last minute asleep', () => {
    for (const [stages, count] of [
      [[0, 0, 1, 1, 0, 0], 0],
      [[0, 1, 0, 0, 2, 0, 1, 0], 2],
      [[1, 0, -1, 0, 1], 1],
      [[0, 0], 0],
    ] as const) {
      assert.equal(figures.awakenings(Int8Array.from(stages)), count, String(stages));
    }
  });

  it('have an interval over people, the same every time', () => {
    const people = Array.from({ length: 50 }, (_, i) => i);
    const found = figures.figure(people, figures.mean);
    assert.equal(found.value, 24.5);
    // 1.96 standard errors of the mean: 4.0.
    assert.ok(Math.abs(found.interval[0] - 20.5) < 1 && Math.abs(found.interval[1] - 28.5) < 1);
    assert.deepEqual(figures.figure(people, figures.mean), found);
  });
});

describe('a scored night', () => {
  it('is awake in a minute with half a minute awake', () => {
    const u = unscored;
    assert.deepEqual([...minuteStages([1, 0, 2, 1, u, 2, u, u, 1])], [0, 2, 2, u, 1]);
  });

  it('is thinned to a reading every 3 to 7 minutes', () => {
    const readings = Array.from({ length: 3600 }, (_, i) => ({ at: 5000 * i, bpm: 60 }));
    const few = thinned({ person: '1', start: 0, stages: new Int8Array(300), readings }, 1).readings;
    const gaps = few.slice(1).map(({ at }, i) => (at - few[i]!.at) / 60_000);
    assert.ok(Math.min(...gaps) >= 3 && Math.max(...gaps) <= 7 && new Set(gaps).size > 3);
  });
});

describe('conformal intervals', () => {
  it('hold the errors of nine people in ten, and need nine people', () => {
    const errors = [0, 1, -1, 2, -2, 3, -3, 4, -4, 50];
    assert.deepEqual(heldOutError(errors), { biasMinutes: 0.5, halfWidthMinutes: 49.5 });
    assert.equal(heldOutError([...errors, ...errors, ...errors].slice(0, -1)).halfWidthMinutes, 4);
    assert.throws(() => heldOutError(errors.slice(0, 8)), RangeError);
  });

  it('cover nine people in ten that they were not made from', () => {
    let state = 1;
    const errors = Array.from({ length: 400 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    });
    const { value, interval } = measuredCoverage(errors);
    assert.ok(value > 0.87 && value < 0.93 && interval[0] < 0.9 && interval[1] > 0.9, String(value));
  });

  it('give shares the interval of Wilson', () => {
    const { value, interval } = share(27, 30);
    assert.equal(value, 0.9);
    assert.ok(
      Math.abs(interval[0] - 0.7438) < 1e-3 && Math.abs(interval[1] - 0.9654) < 1e-3,
      String(interval),
    );
  });
});
