import assert from 'node:assert/strict';
import { fromHealthKit, type HealthKitQuantity } from '../../../client/healthkit.ts';
import { sampleUnits, type SampleTypeName } from '../../../client/sample-table.ts';
import { readSample } from '../../../src/domain/samples/sample.ts';
import { toCanonical } from '../../../src/domain/samples/sample-types.ts';

const at = new Date('2026-06-01T08:00:00.000Z');
const object = {
  uuid: '00000001-AAAA-4BBB-8CCC-DDDDEEEEFFFF',
  startDate: at,
  endDate: at,
  sourceRevision: { source: { bundleIdentifier: 'com.apple.health.0A1B' }, productType: 'Watch7,1' },
  metadata: {},
};
const heartRate: HealthKitQuantity = {
  ...object,
  quantityType: 'HKQuantityTypeIdentifierHeartRate',
  quantity: 62,
  unit: 'count/min',
};
/** A possible value of each type, in its canonical unit. */
const possible: Partial<Record<SampleTypeName, number>> = {
  oxygenSaturation: 0.97,
  bodyTemperature: 36.6,
  appleSleepingWristTemperature: 35.1,
  walkingSpeed: 1.3,
  appleWalkingSteadiness: 0.9,
  atrialFibrillationBurden: 0.02,
};

describe('HealthKit in a recording', () => {
  it('comes in every unit that the server knows, and is read in it', () => {
    let units = 0;
    for (const type of Object.keys(sampleUnits) as SampleTypeName[]) {
      for (const unit of sampleUnits[type]) {
        const quantityType = `HKQuantityTypeIdentifier${type[0]!.toUpperCase()}${type.slice(1)}`;
        // The value whose canonical form is a possible one: every conversion is a factor and an offset.
        const [zero, one] = [toCanonical(type, 0, unit)!, toCanonical(type, 1, unit)!];
        const quantity = ((possible[type] ?? 50) - zero) / (one - zero);
        const { samples } = fromHealthKit({ samples: [{ ...heartRate, quantityType, quantity, unit }] });
        const read = readSample(samples[0], '', { timeZone: 'UTC', receivedAt: at.getTime() });
        assert.ok(read && 'value' in read, `${type} in ${unit}: ${JSON.stringify(read)}`);
        assert.ok(Math.abs(read.value - (possible[type] ?? 50)) < 1e-9, `${type} in ${unit}`);
        units++;
      }
    }
    assert.ok(units > 50, `${units}`);
  });

  it('says what it leaves out and why, once for each kind', () => {
    const { samples, skipped } = fromHealthKit({
      samples: [
        { ...heartRate, quantityType: 'HKQuantityTypeIdentifierDietaryWater', unit: 'mL' },
        { ...heartRate, quantityType: 'HKQuantityTypeIdentifierDietaryWater', unit: 'mL' },
        { ...heartRate, unit: 'km' },
        { ...heartRate, quantity: NaN },
        { ...object, categoryType: 'HKCategoryTypeIdentifierHeadache', value: 1 },
      ],
    });
    assert.deepEqual(samples, []);
    assert.deepEqual(skipped, [
      { type: 'HKQuantityTypeIdentifierDietaryWater', reason: 'unknown-type', count: 2 },
      { type: 'HKQuantityTypeIdentifierHeartRate', reason: 'unknown-unit', count: 1 },
      { type: 'HKQuantityTypeIdentifierHeartRate', reason: 'no-value', count: 1 },
      { type: 'HKCategoryTypeIdentifierHeadache', reason: 'unknown-type', count: 1 },
    ]);
  });

  it('takes no given name, serial number or other metadata off the phone', () => {
    const told = JSON.stringify(
      fromHealthKit({
        samples: [
          {
            ...heartRate,
            sourceRevision: {
              source: { bundleIdentifier: 'org.other', name: 'canary' },
              productType: 'iPhone1',
            },
            device: { name: 'canary', localIdentifier: 'canary', model: 'Ring' },
            metadata: { HKExternalUUID: 'canary', HKTimeZone: 'Europe/Berlin' },
          } as HealthKitQuantity,
        ],
      }),
    );
    assert.doesNotMatch(told, /canary|iPhone1/);
    assert.match(told, /"productType":"Ring"/);
  });
});
