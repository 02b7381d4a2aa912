import { revisionOf, skip, words, type Mapped } from './mapped.ts';
import { isUnitOf, sampleTypeOfIdentifier, type HealthSample } from './sample-table.ts';

/**
 * What is read of a sample of `@kingstinct/react-native-healthkit` 16 (core: types/Shared.ts, Source.ts, Device.ts).
 * Anything with these fields will do: the package's own types fit, which a test of the deep tier compiles.
 */
interface HealthKitObject {
  readonly uuid: string;
  readonly startDate: Date;
  readonly endDate: Date;
  readonly sourceRevision: {
    readonly source: { readonly bundleIdentifier: string };
    readonly productType?: string;
  };
  readonly device?: { readonly manufacturer?: string | undefined; readonly model?: string | undefined };
  readonly metadata: object;
}
export interface HealthKitQuantity extends HealthKitObject {
  readonly quantityType: string;
  readonly quantity: number;
  readonly unit: string;
}
export interface HealthKitCategory extends HealthKitObject {
  readonly categoryType: string;
  readonly value: number;
}
/** A proxy of native memory: it is read once and not kept. */
export interface HealthKitWorkout extends HealthKitObject {
  readonly workoutActivityType: number;
}
export type HealthKitSample = HealthKitQuantity | HealthKitCategory | HealthKitWorkout;

/** The answer of any of the bridge's queries, with an anchor or without. */
export interface HealthKitPage {
  readonly samples?: readonly (HealthKitQuantity | HealthKitCategory)[];
  readonly workouts?: readonly HealthKitWorkout[];
  readonly deletedSamples?: readonly { readonly uuid: string }[];
}

/**
 * What to ask HealthKit for. A quantity without a `unit` comes in the one that the person prefers; the bridge's own
 * table would ask for a heart rate in `count/s`.
 */
export const healthKitTypes = {
  quantities: {
    HKQuantityTypeIdentifierStepCount: 'count',
    HKQuantityTypeIdentifierDistanceWalkingRunning: 'm',
    HKQuantityTypeIdentifierActiveEnergyBurned: 'kcal',
    HKQuantityTypeIdentifierBasalEnergyBurned: 'kcal',
    HKQuantityTypeIdentifierAppleExerciseTime: 'min',
    HKQuantityTypeIdentifierFlightsClimbed: 'count',
    HKQuantityTypeIdentifierHeartRate: 'count/min',
    HKQuantityTypeIdentifierRestingHeartRate: 'count/min',
    HKQuantityTypeIdentifierWalkingHeartRateAverage: 'count/min',
    HKQuantityTypeIdentifierHeartRateVariabilitySDNN: 'ms',
    HKQuantityTypeIdentifierRespiratoryRate: 'count/min',
    HKQuantityTypeIdentifierOxygenSaturation: '%',
    HKQuantityTypeIdentifierVO2Max: 'ml/(kg*min)',
    HKQuantityTypeIdentifierBodyTemperature: 'degC',
    HKQuantityTypeIdentifierAppleSleepingWristTemperature: 'degC',
    HKQuantityTypeIdentifierHeartRateRecoveryOneMinute: 'count/min',
    HKQuantityTypeIdentifierWalkingSpeed: 'm/s',
    HKQuantityTypeIdentifierAppleWalkingSteadiness: '%',
    HKQuantityTypeIdentifierAppleStandTime: 'min',
    HKQuantityTypeIdentifierTimeInDaylight: 'min',
    HKQuantityTypeIdentifierEnvironmentalAudioExposure: 'dBASPL',
    HKQuantityTypeIdentifierHeadphoneAudioExposure: 'dBASPL',
    HKQuantityTypeIdentifierBodyMass: 'kg',
    HKQuantityTypeIdentifierBloodPressureSystolic: 'mmHg',
    HKQuantityTypeIdentifierBloodPressureDiastolic: 'mmHg',
    HKQuantityTypeIdentifierBloodGlucose: 'mg/dL',
    HKQuantityTypeIdentifierAtrialFibrillationBurden: '%',
  },
  categories: [
    'HKCategoryTypeIdentifierSleepAnalysis',
    'HKCategoryTypeIdentifierMindfulSession',
    'HKCategoryTypeIdentifierSleepApneaEvent',
  ],
  workouts: 'HKWorkoutTypeIdentifier',
} as const;

const { quantities, categories, workouts } = healthKitTypes;
/** The same without units, for `requestAuthorization`. */
export const healthKitIdentifiers = [
  ...(Object.keys(quantities) as (keyof typeof quantities)[]),
  ...categories,
  workouts,
];

/**
 * HealthKit's samples as a recording has them. Times are in UTC to the millisecond. Given names of devices stay on the
 * phone, and of the metadata only the time zone and whether it was typed in leave it. A workout's energy and distance
 * are samples of their own in HealthKit.
 */
export function fromHealthKit(page: HealthKitPage): Mapped {
  const { samples = [], deletedSamples = [] } = page;
  const mapped: Mapped = {
    samples: [],
    deletedSamples: deletedSamples.map(({ uuid }) => uuid),
    skipped: [],
  };
  for (const sample of [...samples, ...(page.workouts ?? [])]) {
    const found = measured(sample, mapped);
    if (found) mapped.samples.push({ ...common(sample), ...found } as HealthSample);
  }
  return mapped;
}

type Measured = Pick<HealthSample, 'sampleType'> & { value?: number; unit?: string; categoryValue?: number };

function measured(sample: HealthKitSample, mapped: Mapped): Measured | undefined {
  if ('workoutActivityType' in sample)
    return { sampleType: 'workout', categoryValue: sample.workoutActivityType };
  const identifier = 'quantityType' in sample ? sample.quantityType : sample.categoryType;
  const sampleType = sampleTypeOfIdentifier(identifier);
  if (sampleType === undefined) return skip(mapped, identifier, 'unknown-type');
  // Never with a unit: the server takes "asleep" with a unit for a total of minutes.
  if ('categoryType' in sample) return { sampleType, categoryValue: sample.value };
  if (!Number.isFinite(sample.quantity)) return skip(mapped, identifier, 'no-value');
  if (!isUnitOf(sampleType, sample.unit)) return skip(mapped, identifier, 'unknown-unit');
  return { sampleType, value: sample.quantity, unit: sample.unit };
}

function common(sample: HealthKitSample) {
  const { HKTimeZone: timeZone, HKWasUserEntered: userEntered } = sample.metadata as Record<string, unknown>;
  const metadata = {
    ...(typeof timeZone === 'string' ? { HKTimeZone: timeZone } : {}),
    ...(userEntered ? { HKWasUserEntered: true } : {}),
  };
  return {
    uuid: sample.uuid,
    startDate: sample.startDate.toISOString(),
    endDate: sample.endDate.toISOString(),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...revisionOf(sample.sourceRevision.source.bundleIdentifier, productOf(sample)),
  };
}

/** The product is that of the device that wrote; for another maker's app that is the phone, not what measured. */
function productOf({ sourceRevision: { source, productType }, device }: HealthKitSample): string | undefined {
  const wrote = productType?.startsWith('Watch') || source.bundleIdentifier.startsWith('com.apple.');
  return wrote ? productType : words(device?.manufacturer, device?.model);
}
