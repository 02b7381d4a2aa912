import assert from 'node:assert/strict';
import { chosenSmoothing, likeliestStages, transitionsOf, type Smoothing } from './smoothing.ts';

const thresholds = { wake: 0.3, rem: 0.35 };
const smoothing: Smoothing = {
  weight: 0.4,
  transitions: [
    [0.8, 0.18, 0.02],
    [0.02, 0.96, 0.02],
    [0.03, 0.03, 0.94],
  ],
};
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
  it('reads each minute by its thresholds where transitions have no preference', () => {
    const even = { weight: 1, transitions: [0, 1, 2].map(() => [1 / 3, 1 / 3, 1 / 3]) };
    const probabilities = Float32Array.of(0.31, 0.6, 0.09, 0.29, 0.5, 0.21, 0.2, 0.5, 0.3);
    assert.equal(letters(likeliestStages(probabilities, thresholds, even)), 'WNR');
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
      assert.equal(letters(likeliestStages(probabilities, thresholds, smoothing)), best.path);
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

  it('learns how minutes follow one another, and weighs them by what that does to awakenings', () => {
    const scored = Int8Array.of(0, 0, 1, -1, 1, 1, 2);
    assert.deepEqual(transitionsOf([scored])[0], [1.5 / 3.5, 1.5 / 3.5, 0.5 / 3.5]);
    // One minute in ten is said to be wake and is not: only transitions that weigh much hold against it.
    const truth = new Int8Array(200).fill(1);
    const probabilities = Float32Array.from(
      [...truth].flatMap((_, i) => (i % 10 === 5 ? [0.6, 0.3, 0.1] : [0.1, 0.8, 0.1])),
    );
    const chosen = chosenSmoothing([{ truth, probabilities }], thresholds);
    assert.ok(likeliestStages(probabilities, thresholds, chosen).every((stage) => stage === 1));
  });
});
