import assert from 'node:assert/strict';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { analysisOf, beats, card, during, findingsIn, section, sleep } from '../../../support/analysis.ts';
import { phone } from '../../../support/build.ts';

describe('a night', () => {
  const nightsOf = (samples: Sample[]) => section(analysisOf(samples).sleep).nights;
  const stages = sleep('deep', 0, 420);
  const inBed = sleep('inBed', -10, 430, { source: phone });
  const asleep = sleep('asleep', 5, 405, { source: phone });
  const total = during('sleepTotal', -10, 430, 410, { source: phone });
  const heart = beats(-20, 440, 58);

  it('is told by the best there is: stages, plain sleep, a total, and the model where nobody tells', () => {
    for (const [samples, source, tst] of [
      [[stages, inBed, asleep, total, ...heart], 'healthkit-stages', 420],
      [[inBed, asleep, total, ...heart], 'healthkit-asleep', 400],
      [[inBed, total, ...heart], 'app-total', 410],
      [[inBed, ...heart], 'sleep-model', 440],
    ] as const) {
      const [night, ...others] = nightsOf([...samples]);
      assert.equal(others.length, 0);
      assert.deepEqual([night!.day, night!.source, night!.tstMinutes], ['2025-06-10', source, tst]);
    }
  });

  it('names the model only where its answer is in the analysis', () => {
    assert.deepEqual(analysisOf([inBed, ...heart]).models, [card]);
    assert.deepEqual(analysisOf([inBed, stages, ...heart]).models, []);
  });

  it('of an app that told several totals is the longest sleep, not the last', () => {
    const nap = during('sleepTotal', 900, 960, 45, { source: phone });
    const longer = during('sleepTotal', -10, 430, 415, { source: phone });
    assert.deepEqual(
      nightsOf([total, nap, longer]).map(({ tstMinutes }) => tstMinutes),
      [415],
    );
  });

  it('is not made from a total over no time', () => {
    assert.deepEqual(analysisOf([during('sleepTotal', 300, 300, 0)]).sleep, { unavailable: 'no-samples' });
  });

  it('that is missing is named with the reason, and a nap is a nap', () => {
    const { nights, naps, missingNights, summary } = section(
      analysisOf([
        stages,
        sleep('core', 800, 840),
        sleep('inBed', 1440 - 60, 1440 + 400),
        during('heartRate', 3 * 1440 - 1, 3 * 1440 - 1, 60),
      ]).sleep,
    );
    assert.deepEqual(
      nights.map(({ day }) => day),
      ['2025-06-10'],
    );
    assert.deepEqual(naps, [
      {
        day: '2025-06-10',
        start: '2025-06-10T13:20:00.000Z',
        end: '2025-06-10T14:00:00.000Z',
        tstMinutes: 40,
      },
    ]);
    assert.deepEqual(missingNights, [
      { day: '2025-06-11', code: 'too-sparse' },
      { day: '2025-06-12', code: 'no-samples' },
    ]);
    assert.equal(summary.nights, 1);
  });

  it('that is estimated is not known by the minute', () => {
    const { nights, states, asleep } = findingsIn([
      ...beats(-600, -60, 80),
      ...beats(-60, 420, 55),
      ...beats(420, 900, 80),
      sleep('core', -1440, -1020),
      ...beats(-1460, -1000, 55),
    ]);
    const estimated = nights.find((night) => night.estimated)!;
    assert.equal(estimated.day, '2025-06-10');
    // 02:00 of the 9th, which was told, and of the 10th, which was not; the window begins on the 8th.
    const at = [1440 + 120, 2880 + 120];
    assert.deepEqual(
      [at.map((i) => asleep[i]), at.map((i) => states![i])],
      [
        [1, 1],
        [1, -1],
      ],
    );
  });

  it('of which only the time in bed is known and nothing else is unavailable, with the reason', () => {
    assert.deepEqual(analysisOf([inBed]).sleep, { unavailable: 'too-sparse' });
  });

  it('is not told by the model where it is unlike what the model was evaluated on, and says so', () => {
    const range = { wakeProbability: [0, 1] as [number, number], spreadBpm: 8, missingShare: 1 };
    const leaping = heart.map((beat, i) => ({ ...beat, value: i % 2 ? 48 : 68 }));
    const calm = analysisOf([inBed, ...heart], { rule: { range } });
    assert.equal(section(calm.sleep).nights[0]!.source, 'sleep-model');
    const refused = analysisOf([inBed, ...leaping], { rule: { range } });
    assert.deepEqual(refused.sleep, { unavailable: 'model/too-uncertain' });
    assert.deepEqual(refused.models, []);
    const before = sleep('deep', -1440, -1020);
    assert.deepEqual(
      section(analysisOf([before, inBed, ...leaping], { rule: { range } }).sleep).missingNights,
      [{ day: '2025-06-10', code: 'model/too-uncertain' }],
    );
    const fallen = section(analysisOf([inBed, asleep, ...leaping], { rule: { range } }).sleep);
    assert.equal(fallen.nights[0]!.source, 'healthkit-asleep');
  });

  it('is not asleep where the watch was off, and is only a part of a night then', () => {
    // In bed from 00:00 to 07:00, heart rate to 04:00 only; the model would call all of it asleep.
    const [night] = nightsOf([sleep('inBed', 0, 420, { source: phone }), ...beats(-20, 240, 58)]);
    assert.equal(night!.source, 'sleep-model');
    // The last value is held for a quarter of an hour.
    assert.equal(night!.tstMinutes, 255);
    assert.deepEqual([night!.tibMinutes, night!.se, night!.wake, night!.midpoint], [420, null, null, null]);
    assert.equal(night!.partial!.to, '2025-06-10T07:00:00.000Z');
  });
});
