import assert from 'node:assert/strict';
import {
  activityWeek,
  embeddingOf,
  embeddingSize,
  weekMinutes,
  type ActivityWeek,
} from '../../../../src/domain/metrics/embedding.ts';
import { Fault, type UnavailableCode } from '../../../../src/domain/fault.ts';
import { uniqueSamples } from '../../../../src/domain/samples/origins.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { trailingWindow } from '../../../../src/domain/samples/window.ts';
import { analyzeWindow } from '../../../../src/workflows/steps/compute-weeks.ts';
import type { ActivityEncoder, Models } from '../../../../src/workflows/ports.ts';
import { at, dayMs, hourMs, minuteMs, other, phone, span, watch } from '../../../support/build.ts';
import { sleepsSoundly } from '../../../support/stand-ins.ts';

/** Steps of the watch in every minute from one instant to another, and a heartbeat: steps alone do not show wear. */
function stepsOf(from: number, to: number, steps: (minute: number) => number, rest: Partial<Sample> = {}) {
  const samples: Sample[] = rest.source?.kind === 'phone' ? [] : [span('heartRate', from, from, 60, rest)];
  for (let start = from, i = 0; start < to; start += minuteMs, i++) {
    samples.push(span('stepCount', start, start + minuteMs, steps(i), rest));
  }
  return samples;
}

const ordered = (samples: Sample[]) => uniqueSamples(samples);
const monday = at('2025-06-09T00:00:00');
const evenOdd = (minute: number) => (minute % 2 ? 30 : 10);

function weekOf(samples: Sample[]): ActivityWeek {
  const week = activityWeek(ordered(samples));
  assert.ok('standardised' in week, JSON.stringify(week));
  return week;
}

const unavailable = (samples: Sample[], code: UnavailableCode) =>
  assert.deepEqual(activityWeek(ordered(samples)), { unavailable: code });

describe('activityWeek', () => {
  it('standardises seven whole days over themselves', () => {
    const { standardised, days, input } = weekOf(stepsOf(monday, monday + 7 * dayMs, evenOdd));
    assert.equal(standardised.length, weekMinutes);
    // Mean 20, standard deviation 10.
    standardised.forEach((z, minute) => assert.equal(z, minute % 2 ? 1 : -1));
    assert.equal(days.length, 7);
    assert.equal(days[0], '2025-06-09');
    assert.equal(days[6], '2025-06-15');
    assert.equal(input, 'stepCount');
  });

  it('begins at local midnight', () => {
    const start = at('2025-06-09T00:00:00+02:00');
    const samples = stepsOf(start, start + 7 * dayMs, (minute) => (minute % 1440 === 600 ? 100 : 0), {
      timeZone: 'Europe/Berlin',
    });
    const { standardised } = weekOf(samples);
    const high = [...standardised.keys()].filter((minute) => standardised[minute]! > 1);
    assert.deepEqual(
      high,
      [0, 1, 2, 3, 4, 5, 6].map((day) => day * 1440 + 600),
    );
  });

  it('counts minutes that are not known as the mean of the week', () => {
    // Off from 22:30 to 05:30 every night: 17 hours of wear.
    const samples = [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
      stepsOf(monday + day * dayMs + 5.5 * hourMs, monday + day * dayMs + 22.5 * hourMs, evenOdd),
    );
    const { standardised } = weekOf(samples);
    for (let day = 0; day < 7; day++) {
      for (const minute of [0, 329, 1350, 1439]) assert.equal(standardised[day * 1440 + minute], 0);
      assert.equal(standardised[day * 1440 + 330], -1);
      assert.equal(standardised[day * 1440 + 1349], 1);
    }
  });

  it('leaves out what only the phone saw while the watch was off', () => {
    const worn = [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
      stepsOf(monday + day * dayMs, monday + day * dayMs + 20 * hourMs, evenOdd),
    );
    const walk = stepsOf(monday + 21 * hourMs, monday + 22 * hourMs, () => 100, { source: phone });
    const { standardised } = weekOf([...worn, ...walk]);
    assert.equal(standardised[21 * 60], 0);
    assert.equal(standardised[0], -1);
  });

  it('takes the week before while the last day is not over, and the last day once it has 16 hours', () => {
    const until = (hours: number) =>
      weekOf(stepsOf(monday, monday + 7 * dayMs + hours * hourMs, evenOdd)).days.join();
    assert.equal(until(8).slice(0, 10), '2025-06-09');
    assert.equal(until(15.9).slice(-10), '2025-06-15');
    assert.equal(until(16).slice(-10), '2025-06-16');
    assert.equal(until(16).slice(0, 10), '2025-06-10');
  });

  it('has no week with fewer days, or with a day of too little wear', () => {
    unavailable(stepsOf(monday, monday + 6 * dayMs, evenOdd), 'recording/not-enough-wear');
    for (const lazy of [0, 3, 6]) {
      const samples = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
        stepsOf(monday + day * dayMs, monday + day * dayMs + (day === lazy ? 15 : 18) * hourMs, evenOdd),
      );
      if (lazy === 0) assert.equal(weekOf(samples).days[0], '2025-06-10');
      else unavailable(samples, 'recording/not-enough-wear');
    }
    // One day off is no week, however many days there are.
    const samples = stepsOf(monday, monday + 3 * dayMs, evenOdd).concat(
      stepsOf(monday + 4 * dayMs, monday + 9 * dayMs, evenOdd),
    );
    unavailable(samples, 'recording/not-enough-wear');
  });

  it('has no week of a phone, which does not tell rest from lying on the desk', () => {
    unavailable(stepsOf(monday, monday + 7 * dayMs, evenOdd, { source: phone }), 'recording/not-enough-wear');
  });

  it('has no week without activity: nothing counted, or never anything', () => {
    unavailable([], 'no-samples');
    const heart = stepsOf(monday, monday + 7 * dayMs, () => 60).map((sample) => ({
      ...sample,
      type: 'heartRate' as const,
    }));
    unavailable(heart, 'no-samples');
    unavailable(
      stepsOf(monday, monday + 7 * dayMs, () => 0),
      'no-samples',
    );
  });

  it('has no week when the watch was worn and only the phone counted now and then', () => {
    const heart = stepsOf(monday, monday + 7 * dayMs, () => 60).map((sample) => ({
      ...sample,
      type: 'heartRate' as const,
    }));
    const walk = stepsOf(monday + 12 * hourMs, monday + 13 * hourMs, evenOdd, { source: phone });
    unavailable([...heart, ...walk], 'recording/unresolved-minutes');
    const fifteenHours = [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
      stepsOf(monday + day * dayMs, monday + day * dayMs + 15 * hourMs, evenOdd, { source: phone }),
    );
    unavailable([...heart, ...fifteenHours], 'recording/unresolved-minutes');
  });

  it('prefers the counts of an actigraph, whatever steps there are', () => {
    const counts = stepsOf(monday, monday + 7 * dayMs, evenOdd, { source: other })
      .slice(1)
      .map((sample) => ({ ...sample, type: 'activityCount' as const }));
    const { input, standardised } = weekOf([...counts, ...stepsOf(monday, monday + dayMs, () => 5)]);
    assert.equal(input, 'activityCount');
    assert.equal(standardised[0], -1);
  });

  it('keeps to the clock when it changes: an hour out is unknown, an hour twice is its mean', () => {
    const berlin = { timeZone: 'Europe/Berlin', source: watch };
    const spring = at('2025-03-24T00:00:00+01:00');
    const short = weekOf(stepsOf(spring, at('2025-03-31T00:00:00+02:00'), evenOdd, berlin));
    const sunday = 6 * 1440;
    assert.deepEqual([...short.standardised.subarray(sunday + 120, sunday + 180)], Array(60).fill(0));
    assert.equal(short.standardised[sunday + 180], -1);
    assert.equal(short.standardised[weekMinutes - 1], 1);

    const autumn = at('2025-10-20T00:00:00+02:00');
    const twice = at('2025-10-26T02:00:00+02:00');
    const long = weekOf(
      stepsOf(
        autumn,
        at('2025-10-27T00:00:00+01:00'),
        (i) => {
          const start = autumn + i * minuteMs;
          if (start >= twice && start < twice + hourMs) return 0;
          return start >= twice + hourMs && start < twice + 2 * hourMs ? 40 : evenOdd(i);
        },
        berlin,
      ),
    );
    // (0 + 40) / 2 is the mean of the week, 20.
    for (const z of long.standardised.subarray(sunday + 120, sunday + 180)) assert.ok(Math.abs(z) < 1e-6);
    assert.ok(Math.abs(long.standardised[weekMinutes - 1]! - 1) < 0.01);
  });
});

describe('the embedding in an analysis', () => {
  const card = { name: 'pat-s', version: 'v', sha256: '1'.repeat(64) };
  const samples = stepsOf(monday, monday + 7 * dayMs + 8 * hourMs, evenOdd);

  async function analysed(encoder: Models['encoder'], of = samples) {
    const window = trailingWindow(of, 7)!;
    return (await analyzeWindow({ ...sleepsSoundly, encoder }, of, window, [])).analysis;
  }

  it('is not there without weights, and says so', async () => {
    const analysis = await analysed(() => Promise.resolve(undefined));
    assert.deepEqual(analysis.embedding, { unavailable: 'model/not-installed' });
    assert.deepEqual(analysis.models, []);
    assert.equal(analysis.coverage.validDays, 6, 'the rest is there');
  });

  it('is there with weights, and says of what, by what and how', async () => {
    const asked: Float32Array[] = [];
    const encoder: ActivityEncoder = {
      card,
      embed: (week) => {
        asked.push(week);
        return Promise.resolve(new Float32Array(embeddingSize).fill(0.1));
      },
    };
    const { embedding, models } = await analysed(() => Promise.resolve(encoder));
    assert.ok('values' in embedding);
    assert.deepEqual(embedding.values, Array(96).fill(0.1));
    assert.deepEqual(embedding.model, card);
    assert.deepEqual(models, [card]);
    assert.equal(embedding.input, 'stepCount');
    assert.equal(embedding.standardisation, 'person-week');
    assert.equal(embedding.days[0], '2025-06-09');
    assert.match(embedding.note, /^Approximation: steps stand in for the accelerometer counts/);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]![1], 1);
  });

  it('does not call steps counts, nor counts steps', () => {
    const week = { standardised: new Float32Array(weekMinutes), days: [] };
    const note = (input: ActivityWeek['input']) =>
      embeddingOf({ ...week, input }, new Float32Array(96), card).note;
    assert.doesNotMatch(note('activityCount'), /steps/);
    assert.match(note('stepCount'), /steps/);
    for (const input of ['stepCount', 'activityCount'] as const)
      assert.match(note(input), /nothing clinical/);
  });

  it('does not ask the encoder about a week with too little wear', async () => {
    const encoder: ActivityEncoder = { card, embed: () => Promise.reject(new Error('must not be asked')) };
    const { embedding, models } = await analysed(
      () => Promise.resolve(encoder),
      stepsOf(monday, monday + 3 * dayMs, evenOdd),
    );
    assert.deepEqual(embedding, { unavailable: 'recording/not-enough-wear' });
    assert.deepEqual(models, []);
  });

  it('is missing for now where the encoder is not what it says, and the analysis is made again', async () => {
    const encoder: ActivityEncoder = { card, embed: () => Promise.reject(new Fault('model/hash-mismatch')) };
    const { embedding, provisional } = await analysed(() => Promise.resolve(encoder));
    assert.deepEqual([embedding, provisional], [{ unavailable: 'model/not-installed' }, true]);
  });
});
