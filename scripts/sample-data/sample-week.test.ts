import assert from 'node:assert/strict';
import { sampleWeek } from './sample-week.ts';
import type { Recording, Sample } from './healthkit.ts';

/** What each type may look like (contract: HealthKit unit, and the range a living person can have). */
const quantities: Record<string, [unit: string, least: number, most: number]> = {
  heartRate: ['count/min', 30, 230],
  stepCount: ['count', 1, 2500],
  distanceWalkingRunning: ['m', 0, 3000],
  activeEnergyBurned: ['kcal', 0, 200],
  basalEnergyBurned: ['kcal', 0, 100],
  appleExerciseTime: ['min', 0, 60],
  flightsClimbed: ['count', 1, 50],
  restingHeartRate: ['count/min', 35, 90],
  walkingHeartRateAverage: ['count/min', 60, 160],
  heartRateVariabilitySDNN: ['ms', 5, 250],
  respiratoryRate: ['count/min', 8, 25],
  oxygenSaturation: ['%', 0.85, 1],
  appleSleepingWristTemperature: ['degC', 32, 38],
  bodyTemperature: ['degC', 35, 40],
};
const categories: Record<string, number[]> = {
  sleepAnalysis: [0, 2, 3, 4, 5],
  mindfulSession: [0],
  workout: [37],
};

const start = (sample: Sample) => Date.parse(sample.startDate);
const end = (sample: Sample) => Date.parse(sample.endDate);
const of = (recording: Recording, type: string, product = '') =>
  recording.samples.filter(
    (sample) => sample.sampleType === type && sample.sourceRevision.productType.startsWith(product),
  );
const nights = (recording: Recording) =>
  of(recording, 'sleepAnalysis').filter((sample) => sample.categoryValue === 0);
const localHour = (iso: string, timeZone: string) => {
  const [hour, minute] = new Date(iso)
    .toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
    .split(':')
    .map(Number);
  return hour! + minute! / 60;
};
const total = (samples: Sample[]) => samples.reduce((sum, sample) => sum + sample.value!, 0);
const hoursOf = (sample: Sample) => (end(sample) - start(sample)) / 3_600_000;

describe('sampleWeek', () => {
  const week = sampleWeek();

  it('gives the same bytes for the same options, and others for another seed', () => {
    assert.equal(JSON.stringify(sampleWeek({ seed: 1 })), JSON.stringify(week));
    assert.notEqual(JSON.stringify(sampleWeek({ seed: 2 }).samples), JSON.stringify(week.samples));
  });

  it('is a recording of the contract: known types, their units, possible values, end not before start', () => {
    assert.equal(week.schemaVersion, 1);
    assert.equal(week.deviceInfo.timeZone, 'Europe/Berlin');
    const seen = new Set<string>();
    for (const sample of week.samples) {
      seen.add(sample.sampleType);
      assert.match(sample.startDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(end(sample) >= start(sample), `${sample.sampleType} ends before it starts`);
      assert.ok(end(sample) <= Date.parse(week.timestamp));
      assert.equal(sample.metadata.HKTimeZone, 'Europe/Berlin');
      const quantity = quantities[sample.sampleType];
      if (quantity) {
        const [unit, least, most] = quantity;
        assert.equal(sample.unit, unit);
        assert.ok(sample.value! >= least && sample.value! <= most, `${sample.sampleType} ${sample.value}`);
      } else {
        assert.ok(
          categories[sample.sampleType]?.includes(sample.categoryValue!),
          `${sample.sampleType} ${sample.categoryValue}`,
        );
      }
    }
    assert.deepEqual([...seen].sort(), [...Object.keys(quantities), ...Object.keys(categories)].sort());
  });

  it('has upper-case uuids, each once', () => {
    const ids = new Set(week.samples.map((sample) => sample.uuid));
    assert.equal(ids.size, week.samples.length);
    for (const id of ids)
      assert.match(id, /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  it('has the size of a real week', () => {
    assert.ok(week.samples.length > 8_000 && week.samples.length < 15_000, `${week.samples.length} samples`);
    assert.ok(JSON.stringify(week).length < 6e6);
  });

  it('counts the same walks on the watch and on the phone', () => {
    const byWatch = of(week, 'stepCount', 'Watch');
    const byPhone = of(week, 'stepCount', 'iPhone');
    // Long walks on the phone, piece by piece: the watch pieces that touch them tell nearly the same count.
    const isBoth = (sample: Sample, others: Sample[]) =>
      others.reduce(
        (shared, other) =>
          shared + Math.max(0, Math.min(end(sample), end(other)) - Math.max(start(sample), start(other))),
        0,
      ) >
      0.6 * (end(sample) - start(sample));
    const both = byPhone.filter((sample) => sample.value! > 300 && isBoth(sample, byWatch));
    assert.ok(both.length >= 20, `${both.length} pieces of walks on both`);
    for (const sample of both) {
      const rate = (sample.value! / (end(sample) - start(sample))) * 60_000;
      assert.ok(rate > 85 && rate < 135, `${rate} steps a minute`);
    }
    const summed = total(byWatch) + total(byPhone);
    assert.ok(summed > 1.4 * total(byWatch), 'adding the devices up would be far too much');

    const watchOnly = byWatch.filter((sample) => sample.value! > 300 && !isBoth(sample, byPhone));
    const phoneOnly = byPhone.filter((sample) => sample.value! > 300 && !isBoth(sample, byWatch));
    assert.ok(watchOnly.length >= 5, 'the phone misses some walks');
    assert.ok(phoneOnly.length >= 1, 'a walk while the watch is on its charger');
  });

  it('has steps in pieces of at most 10 minutes that do not overlap within a device', () => {
    for (const product of ['Watch', 'iPhone']) {
      const pieces = of(week, 'stepCount', product);
      pieces.forEach((piece, index) => {
        assert.ok(end(piece) - start(piece) <= 10 * 60_000 && end(piece) > start(piece));
        if (index) assert.ok(start(piece) >= end(pieces[index - 1]!));
      });
    }
  });

  it('takes the heart rate every 5 minutes or so, and every 5 seconds in the workout', () => {
    const [workout] = of(week, 'workout');
    const beats = of(week, 'heartRate').map(start);
    const inside = beats.filter((ms) => ms >= start(workout!) && ms < end(workout!));
    const steps = (times: number[]) => times.slice(1).map((ms, index) => ms - times[index]!);
    assert.ok(inside.length > 400);
    assert.ok(Math.max(...steps(inside)) <= 6_000);
    const outside = steps(beats).filter((ms) => ms > 6_000);
    const middle = outside.sort((a, b) => a - b)[outside.length >> 1]!;
    assert.ok(middle > 270_000 && middle < 330_000, `${middle} ms`);
  });

  it('leaves a charging gap on every day and one night without the watch', () => {
    const beats = of(week, 'heartRate').map(start);
    const gaps = beats
      .slice(1)
      .flatMap((ms, index) => (ms - beats[index]! > 35 * 60_000 ? [ms - beats[index]!] : []));
    assert.ok(gaps.length >= 7 && gaps.length <= 8, `${gaps.length} gaps`);
    assert.equal(gaps.filter((ms) => ms > 6 * 3_600_000).length, 1);
    assert.equal(nights(week).length, 7);
    assert.equal(of(week, 'appleSleepingWristTemperature').length, 6);
  });

  it('sleeps in stages that follow each other, with one nap in the afternoon', () => {
    const stages = of(week, 'sleepAnalysis', 'Watch');
    stages.slice(1).forEach((stage, index) => assert.ok(start(stage) >= end(stages[index]!)));
    const naps = stages.filter((stage) => {
      const hour = localHour(stage.startDate, 'Europe/Berlin');
      return hour > 12 && hour < 18;
    });
    assert.equal(naps.length, 1);
    for (const value of [2, 3, 4, 5]) assert.ok(stages.some((stage) => stage.categoryValue === value));
    const asleepHours = stages
      .filter((stage) => stage.categoryValue !== 2)
      .reduce((sum, stage) => sum + hoursOf(stage), 0);
    assert.ok(asleepHours / 6 > 6 && asleepHours / 6 < 8.5, `${asleepHours / 6} h a night`);
  });

  it('beats slower at night than by day', () => {
    const bed = nights(week);
    const beats = of(week, 'heartRate');
    const asleep = beats.filter((beat) =>
      bed.some((night) => start(beat) >= start(night) && start(beat) < end(night)),
    );
    const awake = beats.filter((beat) => !asleep.includes(beat));
    assert.ok(total(asleep) / asleep.length < total(awake) / awake.length - 10);
  });

  it('has one sample that a person typed in', () => {
    const typed = week.samples.filter((sample) => sample.metadata.HKWasUserEntered === true);
    assert.deepEqual(
      typed.map((sample) => sample.sampleType),
      ['bodyTemperature'],
    );
  });

  it('says only "in bed" of the nights when there are no stages, and leaves the rest as it was', () => {
    const plain = sampleWeek({ withStages: false });
    assert.ok(of(plain, 'sleepAnalysis').every((sample) => sample.categoryValue === 0));
    const values = (recording: Recording) => of(recording, 'heartRate').map((sample) => sample.value);
    assert.deepEqual(values(plain), values(week));
  });

  for (const [name, timeZone, endDay, hours] of [
    ['spring forward in Berlin', 'Europe/Berlin', '2025-03-30', 167],
    ['fall back in Berlin', 'Europe/Berlin', '2025-10-26', 169],
    ['spring forward in New York, mid-week', 'America/New_York', '2025-03-12', 167],
    ['half an hour on Lord Howe Island', 'Australia/Lord_Howe', '2025-10-08', 167.5],
    ['no change in Kathmandu', 'Asia/Kathmandu', '2025-06-15', 168],
  ] as const) {
    it(`keeps local bed and rising times: ${name}`, () => {
      const recording = sampleWeek({ timeZone, endDay });
      assert.equal(nights(recording).length, 7);
      for (const night of nights(recording)) {
        const bed = localHour(night.startDate, timeZone);
        const rise = localHour(night.endDate, timeZone);
        assert.ok(bed > 22 || bed < 1, `to bed at ${bed}`);
        assert.ok(rise > 6 && rise < 9, `up at ${rise}`);
      }
      const last = Date.parse(recording.timestamp) - 90_000;
      assert.equal(localHour(new Date(last).toISOString(), timeZone), 0);
      const firstMidnight = last - hours * 3_600_000;
      assert.equal(localHour(new Date(firstMidnight).toISOString(), timeZone), 0);
      const walks = of(recording, 'stepCount', 'iPhone').filter((sample) => sample.value! > 300);
      for (const walk of walks) {
        const hour = localHour(walk.startDate, timeZone);
        assert.ok(hour > 7 && hour < 20, `a walk at ${hour}`);
      }
    });
  }

  for (const days of [1, 2, 3, 14]) {
    it(`also makes ${days} day${days > 1 ? 's' : ''}`, () => {
      const recording = sampleWeek({ days });
      assert.equal(nights(recording).length, days);
      assert.equal(of(recording, 'workout').length, Math.ceil(days / 7));
      assert.equal(of(recording, 'restingHeartRate').length, days);
    });
  }

  it('refuses what is not a day, a number of days or a time zone', () => {
    for (const endDay of ['soon', '2025-6-15', '2025-02-30', '2025-06-15Z'])
      assert.throws(() => sampleWeek({ endDay }), RangeError);
    assert.throws(() => sampleWeek({ days: 0 }), RangeError);
    assert.throws(() => sampleWeek({ seed: 0.5 }), RangeError);
    assert.throws(() => sampleWeek({ timeZone: 'Mars/Base' }), RangeError);
  });
});
