import assert from 'node:assert/strict';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import type { HabitualNight } from '../../../../src/domain/metrics/sleep.ts';
import { estimatedBedtime, nightToStage, stagedSegments } from '../../../../src/domain/metrics/staging.ts';
import type { Window } from '../../../../src/domain/samples/window.ts';
import { at, dayMs, hourMs, minuteMs, sampleOf, span } from '../../../support/build.ts';

const midnight = at('2025-06-10T00:00');
const day = { day: '2025-06-10', timeZone: 'UTC', start: midnight, end: midnight + dayMs };
const window: Window = { days: [day], start: midnight, end: midnight + dayMs };
const noonBefore = midnight - 12 * hourMs;

/** Heart rate every `step` minutes from minute to minute after the noon before. */
function heartRate(from: number, to: number, bpm: number, step = 1): Sample[] {
  const samples: Sample[] = [];
  for (let i = from; i < to; i += step)
    samples.push(sampleOf('heartRate', noonBefore + i * minuteMs, { value: bpm }));
  return samples;
}
const toStage = (samples: Sample[], from: number, minutes: number) => {
  const start = noonBefore + from * minuteMs;
  return nightToStage(window, '2025-06-10', { start, end: start + minutes * minuteMs, told: true }, samples);
};
const habitual: HabitualNight = {
  night: { start: midnight - 4 * hourMs, end: midnight + 10 * hourMs },
  core: { start: midnight, end: midnight + 6 * hourMs },
  learned: false,
};

describe('nightToStage', () => {
  it('asks for a time in bed, minute by minute', () => {
    const night = toStage(heartRate(600, 1080, 60), 600, 480)!;
    assert.equal(night.day, '2025-06-10');
    assert.deepEqual(
      [night.told, night.start, night.minutes, night.modality],
      [true, noonBefore + 600 * minuteMs, 480, 'hr'],
    );
    assert.equal(night.features.length, 5 * 480);
  });

  it('asks for one to twelve hours, which is what the model knows', () => {
    for (const [minutes, asked] of [
      [59, false],
      [60, true],
      [720, true],
      [721, false],
    ] as const) {
      assert.equal(
        toStage(heartRate(300, 300 + minutes, 60), 300, minutes) !== null,
        asked,
        `${minutes} minutes`,
      );
    }
  });

  it('does not ask without heart rate, or with too little of it', () => {
    assert.equal(toStage([], 600, 480), null);
    assert.equal(toStage(heartRate(600, 700, 60), 600, 480), null);
    assert.equal(toStage(heartRate(600, 1080, 60, 5), 600, 480)!.modality, 'hr_sparse5min');
  });
});

describe('estimatedBedtime', () => {
  /** Awake at 80 until 23:00, at rest at 55 until 07:00, awake until noon. */
  const typical = [...heartRate(0, 660, 80), ...heartRate(660, 1140, 55), ...heartRate(1140, 1440, 80)];
  const estimate = (samples: Sample[], asked: Partial<Parameters<typeof estimatedBedtime>[3]> = {}) => {
    const bed = estimatedBedtime(window, day, samples, { habitual, ...asked });
    return bed && [(bed.start - noonBefore) / minuteMs, (bed.end - noonBefore) / minuteMs];
  };

  it('finds the longest rest within a smoothing of the truth', () => {
    const [from, to] = estimate(typical)!;
    assert.ok(Math.abs(from! - 660) <= 7 && Math.abs(to! - 1140) <= 7, `${from} to ${to}`);
  });

  it('ends where steps begin, and bridges a short walk in the night', () => {
    const walk = (from: number, to: number) =>
      span('stepCount', noonBefore + from * minuteMs, noonBefore + to * minuteMs, 50 * (to - from));
    const [from, to] = estimate([...typical, walk(900, 910)])!;
    assert.ok(from! < 700 && to! > 1100);
    const split = estimate([
      ...typical,
      ...[910, 950, 990, 1030].map((minute) => walk(minute, minute + 40)),
    ])!;
    assert.ok(split[1]! <= 910, 'a walk longer than the rest after it ends the night');
  });

  it('does not take quiet sitting by day for the night that the watch spent on its charger', () => {
    // Worn from 13:00 to 21:00 and from 8:00 on, at its calmest from 16:00 to 20:00.
    const day = [...heartRate(60, 240, 85), ...heartRate(240, 480, 60), ...heartRate(480, 540, 85)];
    assert.equal(estimate([...day, ...heartRate(1200, 1440, 80)]), null);
  });

  it('keeps a night whole whose heart beats faster for more than an hour', () => {
    const [from, to] = estimate([
      ...heartRate(0, 660, 80),
      ...heartRate(660, 780, 55),
      ...heartRate(780, 860, 76),
      ...heartRate(860, 1140, 55),
      ...heartRate(1140, 1440, 80),
    ])!;
    assert.ok(Math.abs(from! - 660) <= 3 && Math.abs(to! - 1140) <= 3, `${from} to ${to}`);
  });

  it('does not take for rest what was not worn', () => {
    const [from, to] = estimate([
      ...heartRate(0, 660, 80),
      ...heartRate(660, 900, 55),
      ...heartRate(1000, 1440, 80),
    ])!;
    assert.ok(from! >= 650 && to! <= 910);
  });

  it('says nothing of less than three hours of rest', () => {
    assert.equal(
      estimate([...heartRate(0, 660, 80), ...heartRate(660, 820, 55), ...heartRate(820, 1440, 80)]),
      null,
    );
  });

  it('says nothing where the heart does not tell rest from waking', () => {
    assert.equal(
      estimate([...heartRate(0, 660, 62), ...heartRate(660, 1140, 55), ...heartRate(1140, 1440, 62)]),
      null,
    );
  });

  it('says nothing of a few hours of data, or of a day that has hardly begun', () => {
    assert.equal(estimate([...heartRate(600, 780, 80), ...heartRate(780, 940, 55)]), null);
    const early: Window = { ...window, end: noonBefore + 170 * minuteMs };
    assert.equal(estimatedBedtime(early, day, typical, { habitual }), null);
  });

  it('needs six hours of heart rate to compare', () => {
    assert.ok(estimate([...heartRate(600, 780, 80), ...heartRate(780, 980, 55)]));
  });

  it('finds the day of somebody who sleeps late or by day and wears the watch all the time', () => {
    const late = [...heartRate(-360, 930, 80), ...heartRate(930, 1470, 55), ...heartRate(1470, 1800, 80)];
    const [from, to] = estimate(late)!;
    assert.ok(Math.abs(from! - 930) <= 7 && Math.abs(to! - 1470) <= 7, `${from} to ${to}`);
    // A watch that was off for the night shows a chair.
    assert.equal(
      estimate(
        late.filter(
          ({ start }) => start < noonBefore + 600 * minuteMs || start > noonBefore + 925 * minuteMs,
        ),
      ),
      null,
    );
  });

  it('takes a learned habit for the night, also by day and after hours on the charger', () => {
    const byDay = {
      night: { start: midnight + 7 * hourMs, end: midnight + 16 * hourMs },
      core: { start: midnight + 8 * hourMs, end: midnight + 15 * hourMs },
      learned: true,
    };
    const sleeps = [
      ...heartRate(0, 600, 80),
      ...heartRate(1200, 1230, 80),
      ...heartRate(1230, 1620, 55),
      ...heartRate(1620, 1800, 80),
    ];
    const [from, to] = estimate(sleeps, { habitual: byDay })!;
    assert.ok(Math.abs(from! - 1230) <= 7 && Math.abs(to! - 1620) <= 7, `${from} to ${to}`);
    assert.equal(estimate(sleeps), null);
  });

  it('is no part of a sleep that a source told', () => {
    const nap = { start: noonBefore + 660 * minuteMs, end: noonBefore + 1140 * minuteMs };
    assert.equal(estimate(typical, { asleep: [nap] }), null);
  });

  it('says nothing of more than twelve hours of rest', () => {
    assert.equal(
      estimate([...heartRate(-360, 380, 80), ...heartRate(380, 1140, 55), ...heartRate(1140, 1800, 80)]),
      null,
    );
  });
});

describe('stagedSegments', () => {
  /** One letter a minute; `?` is a minute without heart rate, for which the model says NREM all the same. */
  function staged(minutes: string, wake = 0.5, rem = 0.5) {
    const of: Record<string, number[]> = {
      W: [0.75, 0.125, 0.125],
      N: [0.125, 0.75, 0.125],
      R: [0.125, 0.125, 0.75],
      '?': [0, 1, 0],
      T: [0.5, 0.25, 0.25],
    };
    const probabilities = Float32Array.from([...minutes].flatMap((letter) => of[letter]!));
    const features = new Float32Array(5 * minutes.length);
    [...minutes].forEach((letter, i) => (features[minutes.length + i] = letter === '?' ? 0 : 1));
    const { segments, confidence } = stagedSegments(
      { start: midnight, minutes: minutes.length, features },
      probabilities,
      { wake, rem },
    );
    const text = segments.map(
      ({ state, start, end }) => `${state} ${(start - midnight) / minuteMs}-${(end - midnight) / minuteMs}`,
    );
    return { text, confidence };
  }

  it('turns probabilities into stretches, with the mean probability of what was chosen', () => {
    const { text, confidence } = staged('WWNNNRW');
    assert.deepEqual(text, ['awake 0-2', 'nrem 2-5', 'rem 5-6', 'awake 6-7']);
    assert.equal(confidence, 0.75);
  });

  it('says wake only above the threshold of the model', () => {
    assert.deepEqual(staged('T', 0.49).text, ['awake 0-1']);
    assert.deepEqual(staged('T', 0.5).text, ['nrem 0-1']);
    assert.equal(staged('TW', 0.5).confidence, 0.5);
  });

  it('says REM only where its share of the sleep is above the threshold of the model', () => {
    assert.deepEqual(staged('T', 0.5, 0.49).text, ['rem 0-1']);
    assert.deepEqual(staged('T', 0.5, 0.5).text, ['nrem 0-1']);
    assert.deepEqual(staged('NR', 0.5, 0.14).text, ['rem 0-2']);
    assert.deepEqual(staged('NR', 0.5, 0.86).text, ['nrem 0-2']);
  });

  it('never calls a minute asleep of which there is no heart rate', () => {
    const { text, confidence } = staged('N??N');
    assert.deepEqual(text, ['nrem 0-1', 'inBed 1-3', 'nrem 3-4']);
    assert.equal(confidence, 0.75, 'nor does it make the model look more confident');
  });
});
