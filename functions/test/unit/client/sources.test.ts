import assert from 'node:assert/strict';
import { healthConnectSource, type HealthConnectBridge } from '../../../client/health-connect-source.ts';
import type { HealthConnectRecord } from '../../../client/health-connect.ts';
import { healthKitSource, type HealthKitBridge } from '../../../client/healthkit-source.ts';
import { healthKitTypes, type HealthKitQuantity } from '../../../client/healthkit.ts';
import { HealthStoreError } from '../../../client/sync-ports.ts';

const heartRate = 'HKQuantityTypeIdentifierHeartRate';
const sleep = 'HKCategoryTypeIdentifierSleepAnalysis';
const { workouts } = healthKitTypes;
const at = new Date('2026-06-01T08:00:00.000Z');
const quantity: HealthKitQuantity = {
  uuid: 'A',
  startDate: at,
  endDate: at,
  sourceRevision: { source: { bundleIdentifier: 'com.apple.health' } },
  metadata: {},
  quantityType: heartRate,
  quantity: 62,
  unit: 'count/min',
};

/** A bridge that notes what it is asked, and answers every question the same. */
function bridgeOf<Bridge>(answer: (name: string) => unknown): { bridge: Bridge; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const bridge = new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...args: unknown[]) => {
          asked.push([name, ...args]);
          return Promise.resolve(answer(name));
        },
    },
  ) as Bridge;
  return { bridge, asked };
}

describe('HealthKit for the sync', () => {
  const page = { samples: [quantity], deletedSamples: [{ uuid: 'B' }], newAnchor: 'two' };

  it('asks each lane its own question, in the unit of the table', async () => {
    const { bridge, asked } = bridgeOf<HealthKitBridge>(() => ({ ...page, samples: [], workouts: [] }));
    const source = healthKitSource(bridge);
    assert.equal(source.lanes.length, 31);
    for (const lane of [heartRate, sleep, workouts]) await source.changes(lane, 'one', 10);
    await source.changes(heartRate, undefined, 10);
    assert.deepEqual(asked, [
      ['queryQuantitySamplesWithAnchor', heartRate, { limit: 10, anchor: 'one', unit: 'count/min' }],
      ['queryCategorySamplesWithAnchor', sleep, { limit: 10, anchor: 'one' }],
      ['queryWorkoutSamplesWithAnchor', { limit: 10, anchor: 'one' }],
      ['queryQuantitySamplesWithAnchor', heartRate, { limit: 10, unit: 'count/min' }],
    ]);
  });

  it('reads a window from its newest on, and takes a page that is not full for all of it', async () => {
    const { bridge, asked } = bridgeOf<HealthKitBridge>(() => [quantity]);
    const source = healthKitSource(bridge);
    assert.equal((await source.window(heartRate, 0, 1000, 2)).complete, true);
    assert.equal((await source.window(heartRate, 0, 1000, 1)).complete, false);
    const date = { startDate: new Date(0), endDate: new Date(1000), strictStartDate: true };
    assert.deepEqual(asked[0]![2], { limit: 2, ascending: false, filter: { date }, unit: 'count/min' });
  });

  it('knows the end of the changes by an equal anchor only', async () => {
    const { bridge } = bridgeOf<HealthKitBridge>(() => page);
    const source = healthKitSource(bridge);
    const changes = await source.changes(heartRate, 'one', 2000);
    assert.deepEqual([changes.end, changes.anchor, changes.deleted], [false, 'two', ['B']]);
    assert.deepEqual(
      changes.records.map(({ id, at }) => [id, at]),
      [['A', at.getTime()]],
    );
    assert.equal((await source.changes(heartRate, 'two', 2000)).end, true);
  });

  it('tells a locked phone, a missing permission and a lost anchor by what HealthKit says', async () => {
    const reasonOf = async (message: string) => {
      const bridge = bridgeOf<HealthKitBridge>(() => {
        throw new Error(message);
      }).bridge;
      const error = await healthKitSource(bridge)
        .changes(heartRate, undefined, 1)
        .catch((caught: unknown) => caught);
      return error instanceof HealthStoreError ? error.reason : 'unknown';
    };
    assert.equal(
      await reasonOf('Error Domain=com.apple.healthkit Code=6 "Protected health data is…"'),
      'locked',
    );
    assert.equal(
      await reasonOf('Error Domain=com.apple.healthkit Code=5 "Authorization not det…"'),
      'permission',
    );
    assert.equal(await reasonOf('Error recreating HKQueryAnchor object: …'), 'anchor-expired');
    assert.equal(await reasonOf('Code=66'), 'unknown');
  });
});

describe('Health Connect for the sync', () => {
  const interval = { startTime: '2026-06-01T08:00:00Z', endTime: '2026-06-01T08:10:00Z' };
  const distance = {
    ...interval,
    recordType: 'Distance',
    distance: { inMeters: 900 },
    metadata: { id: 'd' },
  };
  const ride = { ...interval, exerciseType: 8, metadata: { id: 'r' } };
  const timeZone = () => 'Europe/Berlin';

  it('makes a token for each lane, and reads on until there is no more', async () => {
    const { bridge, asked } = bridgeOf<HealthConnectBridge>(() => ({
      upsertionChanges: [{ record: { ...distance, recordType: 'Steps', count: 5 } }],
      deletionChanges: [{ recordId: 'gone' }],
      ...{ nextChangesToken: 'two', changesTokenExpired: false, hasMore: true },
    }));
    const source = healthConnectSource(bridge, { timeZone });
    const page = await source.changes('Steps', undefined, 10);
    await source.changes('Steps', 'two', 10);
    assert.deepEqual([page.end, page.anchor, page.deleted, page.records.length], [false, 'two', ['gone'], 1]);
    assert.equal(page.records[0]!.at, Date.parse(interval.startTime));
    assert.deepEqual(asked, [
      ['getChanges', { recordTypes: ['Steps'] }],
      ['getChanges', { changesToken: 'two' }],
    ]);
  });

  it('asks what was ridden where distances are read', async () => {
    const asked: unknown[] = [];
    const answers: Record<string, HealthConnectRecord[]> = { Distance: [distance], ExerciseSession: [ride] };
    const bridge: HealthConnectBridge = {
      getChanges: () => Promise.reject(new Error('not asked')),
      readRecords: (type, { timeRangeFilter }) => {
        asked.push([type, timeRangeFilter.endTime]);
        return Promise.resolve({ records: answers[type]!, pageToken: 'more' });
      },
    };
    const source = healthConnectSource(bridge, { timeZone });
    const { records, complete } = await source.window('Distance', 0, Date.parse('2026-07-01'), 2000);
    assert.deepEqual([records.map(({ samples }) => samples), complete], [[[]], false]);
    assert.deepEqual(asked, [
      ['Distance', '2026-07-01T00:00:00.000Z'],
      ['ExerciseSession', '2026-06-01T08:00:00.001Z'],
    ]);
  });

  it('tells an expired token, a missing permission and a used-up quota', async () => {
    const reasonOf = async (answer: () => unknown) => {
      const { bridge } = bridgeOf<HealthConnectBridge>(answer);
      const error = await healthConnectSource(bridge, { timeZone })
        .changes('Steps', 'one', 1)
        .catch((caught: unknown) => caught);
      return error instanceof HealthStoreError ? error.reason : 'unknown';
    };
    const failing =
      (code: string, message = '') =>
      () => {
        throw Object.assign(new Error(message), { code });
      };
    assert.equal(await reasonOf(() => ({ changesTokenExpired: true })), 'anchor-expired');
    assert.equal(await reasonOf(failing('PERMISSION_ERROR')), 'permission');
    assert.equal(
      await reasonOf(failing('UNKNOWN_ERROR', 'Rate limited request quota has been exceeded')),
      'busy',
    );
    assert.equal(await reasonOf(failing('UNKNOWN_ERROR')), 'unknown');
  });
});
