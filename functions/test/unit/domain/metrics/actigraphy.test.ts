import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  actigraphySleep,
  coleKripke,
  coleKripkeRescored,
  oakley,
  sadeh,
  scripps,
  webster,
} from '../../../../src/domain/metrics/actigraphy.ts';

type Score = (values: Float64Array) => Uint8Array;

const length = 61;
const middle = 30;
/** Minutes without movement but for one; the offsets from it that are scored wake, edges apart. */
function wakeAround(score: Score, count: number, half: number): number[] {
  const values = new Float64Array(length);
  values[middle] = count;
  const scores = score(values);
  return Array.from(scores, (_, i) => i)
    .filter((i) => i >= half && i < length - half && scores[i] === 0)
    .map((i) => i - middle);
}
/** 'w' and 'S' per minute, as numbers and as text: `run('w', 3)` is 'www'. */
const run = (letter: 'w' | 'S', count: number) => letter.repeat(count);
const scoresOf = (text: string) => Uint8Array.from(text, (letter) => (letter === 'S' ? 1 : 0));
const textOf = (scores: Uint8Array) => Array.from(scores, (score) => (score === 1 ? 'S' : 'w')).join('');

const all: [string, Score, number][] = [
  ['coleKripke', coleKripke, 4],
  ['sadeh', sadeh, 5],
  ['scripps', scripps, 10],
  ['oakley', (values) => oakley(values), 2],
];

describe('actigraphy', () => {
  for (const [name, score, half] of all) {
    it(`${name} sleeps through stillness, and is awake where its window is incomplete`, () => {
      const still = textOf(score(new Float64Array(length)));
      assert.equal(still, run('w', half) + run('S', length - 2 * half) + run('w', half));
    });

    it(`${name} is awake as far from a missing minute as its window reaches`, () => {
      const values = new Float64Array(length);
      values[middle] = NaN;
      const expected = run('w', half) + run('S', 30 - 2 * half) + run('w', 2 * half + 1);
      assert.equal(textOf(score(values)), expected + run('S', 30 - 2 * half) + run('w', half));
    });

    it(`${name} is awake throughout a series shorter than its window`, () => {
      assert.equal(textOf(score(new Float64Array(2 * half))), run('w', 2 * half));
      assert.equal(score(new Float64Array(0)).length, 0);
    });
  }

  it('coleKripke has the weights of the paper', () => {
    // One minute of 30 c counts gives D = 0.001 w c, w being 106 54 58 76 230 74 67 for four minutes before the
    // scored one to two after it: seen from the moving minute, the scored ones lie at +4 to -2.
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 230, 4), [0]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 231, 4), []);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 100, 4), [0, 4]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 75, 4), [0, 1, 4]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 70, 4), [-1, 0, 1, 4]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 60, 4), [-2, -1, 0, 1, 4]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 56, 4), [-2, -1, 0, 1, 2, 4]);
    assert.deepEqual(wakeAround(coleKripke, (30 * 1000) / 50, 4), [-2, -1, 0, 1, 2, 3, 4]);
  });

  it('scripps has the weights of the paper', () => {
    // One minute of c counts gives D = 0.204 w c.
    const wake = (count: number) => wakeAround(scripps, count, 10);
    assert.deepEqual(wake(73), []); // 0.0664: 0.989
    assert.deepEqual(wake(74), [1]); // 0.0664: 1.002; 0.03: 0.453
    assert.deepEqual(wake(170), [0, 1]); // 0.03: 1.040; 0.028: 0.971
    assert.deepEqual(wake(400), [0, 1, 2, 3, 4]); // 0.0128: 1.044; 0.0118: 0.963
    assert.deepEqual(wake(425), [0, 1, 2, 3, 4, 5, 6]); // 0.0118: 1.023; 0.0112: 0.971
    assert.deepEqual(wake(470), [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8]); // 0.0112: 1.074; 0.01: 0.959
    assert.deepEqual(wake(500), [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]); // 0.01: 1.02
    assert.deepEqual(wake(700), [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]); // 0.0074: 1.057; 0.0064: 0.914
    assert.deepEqual(wake(800), [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // 0.0064: 1.044
  });

  it('oakley is awake from the threshold on', () => {
    assert.deepEqual(wakeAround(oakley, 39, 2), []);
    assert.deepEqual(wakeAround(oakley, 40, 2), [0]);
    assert.deepEqual(wakeAround(oakley, 199, 2), [0]);
    assert.deepEqual(wakeAround(oakley, 200, 2), [-1, 0, 1]);
    assert.deepEqual(wakeAround(oakley, 999, 2), [-1, 0, 1]);
    assert.deepEqual(wakeAround(oakley, 1000, 2), [-2, -1, 0, 1, 2]);
    assert.deepEqual(
      wakeAround((values) => oakley(values, 80), 79, 2),
      [],
    );
    assert.deepEqual(
      wakeAround((values) => oakley(values, 20), 100, 2),
      [-1, 0, 1],
    );
  });

  it('oakley has for shorter epochs the kernel that the manual of Actiware gives', () => {
    const of = (seconds: 15 | 30 | 120) => (values: Float64Array) => oakley(values, 40, seconds);
    // 15 s: the epoch itself counts four times, four on either side a fifth, four more a twenty-fifth.
    assert.deepEqual(wakeAround(of(15), 9, 8), []);
    assert.deepEqual(wakeAround(of(15), 10, 8), [0]);
    assert.deepEqual(wakeAround(of(15), 200, 8), [-4, -3, -2, -1, 0, 1, 2, 3, 4]);
    assert.deepEqual(wakeAround(of(15), 1000, 8).length, 17);
    assert.deepEqual(wakeAround(of(30), 20, 4), [0]);
    assert.deepEqual(wakeAround(of(30), 200, 4), [-2, -1, 0, 1, 2]);
    assert.deepEqual(wakeAround(of(30), 1000, 4).length, 9);
    assert.deepEqual(wakeAround(of(120), 80, 1), [0]);
    assert.deepEqual(wakeAround(of(120), 334, 1), [-1, 0, 1]);
  });

  it("oakley 'auto' takes 0.88888 of the count per mobile minute", () => {
    // Ten minutes of 100, one of `probe` and twenty of 3, far apart; those of 3 are not mobile.
    const probed = (probe: number) => {
      const values = new Float64Array(400);
      for (let i = 0; i < 10; i++) values[10 + 10 * i] = 100;
      for (let i = 0; i < 20; i++) values[120 + 10 * i] = 3;
      values[350] = probe;
      return oakley(values, 'auto')[350];
    };
    assert.equal(probed(93.18), 1); // 0.88888 * 1153.18 / 11 = 93.1853
    assert.equal(probed(93.19), 0); // 0.88888 * 1153.19 / 11 = 93.1861
    // Of 15 s: one epoch with 40 counts is a quarter of a mobile minute, 0.88888 * 40 * 4 = 142.2; alone it scores 160.
    const epochs = new Float64Array(40);
    epochs[20] = 40;
    assert.equal(oakley(epochs, 'auto', 15)[20], 0);
    // Beside a hundred with one count it is 0.88888 * 140 / 25.25 = 4.93.
    assert.equal(oakley(Float64Array.of(...epochs, ...Array<number>(100).fill(1)), 'auto', 15)[90], 0);
  });

  it('sadeh counts a minute of exactly 50 counts among the natural ones, as the paper says', () => {
    // Seven of them: 7.601 - 0.065 * 350 / 11 - 1.08 * 7 - 0.056 * 20.41 - 0.703 ln 51 is below 0; above 50 only, it is not.
    const of = (count: number) =>
      sadeh(Float64Array.of(count, count, count, 0, count, 0, 0, 0, count, count, count))[5];
    assert.deepEqual([of(50), of(49)], [0, 1]);
  });

  it('sadeh adds up mean, natural minutes, deviation and logarithm', () => {
    const constant = (count: number) => sadeh(new Float64Array(11).fill(count))[5];
    assert.equal(constant(49), 1); // 7.601 - 0.065 * 49 - 0.703 ln 50 = 1.666
    assert.equal(constant(50), 0); // and eleven natural minutes: 1.587 - 11.88
    assert.equal(constant(99), 0);
    assert.equal(constant(100), 0); // 7.601 - 6.5 - 3.244 = -2.14
    // A natural minute at the very end of the window: 7.601 - 0.065 * 60 / 11 - 1.08 = 6.17; six of them: -0.81.
    assert.equal(sadeh(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60))[5], 1);
    // Alternating 0 and 60 before the minute, sd 32.86: 7.601 - 1.064 (mean of 180 / 11) - 3.24 - 1.840 = 1.457.
    assert.equal(sadeh(Float64Array.of(60, 0, 60, 0, 60, 0, 0, 0, 0, 0, 0))[5], 1);
    // The same with 160, which is not natural: sd 87.64: 7.601 - 2.836 - 4.908 = -0.143; and with 150: 0.340.
    assert.equal(sadeh(Float64Array.of(160, 0, 160, 0, 160, 0, 0, 0, 0, 0, 0))[5], 0);
    assert.equal(sadeh(Float64Array.of(150, 0, 150, 0, 150, 0, 0, 0, 0, 0, 0))[5], 1);
    // 100 counts are not natural: 7.601 - 2.955 - 2.286 = 2.360.
    assert.equal(sadeh(Float64Array.of(100, 0, 0, 0, 0, 0, 0, 100, 100, 100, 100))[5], 1);
    // After the minute they are in the mean only, but for the next one, whose logarithm counts.
    assert.equal(sadeh(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 160, 0, 160, 160))[5], 1); // 4.765
    assert.equal(sadeh(Float64Array.of(0, 0, 0, 0, 0, 0, 500, 0, 0, 0, 0))[5], 1); // 7.601 - 2.955 - 4.371 = 0.276
    assert.equal(sadeh(Float64Array.of(0, 0, 0, 0, 0, 0, 560, 0, 0, 0, 0))[5], 0); // 7.601 - 3.309 - 4.450 = -0.158
    assert.equal(sadeh(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 560, 0, 0, 0))[5], 1); // 4.292
  });
});

describe('webster', () => {
  const asleep = 'S'.repeat(30);
  const cases: [string, string, string][] = [
    ['3 minutes of wake change nothing', run('w', 3) + asleep, run('w', 3) + asleep],
    ['a: after 4 minutes of wake, 1 of sleep', run('w', 4) + asleep, run('w', 5) + asleep.slice(1)],
    ['a: after 9 minutes still', run('w', 9) + asleep, run('w', 10) + asleep.slice(1)],
    ['b: after 10 minutes of wake, 3 of sleep', run('w', 10) + asleep, run('w', 13) + asleep.slice(3)],
    ['b: after 14 minutes still', run('w', 14) + asleep, run('w', 17) + asleep.slice(3)],
    ['c: after 15 minutes of wake, 4 of sleep', run('w', 15) + asleep, run('w', 19) + asleep.slice(4)],
    ['b needs its 3 minutes of sleep', run('w', 10) + 'SSw' + asleep, run('w', 11) + 'Sw' + asleep],
    [
      'd: 6 minutes between 10 and 10 of wake',
      asleep + run('w', 10) + run('S', 6) + run('w', 10) + asleep,
      asleep + run('w', 29) + asleep.slice(3),
    ],
    [
      'd does not take 7 minutes',
      asleep + run('w', 10) + run('S', 7) + run('w', 10) + asleep,
      asleep + run('w', 13) + run('S', 4) + run('w', 13) + asleep.slice(3),
    ],
    [
      'd does not take 9 minutes of wake',
      asleep + run('w', 10) + run('S', 6) + run('w', 9) + asleep,
      asleep + run('w', 13) + run('S', 3) + run('w', 10) + asleep.slice(1),
    ],
    [
      'e: 10 minutes between 20 and 20 of wake',
      asleep + run('w', 20) + run('S', 10) + run('w', 20) + asleep,
      asleep + run('w', 54) + asleep.slice(4),
    ],
    [
      'e does not take 11 minutes',
      asleep + run('w', 20) + run('S', 11) + run('w', 20) + asleep,
      asleep + run('w', 24) + run('S', 7) + run('w', 24) + asleep.slice(4),
    ],
    [
      'e does not take 19 minutes of wake',
      asleep + run('w', 19) + run('S', 10) + run('w', 20) + asleep,
      asleep + run('w', 23) + run('S', 6) + run('w', 24) + asleep.slice(4),
    ],
    [
      'e looks over wake in between',
      asleep + run('w', 20) + 'SSSSwwSSSS' + run('w', 20) + asleep,
      asleep + run('w', 54) + asleep.slice(4),
    ],
  ];
  for (const [promise, first, expected] of cases) {
    it(promise, () => assert.equal(textOf(webster(scoresOf(first))), expected));
  }

  it('takes a minute left open by a gap for sleep where sleep is needed', () => {
    const whole = run('w', 15) + 'SSSS' + run('w', 7) + asleep;
    const gappy = run('w', 15) + 'SS' + run('w', 9) + asleep;
    const open = Array.from(gappy, (_, i) => (i >= 17 && i < 26 ? 1 : 0));
    assert.equal(textOf(webster(scoresOf(whole))), run('w', 27) + asleep.slice(1));
    assert.equal(textOf(webster(scoresOf(gappy), open)), run('w', 27) + asleep.slice(1));
  });

  it('never adds sleep', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 20 }), (runs) => {
        const first = scoresOf(runs.map((count, i) => run(i % 2 ? 'S' : 'w', count)).join(''));
        const scores = webster(first);
        assert.ok(scores.every((score, i) => score <= first[i]!));
      }),
    );
  });
});

describe('actigraphySleep', () => {
  it('counts the minutes of each algorithm', () => {
    // 100 still minutes, less the edges; after 4 minutes of wake at the start, rule a takes one more.
    assert.deepEqual(actigraphySleep(new Float64Array(100)), {
      coleKripke: 92,
      coleKripkeRescored: 91,
      sadeh: 90,
      scripps: 80,
      oakley40: 96,
    });
    const still = new Float64Array(100);
    assert.equal(coleKripkeRescored(still)[4], 0);
    assert.equal(coleKripkeRescored(still)[5], 1);
  });

  it('never has more sleep because of a gap', () => {
    const stretches = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0, 0, 0, 20, 150, 400)),
      {
        minLength: 4,
        maxLength: 25,
      },
    );
    fc.assert(
      fc.property(stretches, fc.nat(400), fc.integer({ min: 1, max: 40 }), (levels, start, minutes) => {
        const whole = Float64Array.from(
          levels.flatMap(([count, level]) => new Array<number>(count).fill(level)),
        );
        const before = actigraphySleep(whole);
        const after = actigraphySleep(whole.slice().fill(NaN, start, start + minutes));
        for (const name of Object.keys(before) as (keyof typeof before)[]) {
          assert.ok(
            after[name] <= before[name],
            `${name}: ${before[name]} minutes, ${after[name]} with the gap`,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });
});
