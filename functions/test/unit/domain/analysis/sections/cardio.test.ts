import assert from 'node:assert/strict';
import type { Sample } from '../../../../../src/domain/samples/sample.ts';
import { analysisOf, beats, during, section, sleep } from '../../../../support/analysis.ts';

describe('the heart', () => {
  const cardioOf = (samples: Sample[]) => section(analysisOf(samples).cardio);
  const night = sleep('core', 0, 420);

  it('rests as HealthKit says, and what was lowest in sleep has a name of its own', () => {
    const asleep = [
      ...beats(-20, 200, 60),
      ...beats(200, 260, 50),
      ...beats(260, 420, 60),
      ...beats(420, 460, 45),
    ];
    const own = [during('restingHeartRate', 500, 600, 57), during('restingHeartRate', 700, 800, 59)];
    const { restingHeartRate, lowestSleepingHeartRate } = cardioOf([night, ...asleep, ...own]);
    assert.equal(section(restingHeartRate).bpm, 58);
    // 45 was after waking up.
    assert.deepEqual(section(lowestSleepingHeartRate).nights, [{ day: '2025-06-10', bpm: 50 }]);
    assert.deepEqual(cardioOf([night, ...asleep]).restingHeartRate, { unavailable: 'no-samples' });
  });

  it('has its mean, least and most over the minutes that were measured', () => {
    const { heartRate } = cardioOf([...beats(0, 2, 60), ...beats(10, 12, 100)]);
    assert.deepEqual(heartRate, { meanBpm: 80, minBpm: 60, maxBpm: 100, minutes: 4 });
  });

  it('varies by night and by day, kept apart', () => {
    const sdnn = (minute: number, value: number) =>
      during('heartRateVariabilitySDNN', minute, minute + 1, value);
    const { hrv } = cardioOf([
      night,
      sdnn(10, 60),
      sdnn(419, 70),
      sdnn(420, 30),
      sdnn(900, 40),
      sdnn(901, 44),
    ]);
    assert.deepEqual([section(hrv.night).medianMs, section(hrv.day).medianMs], [65, 40]);
    assert.deepEqual(section(hrv.night).average, { mean: 65, sd: null, n: 1 });
    assert.deepEqual(cardioOf([night, sdnn(10, 60)]).hrv.day, { unavailable: 'no-samples' });
  });

  it('has no numbers from before the window', () => {
    const samples = [
      during('restingHeartRate', -600, -500, 40),
      ...[0, 1, 2, 3, 4, 5, 6].flatMap((day) => beats(day * 1440 + 600, day * 1440 + 610, 70)),
    ];
    assert.deepEqual(cardioOf(samples).restingHeartRate, { unavailable: 'no-samples' });
  });
});
