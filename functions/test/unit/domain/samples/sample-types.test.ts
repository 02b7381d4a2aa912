import assert from 'node:assert/strict';
import {
  canonicalUnit,
  ruleOf,
  sampleTypeNames,
  sampleTypeOf,
  toCanonical,
  unitsOf,
  type SampleType,
} from '../../../../src/domain/samples/sample-types.ts';

/** By hand: 1 mi = 1609.344 m, 1 yd = 0.9144 m, 1 ft = 0.3048 m, 1 in = 2.54 cm, 1 kcal = 4.184 kJ. */
const conversions: [type: SampleType, value: number, unit: string, canonical: number][] = [
  ['stepCount', 17, 'count', 17],
  ['flightsClimbed', 3, 'count', 3],
  ['activityCount', 250.5, 'count', 250.5],
  ['heartRate', 72, 'count/min', 72],
  ['heartRate', 72, 'bpm', 72],
  ['heartRate', 1.2, 'count/s', 72],
  ['heartRate', 1.2, 'Hz', 72],
  ['respiratoryRate', 900, 'count/hr', 15],
  ['restingHeartRate', 55, 'count/min', 55],
  ['walkingHeartRateAverage', 98, 'bpm', 98],
  ['heartRateVariabilitySDNN', 41.5, 'ms', 41.5],
  ['heartRateVariabilitySDNN', 0.0415, 's', 41.5],
  ['heartRateVariabilitySDNN', 0.001, 'min', 60],
  ['appleExerciseTime', 12, 'min', 12],
  ['appleExerciseTime', 90, 's', 1.5],
  ['appleExerciseTime', 60_000, 'ms', 1],
  ['appleExerciseTime', 0.5, 'hr', 30],
  ['appleExerciseTime', 0.5, 'h', 30],
  ['activeEnergyBurned', 10, 'kcal', 10],
  ['activeEnergyBurned', 10, 'Cal', 10],
  ['activeEnergyBurned', 10_000, 'cal', 10],
  ['activeEnergyBurned', 41.84, 'kJ', 10],
  ['basalEnergyBurned', 41_840, 'J', 10],
  ['distanceWalkingRunning', 5, 'm', 5],
  ['distanceWalkingRunning', 5, 'km', 5000],
  ['distanceWalkingRunning', 5, 'cm', 0.05],
  ['distanceWalkingRunning', 5, 'mm', 0.005],
  ['distanceWalkingRunning', 2, 'mi', 3218.688],
  ['distanceWalkingRunning', 100, 'yd', 91.44],
  ['distanceWalkingRunning', 100, 'ft', 30.48],
  ['distanceWalkingRunning', 100, 'in', 2.54],
  ['bodyTemperature', 36.6, 'degC', 36.6],
  ['bodyTemperature', 98.6, 'degF', 37],
  ['bodyTemperature', 310.15, 'K', 37],
  ['appleSleepingWristTemperature', 95, 'degF', 35],
  ['oxygenSaturation', 0.97, '%', 0.97],
  ['walkingSpeed', 1.2, 'm/s', 1.2],
  ['walkingSpeed', 3.6, 'km/hr', 1],
  ['walkingSpeed', 3.6, 'km/h', 1],
  ['walkingSpeed', 10, 'mi/hr', 4.4704],
  ['headphoneAudioExposure', 71, 'dBASPL', 71],
  ['environmentalAudioExposure', 64, 'dB', 64],
  ['bodyMass', 71.5, 'kg', 71.5],
  ['bodyMass', 71_500, 'g', 71.5],
  ['bodyMass', 100, 'lb', 45.359237],
  ['bodyMass', 10, 'st', 63.5029318],
  ['bloodPressureSystolic', 121, 'mmHg', 121],
  ['bloodPressureDiastolic', 13.3322387415, 'kPa', 100],
  ['bloodGlucose', 92, 'mg/dL', 92],
  ['bloodGlucose', 5, 'mmol/L', 90.07794],
  ['bloodGlucose', 5, 'mmol<180.15588>/L', 90.07794],
  ['bloodGlucose', 5, 'mmol<180.1558800000541>/L', 90.07794],
  ['vo2Max', 42, 'mL/(kg*min)', 42],
  ['vo2Max', 42, 'ml/(kg*min)', 42],
  ['vo2Max', 42, 'mL/min·kg', 42],
  ['vo2Max', 42, 'ml/min·kg', 42],
  ['vo2Max', 42, 'mL/kg·min', 42],
  ['vo2Max', 42, 'ml/kg·min', 42],
  ['vo2Max', 42, 'mL/(kg·min)', 42],
];

describe('units', () => {
  for (const [type, value, unit, canonical] of conversions) {
    it(`${value} ${unit} of ${type} is ${canonical} ${canonicalUnit(type)}`, () => {
      const actual = toCanonical(type, value, unit)!;
      assert.ok(Math.abs(actual - canonical) <= 1e-12 * Math.abs(canonical), String(actual));
    });
  }

  it('are all tested', () => {
    const tested = new Map<string, Set<string>>();
    for (const [type, , unit] of conversions) {
      const { dimension } = ruleOf(type);
      tested.set(dimension, (tested.get(dimension) ?? new Set()).add(unit));
    }
    for (const type of sampleTypeNames) {
      const { dimension } = ruleOf(type);
      if (dimension === 'none') continue;
      assert.deepEqual([...tested.get(dimension)!].sort(), unitsOf(type).split(', ').sort(), dimension);
    }
  });

  it('of another dimension, or none, belong to no value', () => {
    for (const [type, unit] of [
      ['stepCount', 'm'],
      ['heartRate', 'ms'],
      ['oxygenSaturation', 'count'],
      ['distanceWalkingRunning', 'kcal'],
      ['stepCount', ''],
      ['stepCount', 'Count'],
      ['stepCount', 'constructor'],
      ['bodyTemperature', '__proto__'],
      ['sleepAnalysis', 'count'],
    ] as const) {
      assert.equal(toCanonical(type, 1, unit), undefined, `${type} ${unit}`);
    }
  });
});

describe('sample types', () => {
  it('are understood by their short name and by their HealthKit identifier', () => {
    assert.equal(sampleTypeOf('stepCount'), 'stepCount');
    assert.equal(sampleTypeOf('HKQuantityTypeIdentifierStepCount'), 'stepCount');
    assert.equal(
      sampleTypeOf('HKQuantityTypeIdentifierHeartRateVariabilitySDNN'),
      'heartRateVariabilitySDNN',
    );
    assert.equal(sampleTypeOf('HKQuantityTypeIdentifierVO2Max'), 'vo2Max');
    assert.equal(sampleTypeOf('HKCategoryTypeIdentifierSleepAnalysis'), 'sleepAnalysis');
    assert.equal(sampleTypeOf('HKWorkoutTypeIdentifier'), 'workout');
    assert.equal(sampleTypeOf('workouts'), 'workout');
    assert.equal(sampleTypeOf('HKElectrocardiogramType'), 'electrocardiogram');
  });

  it('are not what objects happen to have, nor what only we make', () => {
    for (const name of [
      '',
      'toString',
      'constructor',
      'StepCount',
      'sleepTotal',
      'HKQuantityTypeIdentifierSleepTotal',
    ]) {
      assert.equal(sampleTypeOf(name), undefined, name);
    }
  });

  it('keep their places: stored days name them by number', () => {
    assert.deepEqual(sampleTypeNames, [
      'stepCount',
      'distanceWalkingRunning',
      'activeEnergyBurned',
      'basalEnergyBurned',
      'appleExerciseTime',
      'flightsClimbed',
      'heartRate',
      'restingHeartRate',
      'walkingHeartRateAverage',
      'heartRateVariabilitySDNN',
      'respiratoryRate',
      'oxygenSaturation',
      'vo2Max',
      'bodyTemperature',
      'appleSleepingWristTemperature',
      'activityCount',
      'sleepAnalysis',
      'mindfulSession',
      'workout',
      'sleepTotal',
      'heartRateVariabilityRMSSD',
      'heartRateRecoveryOneMinute',
      'walkingSpeed',
      'appleWalkingSteadiness',
      'appleStandTime',
      'timeInDaylight',
      'environmentalAudioExposure',
      'headphoneAudioExposure',
      'bodyMass',
      'bloodPressureSystolic',
      'bloodPressureDiastolic',
      'bloodGlucose',
      'electrocardiogram',
      'atrialFibrillationBurden',
      'sleepApneaEvent',
    ]);
  });

  it('that a day is told of have a name in every language', () => {
    for (const type of sampleTypeNames) {
      const { told, label } = ruleOf(type);
      const names = Object.values(label ?? {});
      assert.equal(names.length, told === undefined || told === 'finding' ? 0 : 3, type);
    }
  });
});
