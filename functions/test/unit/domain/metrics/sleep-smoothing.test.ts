import assert from 'node:assert/strict';
import { likeliestStages, type Smoothing } from '../../../../src/domain/metrics/sleep-smoothing.ts';

const thresholds = { wake: 0.3, rem: 0.35 };
const smoothing: Smoothing = {
  weight: 0.4,
  transitions: [
    [0.8, 0.18, 0.02],
    [0.02, 0.96, 0.02],
    [0.03, 0.03, 0.94],
  ],
};
const always = () => true;
const letters = (stages: Uint8Array) => [...stages].map((stage) => 'WNR'[stage]).join('');

/** P(wake), P(NREM), P(REM) that are the same every time. */
function generated(minutes: number, seed: number): Float32Array {
  const values = new Float32Array(3 * minutes);
  let state = seed;
  for (let minute = 0; minute < minutes; minute++) {
    const parts = [0, 1, 2].map(() => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return 0.02 + state / 2 ** 32;
    });
    const sum = parts.reduce((total, part) => total + part, 0);
    values.set(
      parts.map((part) => part / sum),
      3 * minute,
    );
  }
  return values;
}

describe('likeliestStages', () => {
  it('reads each minute by its thresholds where nothing smooths', () => {
    const probabilities = Float32Array.of(0.31, 0.6, 0.09, 0.29, 0.5, 0.21, 0.2, 0.5, 0.3);
    assert.equal(letters(likeliestStages(probabilities, thresholds, undefined, always)), 'WNR');
  });

  it('says the same with transitions that do not matter', () => {
    const even = [0, 1, 2].map(() => [1 / 3, 1 / 3, 1 / 3]);
    for (let seed = 1; seed <= 20; seed++) {
      const probabilities = generated(60, seed);
      assert.deepEqual(
        likeliestStages(probabilities, thresholds, { weight: 1, transitions: even }, always),
        likeliestStages(probabilities, thresholds, undefined, always),
      );
    }
  });

  it('finds the likeliest of all sequences', () => {
    const minutes = 7;
    for (let seed = 1; seed <= 12; seed++) {
      const probabilities = generated(minutes, seed);
      let best = { score: -Infinity, path: '' };
      for (let code = 0; code < 3 ** minutes; code++) {
        const path = Array.from({ length: minutes }, (_, minute) => Math.floor(code / 3 ** minute) % 3);
        let score = 0;
        path.forEach((stage, minute) => {
          const [wake, nrem, rem] = probabilities.subarray(3 * minute, 3 * minute + 3);
          const odds = [(wake! * 0.7) / 0.3, nrem!, (rem! * 0.65) / 0.35];
          const asleep = (nrem! + rem!) / Math.max(odds[1]!, odds[2]!);
          score += smoothing.weight * Math.log(odds[stage]! * (stage === 0 ? 1 : asleep));
          if (minute > 0) score += Math.log(smoothing.transitions[path[minute - 1]!]![stage]!);
        });
        if (score > best.score) best = { score, path: letters(Uint8Array.from(path)) };
      }
      assert.equal(letters(likeliestStages(probabilities, thresholds, smoothing, always)), best.path);
    }
  });

  it('does not flicker over a single minute, and follows what lasts', () => {
    const of: Record<string, number[]> = { W: [0.8, 0.15, 0.05], N: [0.1, 0.8, 0.1], R: [0.1, 0.4, 0.5] };
    const read = (minutes: string) =>
      letters(
        likeliestStages(
          Float32Array.from([...minutes].flatMap((letter) => of[letter]!)),
          thresholds,
          smoothing,
          always,
        ),
      );
    assert.equal(read('NNNNNRNNNNN'), 'NNNNNNNNNNN');
    for (const lasting of [
      'N'.repeat(20) + 'R'.repeat(20),
      'N'.repeat(20) + 'W'.repeat(20) + 'N'.repeat(20),
    ]) {
      assert.equal(read(lasting), lasting);
    }
  });

  it('lets the neighbours decide about a minute of which nothing is known', () => {
    const probabilities = Float32Array.of(0.1, 0.8, 0.1, 1, 0, 0, 0.1, 0.8, 0.1);
    const told = likeliestStages(probabilities, thresholds, { ...smoothing, weight: 5 }, (i) => i !== 1);
    assert.equal(letters(told), 'NNN');
    assert.equal(
      letters(likeliestStages(probabilities, thresholds, { ...smoothing, weight: 5 }, always)),
      'NWN',
    );
  });
});
