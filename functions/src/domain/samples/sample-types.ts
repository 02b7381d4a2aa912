/**
 * The sample types that are understood: what their numbers mean, in which unit they are kept, and which values
 * are possible at all. Names are HealthKit's without their `HK...TypeIdentifier` prefix.
 */

/** cumulative: a total over [start, end); discrete: a measurement; category: a state over [start, end). */
export type SampleKind = 'cumulative' | 'discrete' | 'category';

type Dimension =
  | 'count'
  | 'rate'
  | 'time in ms'
  | 'time in min'
  | 'energy'
  | 'length'
  | 'temperature'
  | 'fraction'
  | 'oxygen uptake'
  | 'none';

interface TypeRule {
  kind: SampleKind;
  dimension: Dimension;
  min: number;
  max: number;
}

/** Factors to the canonical unit (the first of each list), by HealthKit unit string. */
const units: Record<Dimension, Record<string, number>> = {
  count: { count: 1 },
  rate: { 'count/min': 1, bpm: 1, 'count/s': 60, Hz: 60, 'count/hr': 1 / 60 },
  'time in ms': { ms: 1, s: 1000, min: 60_000 },
  'time in min': { min: 1, s: 1 / 60, ms: 1 / 60_000, hr: 60, h: 60 },
  // HealthKit's `Cal` is the large calorie, `cal` the small one; 1 kcal is 4.184 kJ by definition.
  energy: { kcal: 1, Cal: 1, cal: 0.001, kJ: 1 / 4.184, J: 1 / 4184 },
  length: { m: 1, km: 1000, cm: 0.01, mm: 0.001, mi: 1609.344, yd: 0.9144, ft: 0.3048, in: 0.0254 },
  // Temperatures need an offset as well: see `toCanonical`.
  temperature: { degC: 1, degF: 5 / 9, K: 1 },
  fraction: { '%': 1 },
  'oxygen uptake': {
    'mL/(kg*min)': 1,
    'ml/(kg*min)': 1,
    'mL/min·kg': 1,
    'ml/min·kg': 1,
    'mL/kg·min': 1,
    'ml/kg·min': 1,
    'mL/(kg·min)': 1,
  },
  none: {},
};

const temperatureOffset: Record<string, number> = { degC: 0, degF: (-32 * 5) / 9, K: -273.15 };

/**
 * Ranges are wide on purpose: they refuse what no body and no sensor gives (a negative count, a pulse of 900),
 * not what is unusual. Cumulative ranges are per sample.
 */
export const sampleTypes = {
  stepCount: { kind: 'cumulative', dimension: 'count', min: 0, max: 200_000 },
  distanceWalkingRunning: { kind: 'cumulative', dimension: 'length', min: 0, max: 500_000 },
  activeEnergyBurned: { kind: 'cumulative', dimension: 'energy', min: 0, max: 30_000 },
  basalEnergyBurned: { kind: 'cumulative', dimension: 'energy', min: 0, max: 30_000 },
  appleExerciseTime: { kind: 'cumulative', dimension: 'time in min', min: 0, max: 1500 },
  flightsClimbed: { kind: 'cumulative', dimension: 'count', min: 0, max: 10_000 },
  heartRate: { kind: 'discrete', dimension: 'rate', min: 20, max: 350 },
  restingHeartRate: { kind: 'discrete', dimension: 'rate', min: 20, max: 250 },
  walkingHeartRateAverage: { kind: 'discrete', dimension: 'rate', min: 20, max: 300 },
  heartRateVariabilitySDNN: { kind: 'discrete', dimension: 'time in ms', min: 0, max: 1000 },
  respiratoryRate: { kind: 'discrete', dimension: 'rate', min: 1, max: 120 },
  oxygenSaturation: { kind: 'discrete', dimension: 'fraction', min: 0, max: 1 },
  vo2Max: { kind: 'discrete', dimension: 'oxygen uptake', min: 1, max: 120 },
  bodyTemperature: { kind: 'discrete', dimension: 'temperature', min: 20, max: 46 },
  appleSleepingWristTemperature: { kind: 'discrete', dimension: 'temperature', min: 10, max: 46 },
  activityCount: { kind: 'cumulative', dimension: 'count', min: 0, max: 1e9 },
  sleepAnalysis: { kind: 'category', dimension: 'none', min: 0, max: 5 },
  mindfulSession: { kind: 'category', dimension: 'none', min: 0, max: 0 },
  workout: { kind: 'category', dimension: 'none', min: 0, max: 100_000 },
  /** An app's own total of minutes asleep within an interval, without saying which: no HealthKit type. */
  sleepTotal: { kind: 'discrete', dimension: 'time in min', min: 0, max: 2880 },
} as const satisfies Record<string, TypeRule>;

export type SampleType = keyof typeof sampleTypes;

/** Stored by their place in this list: only ever append. */
export const sampleTypeNames = Object.keys(sampleTypes) as SampleType[];
/** The place of each type in `sampleTypeNames`; stored days name types by it. */
export const sampleTypeIndex: ReadonlyMap<SampleType, number> = new Map(
  sampleTypeNames.map((name, index) => [name, index]),
);

/** HKCategoryValueSleepAnalysis. */
export const sleepValue = { inBed: 0, asleep: 1, awake: 2, core: 3, deep: 4, rem: 5 } as const;

const byName = new Map<string, SampleType>();
for (const name of sampleTypeNames) {
  // sleepTotal is what we make of a sample, not a type that can be sent.
  if (name === 'sleepTotal') continue;
  const identifier = name[0]!.toUpperCase() + name.slice(1);
  byName.set(name, name);
  byName.set(`HKQuantityTypeIdentifier${identifier}`, name);
  byName.set(`HKCategoryTypeIdentifier${identifier}`, name);
}
byName.set('HKQuantityTypeIdentifierVO2Max', 'vo2Max');
byName.set('HKWorkoutTypeIdentifier', 'workout');
byName.set('workouts', 'workout');

/** The type that a name means, or undefined for one that is not understood. */
export function sampleTypeOf(name: string): SampleType | undefined {
  return byName.get(name);
}

export function ruleOf(type: SampleType): TypeRule {
  return sampleTypes[type];
}

/** `value` in the canonical unit of the type, or undefined when the unit does not belong to it. */
export function toCanonical(type: SampleType, value: number, unit: string): number | undefined {
  const { dimension } = sampleTypes[type];
  const known = units[dimension];
  if (!Object.hasOwn(known, unit)) return undefined;
  const scaled = value * known[unit]!;
  return dimension === 'temperature' ? scaled + temperatureOffset[unit]! : scaled;
}

/** The units that a type may come in, as a person would read them. */
export function unitsOf(type: SampleType): string {
  return Object.keys(units[sampleTypes[type].dimension]).join(', ');
}

/** The canonical unit of a type. */
export function canonicalUnit(type: SampleType): string {
  return Object.keys(units[sampleTypes[type].dimension])[0] ?? '';
}
