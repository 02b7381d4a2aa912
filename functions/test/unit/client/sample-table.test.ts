import assert from 'node:assert/strict';
import {
  isUnitOf,
  sampleTypeOfIdentifier,
  sampleUnits,
  type HealthSample,
  type SampleTypeName,
} from '../../../client/sample-table.ts';
import { healthKitTypes } from '../../../client/healthkit.ts';
import {
  canonicalUnit,
  sampleTypeNames,
  sampleTypeOf,
  unitsOf,
} from '../../../src/domain/samples/sample-types.ts';

const types = Object.keys(sampleUnits) as SampleTypeName[];

describe('the table of sample types that apps see', () => {
  it('is the one that the server has, its own total of sleep left out', () => {
    assert.deepEqual(
      types,
      sampleTypeNames.filter((name) => name !== 'sleepTotal'),
    );
    for (const type of types) {
      assert.equal(sampleUnits[type].join(', '), unitsOf(type), type);
      assert.equal(sampleUnits[type][0] ?? '', canonicalUnit(type), type);
    }
  });

  it("means by HealthKit's identifiers what the server does", () => {
    const { quantities, categories, workouts } = healthKitTypes;
    for (const identifier of [...Object.keys(quantities), ...categories, workouts]) {
      const type = sampleTypeOfIdentifier(identifier);
      assert.ok(type, identifier);
      assert.equal(type, sampleTypeOf(identifier));
    }
    assert.equal(sampleTypeOfIdentifier('HKQuantityTypeIdentifierDietaryWater'), undefined);
  });

  it('asks HealthKit for every type, in a unit of it', () => {
    const { quantities, categories, workouts } = healthKitTypes;
    const asked = [...Object.keys(quantities), ...categories, workouts].map(sampleTypeOfIdentifier);
    // The first two are none of HealthKit's; electrocardiograms come by a query of their own.
    const others = ['activityCount', 'heartRateVariabilityRMSSD', 'electrocardiogram'];
    assert.deepEqual([...asked].sort(), types.filter((type) => !others.includes(type)).sort());
    for (const [identifier, unit] of Object.entries(quantities))
      assert.ok(isUnitOf(sampleTypeOfIdentifier(identifier)!, unit), identifier);
  });

  it('lets the compiler refuse a type or a unit that is not in it', () => {
    const dates = { startDate: '2026-06-01T08:00:00Z', endDate: '2026-06-01T08:00:00Z' };
    const samples: HealthSample[] = [
      { ...dates, sampleType: 'heartRate', value: 62, unit: 'count/min' },
      { ...dates, sampleType: 'sleepAnalysis', categoryValue: 3 },
      // @ts-expect-error: no such type
      { ...dates, sampleType: 'heartrate', value: 62, unit: 'count/min' },
      // @ts-expect-error: no unit of a rate
      { ...dates, sampleType: 'heartRate', value: 62, unit: 'ms' },
    ];
    assert.equal(samples.length, 4);
  });
});
