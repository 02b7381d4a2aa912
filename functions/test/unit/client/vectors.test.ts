import assert from 'node:assert/strict';
import vectors from '../../../client/vectors.json' with { type: 'json' };
import {
  fromHealthConnect,
  fromHealthConnectChanges,
  type HealthConnectChanges,
  type HealthConnectRecord,
  type Ledger,
} from '../../../client/health-connect.ts';
import { fromHealthKit, type HealthKitPage } from '../../../client/healthkit.ts';
import { readSample } from '../../../src/domain/samples/sample.ts';

const { timeZone } = vectors;

/** HealthKit's dates are Date objects at the bridge. */
function revived(input: unknown): HealthKitPage {
  return JSON.parse(JSON.stringify(input), (key, value: unknown) =>
    key === 'startDate' || key === 'endDate' ? new Date(value as string) : value,
  ) as HealthKitPage;
}

function mapped({ store, recordType, input, ledger = {} }: Record<string, unknown>): unknown {
  if (store === 'healthkit') return fromHealthKit(revived(input));
  if (recordType === undefined)
    return fromHealthConnectChanges(input as HealthConnectChanges, ledger as Ledger, { timeZone });
  const { records } = input as { records: HealthConnectRecord[] };
  const { samples, skipped } = fromHealthConnect(recordType as string, records, { timeZone });
  return { samples, deletedSamples: [], skipped };
}

/** Without what is only there as undefined, as JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the golden vectors', () => {
  for (const vector of vectors.vectors) {
    it(`${vector.name}: is mapped as agreed`, () => {
      assert.deepEqual(plain(mapped(vector)), vector.expect);
    });

    it(`${vector.name}: is read by the server as agreed`, () => {
      const context = { timeZone, receivedAt: Date.parse(vectors.receivedAt) };
      const read = vector.expect.samples.map((sample) => {
        const found = readSample(sample, '', context);
        assert.ok(found && 'source' in found, JSON.stringify(found));
        const { type, value, start, end, source, timeZone: zone, userEntered } = found;
        return { type, value, start, end, source: source.kind, timeZone: zone, userEntered };
      });
      assert.deepEqual(read, vector.server);
    });
  }
});
