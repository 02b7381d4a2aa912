import assert from 'node:assert/strict';
import type { Sample } from '../../../../../src/domain/samples/sample.ts';
import { analysisOf, beats, during, section, sleep } from '../../../../support/analysis.ts';

describe('the heart', () => {
  const cardioOf = (samples: Sample[]) => section(analysisOf(samples).cardio);
  const night = sleep('core', 0, 420);

  it('rests as HealthKit says, else as it was at its lowest in sleep, and the source says which', () => {
    const asleep = [
      ...beats(0, 200, 60),
      ...beats(200, 260, 50),
      ...beats(260, 420, 60),
      ...beats(420, 460, 45),
    ];
    const own = [during('restingHeartRate', 500, 600, 57), during('restingHeartRate', 700, 800, 59)];
    assert.deepEqual(cardioOf([night, ...asleep, ...own]).restingHeartRate, {
      bpm: 58,
      source: 'healthkit',
      n: 2,
    });
    // 45 was after waking up.
    assert.deepEqual(cardioOf([night, ...asleep]).restingHeartRate, {
      bpm: 50,
      source: 'sleep-minimum',
      n: 30,
    });
    assert.deepEqual(cardioOf(asleep).restingHeartRate, { unavailable: 'no-samples' });
  });

  it('has its mean, least and most over the minutes that were measured', () => {
    const { heartRate, walkingHeartRateBpm } = cardioOf([
      ...beats(0, 2, 60),
      ...beats(10, 12, 100),
      during('walkingHeartRateAverage', 0, 600, 98),
      during('walkingHeartRateAverage', 700, 800, 90),
    ]);
    assert.deepEqual(heartRate, { meanBpm: 80, minBpm: 60, maxBpm: 100, minutes: 4 });
    assert.equal(walkingHeartRateBpm, 94);
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
    const median = (part: typeof hrv.night) => section(part).medianMs;
    assert.deepEqual([median(hrv.night), median(hrv.day)], [65, 40]);
    assert.deepEqual(cardioOf([night, sdnn(10, 60)]).hrv.day, { unavailable: 'no-samples' });
  });

  it('has no numbers from before the window', () => {
    const early = [
      during('restingHeartRate', -600, -500, 40),
      during('walkingHeartRateAverage', -600, -500, 40),
    ];
    const samples = [
      ...early,
      ...[0, 1, 2, 3, 4, 5, 6].flatMap((day) => beats(day * 1440 + 600, day * 1440 + 610, 70)),
    ];
    const { restingHeartRate, walkingHeartRateBpm } = cardioOf(samples);
    assert.deepEqual([restingHeartRate, walkingHeartRateBpm], [{ unavailable: 'no-samples' }, null]);
  });
});
