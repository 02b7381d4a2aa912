import type { RecordingSample } from '../src/contract/recording.ts';
import type { SampleType } from '../src/domain/samples/sample-types.ts';

/** The oxygen uptake that HealthKit writes in several ways; its own answer is `mL/min·kg`. */
const oxygenUptake = [
  'mL/(kg*min)',
  'ml/(kg*min)',
  'mL/min·kg',
  'ml/min·kg',
  'mL/kg·min',
  'ml/kg·min',
  'mL/(kg·min)',
] as const;
const count = ['count'] as const;
const rate = ['count/min', 'bpm', 'count/s', 'Hz', 'count/hr'] as const;
const energy = ['kcal', 'Cal', 'cal', 'kJ', 'J'] as const;
const length = ['m', 'km', 'cm', 'mm', 'mi', 'yd', 'ft', 'in'] as const;
const temperature = ['degC', 'degF', 'K'] as const;
const time = ['min', 's', 'ms', 'hr', 'h'] as const;
const shortTime = ['ms', 's', 'min'] as const;
const share = ['%'] as const;
const sound = ['dBASPL', 'dB'] as const;
const pressure = ['mmHg', 'kPa'] as const;
const none = [] as const;

/**
 * Every sample type that is understood, with the units its values may come in: HealthKit's unit strings, the one that
 * values are kept in first. A type without units is a category: it has a `categoryValue` instead. `%` is from 0 to 1.
 */
export const sampleUnits = {
  stepCount: count,
  distanceWalkingRunning: length,
  activeEnergyBurned: energy,
  basalEnergyBurned: energy,
  appleExerciseTime: time,
  flightsClimbed: count,
  heartRate: rate,
  restingHeartRate: rate,
  walkingHeartRateAverage: rate,
  heartRateVariabilitySDNN: shortTime,
  respiratoryRate: rate,
  oxygenSaturation: share,
  vo2Max: oxygenUptake,
  bodyTemperature: temperature,
  appleSleepingWristTemperature: temperature,
  activityCount: count,
  sleepAnalysis: none,
  mindfulSession: none,
  workout: none,
  heartRateVariabilityRMSSD: shortTime,
  heartRateRecoveryOneMinute: rate,
  walkingSpeed: ['m/s', 'km/hr', 'km/h', 'mi/hr'],
  appleWalkingSteadiness: share,
  appleStandTime: time,
  timeInDaylight: time,
  environmentalAudioExposure: sound,
  headphoneAudioExposure: sound,
  bodyMass: ['kg', 'g', 'lb', 'st'],
  bloodPressureSystolic: pressure,
  bloodPressureDiastolic: pressure,
  bloodGlucose: ['mg/dL', 'mmol<180.15588>/L', 'mmol<180.1558800000541>/L', 'mmol/L'],
  electrocardiogram: none,
  atrialFibrillationBurden: share,
  sleepApneaEvent: none,
} as const satisfies Record<Exclude<SampleType, 'sleepTotal'>, readonly string[]>;

/** The name of a type that is understood. HealthKit's own identifiers are as well; anything else is skipped. */
export type SampleTypeName = keyof typeof sampleUnits;
/** The units that values of a type may come in. */
export type UnitOf<Type extends SampleTypeName> = (typeof sampleUnits)[Type][number];

type Common = Omit<RecordingSample, 'sampleType' | 'value' | 'unit' | 'categoryValue'>;
type Quantity<Type extends SampleTypeName> = Common & {
  sampleType: Type;
  value: number;
  unit: UnitOf<Type>;
};

/** A sample whose type and unit are checked by the compiler. */
export type HealthSample = {
  [Type in SampleTypeName]: [UnitOf<Type>] extends [never]
    ? Common & { sampleType: Type; categoryValue: number }
    : Quantity<Type>;
}[SampleTypeName];

const identifiers: ReadonlyMap<string, SampleTypeName> = new Map([
  ...(Object.keys(sampleUnits) as SampleTypeName[]).map((name) => {
    const kind = sampleUnits[name].length > 0 ? 'Quantity' : 'Category';
    return [`HK${kind}TypeIdentifier${name[0]!.toUpperCase()}${name.slice(1)}`, name] as const;
  }),
  ['HKQuantityTypeIdentifierVO2Max', 'vo2Max'],
  ['HKWorkoutTypeIdentifier', 'workout'],
  ['HKElectrocardiogramType', 'electrocardiogram'],
]);

/** The type that one of HealthKit's identifiers means; undefined for one that is not understood. */
export function sampleTypeOfIdentifier(identifier: string): SampleTypeName | undefined {
  return identifiers.get(identifier);
}

/** Whether values of `type` may come in `unit`. */
export function isUnitOf(type: SampleTypeName, unit: string): boolean {
  return (sampleUnits[type] as readonly string[]).includes(unit);
}
