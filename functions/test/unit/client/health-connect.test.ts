import assert from 'node:assert/strict';
import {
  changeOf,
  fromHealthConnect,
  fromHealthConnectChanges,
  healthConnectTypes,
  type HealthConnectRecord,
  type LedgerEntry,
} from '../../../client/health-connect.ts';
import { offsetAt } from '../../../client/zone-offset.ts';
import * as server from '../../../src/domain/local-time.ts';

const timeZone = 'Europe/Berlin';
const metadata = { id: 'record', dataOrigin: 'org.app' };
const interval = { startTime: '2026-06-01T09:00:00Z', endTime: '2026-06-01T09:10:00Z', metadata };
const record = (fields: object): HealthConnectRecord => ({ ...interval, ...fields });
const samplesOf = (type: string, fields: object) =>
  fromHealthConnect(type, [record(fields)], { timeZone }).samples;
const steps = (count: number) => samplesOf('Steps', { count });

describe('Health Connect in a recording', () => {
  it('keeps one heart rate of 5 seconds, the same ones when the series grows', () => {
    const series = Array.from({ length: 86_400 }, (_, second) => ({
      time: new Date(Date.UTC(2026, 5, 1) + second * 1000).toISOString(),
      beatsPerMinute: 60 + (second % 7),
    }));
    const whole = samplesOf('HeartRate', { samples: series });
    assert.equal(whole.length, 86_400 / 5);
    const half = samplesOf('HeartRate', { samples: series.slice(0, 43_201) });
    assert.deepEqual(half, whole.slice(0, half.length));
  });

  it('cuts what is finer than a millisecond, and does not round it up', () => {
    const [sample] = samplesOf('Steps', { count: 1, startTime: '2026-06-01T09:00:00.123999Z' });
    assert.equal(sample!.startDate, '2026-06-01T09:00:00.123Z');
  });

  it('is asleep for a session without stages, and in bed with stages inside otherwise', () => {
    const states = (fields: object) =>
      samplesOf('SleepSession', fields).map((sample) => 'categoryValue' in sample && sample.categoryValue);
    assert.deepEqual(states({ stages: null }), [1]);
    assert.deepEqual(states({ stages: [{ ...interval, stage: 0 }] }), [1]);
    assert.deepEqual(states({ stages: [{ ...interval, stage: 5 }] }), [0, 4]);
  });

  it('takes a skin temperature only with a baseline, and from the wrist', () => {
    const deltas = [{ time: interval.startTime, delta: { inCelsius: 0.25 } }];
    const baseline = { inCelsius: 34.5 };
    const [sample] = samplesOf('SkinTemperature', { deltas, baseline, measurementLocation: 3 });
    assert.ok(sample && 'value' in sample);
    assert.equal(sample.value, 34.75);
    assert.deepEqual(samplesOf('SkinTemperature', { deltas, baseline, measurementLocation: 1 }), []);
    assert.deepEqual(samplesOf('SkinTemperature', { deltas, baseline: null, measurementLocation: 3 }), []);
  });

  it('does not take a ride for a walk', () => {
    const distance = record({ distance: { inMeters: 5000 } });
    const ride = record({ exerciseType: 8 });
    const run = record({ exerciseType: 56 });
    const kept = (rides: HealthConnectRecord[]) =>
      fromHealthConnect('Distance', [distance], { timeZone, rides }).samples.length;
    assert.deepEqual([kept([]), kept([run]), kept([ride])], [1, 1, 0]);
  });

  it('leaves out what has no number, and says so', () => {
    const { samples, skipped } = fromHealthConnect('Steps', [record({ count: undefined })], { timeZone });
    assert.deepEqual([samples, skipped], [[], [{ type: 'Steps', reason: 'no-value', count: 1 }]]);
  });

  it('reads every type that it asks for', () => {
    const everything = {
      ...{ time: interval.startTime, count: 1, floors: 1, beatsPerMinute: 60, rate: 14, percentage: 97 },
      ...{ distance: { inMeters: 1 }, energy: { inKilocalories: 1 }, temperature: { inCelsius: 37 } },
      ...{ samples: [{ time: interval.startTime, beatsPerMinute: 60 }], vo2MillilitersPerMinuteKilogram: 40 },
      ...{ deltas: [{ time: interval.startTime, delta: { inCelsius: 0 } }], baseline: { inCelsius: 34 } },
      ...{ measurementLocation: 3, exerciseType: 79 },
    };
    for (const type of healthConnectTypes) assert.equal(samplesOf(type, everything).length, 1, type);
  });
});

describe('a record that changes in place', () => {
  it('is what it is now, also when it comes back to what it was', () => {
    let entry: LedgerEntry | undefined;
    const living = new Map<string, number>();
    const dead = new Set<string>();
    for (const count of [500, 300, 500, 500, 300, 800]) {
      const change = changeOf(steps(count), entry);
      entry = change.entry;
      // The server: what was deleted once never comes back.
      for (const id of change.deletedSamples) {
        living.delete(id);
        dead.add(id);
      }
      for (const sample of change.samples)
        if (!dead.has(sample.uuid!) && 'value' in sample) living.set(sample.uuid!, sample.value);
      assert.deepEqual([...living.values()], [count]);
    }
  });

  it('sends nothing when it is written again unchanged', () => {
    const { entry } = changeOf(steps(500));
    assert.deepEqual(changeOf(steps(500), entry), { samples: [], deletedSamples: [], entry });
  });

  it('leaves nothing when it came and went within one page of changes', () => {
    const upsert = { record: record({ recordType: 'Steps', count: 5 }) };
    const page = { upsertionChanges: [upsert], deletionChanges: [{ recordId: 'record' }] };
    const { samples, ledger } = fromHealthConnectChanges(page, {}, { timeZone });
    assert.deepEqual([samples, ledger], [[], { record: undefined }]);
  });
});

describe('offsetAt', () => {
  it('is the offset that the server finds, over changes of the clock and in every kind of zone', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'])
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 37 * 3_600_000)
        assert.equal(offsetAt(zone, at), server.offsetAt(zone, at), `${zone} ${new Date(at).toISOString()}`);
  });
});
