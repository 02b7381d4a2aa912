/**
 * The sample types that are understood: what their numbers mean, in which unit they are kept, and which values
 * are possible at all. Names are HealthKit's without their `HK...TypeIdentifier` prefix.
 */
import type { Language } from '../languages.ts';
import { hourMs } from '../time.ts';

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
  | 'speed'
  | 'sound'
  | 'mass'
  | 'pressure'
  | 'glucose'
  | 'none';

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
  speed: { 'm/s': 1, 'km/hr': 1 / 3.6, 'km/h': 1 / 3.6, 'mi/hr': 1609.344 / 3600 },
  sound: { dBASPL: 1, dB: 1 },
  mass: { kg: 1, g: 0.001, lb: 0.45359237, st: 6.35029318 },
  // 1 mmHg is 133.322387415 Pa (NIST SP 811).
  pressure: { mmHg: 1, kPa: 1000 / 133.322387415 },
  // One mole of glucose weighs 180.15588 g: HealthKit's own unit says so.
  glucose: {
    'mg/dL': 1,
    'mmol<180.15588>/L': 18.015588,
    'mmol<180.1558800000541>/L': 18.015588,
    'mmol/L': 18.015588,
  },
  none: {},
};

const temperatureOffset: Record<string, number> = { degC: 0, degF: (-32 * 5) / 9, K: -273.15 };

/**
 * How a day is told of a type: its last value, sum, median, or the minutes that its samples last. `finding` is what a device
 * concluded: it is kept and exported, and nothing else is said of it. A type without it has formulas of its own.
 */
export type Told = 'last' | 'sum' | 'median' | 'minutes' | 'finding';

/** A code that means the type in FHIR: of LOINC, or HealthKit's own identifier. */
export interface Coding {
  code: string;
  display: string;
}

export interface TypeRule {
  kind: SampleKind;
  dimension: Dimension;
  min: number;
  max: number;
  told?: Told;
  label?: Record<Language, string>;
  /** Of an Observation in FHIR; a type without it is not exported as one. */
  fhir?: { category: 'vital-signs' | 'activity' | 'laboratory' | 'exam'; codings: readonly Coding[] };
}

const row = (kind: SampleKind, dimension: Dimension, min: number, max: number, told?: Told): TypeRule => ({
  kind,
  dimension,
  min,
  max,
  ...(told ? { told } : {}),
});
const cumulative = (dimension: Dimension, min: number, max: number, told?: Told) =>
  row('cumulative', dimension, min, max, told);
const discrete = (dimension: Dimension, min: number, max: number, told?: Told) =>
  row('discrete', dimension, min, max, told);
const category = (min: number, max: number, told?: Told) => row('category', 'none', min, max, told);
const heartRateCoding: Coding = { code: '8867-4', display: 'Heart rate' };
const coded = (
  category: NonNullable<TypeRule['fhir']>['category'],
  code: string,
  display: string,
  ...more: Coding[]
) => ({ fhir: { category, codings: [{ code, display }, ...more] } });
const named = (en: string, es: string, de: string) => ({ label: { en, es, de } });
const identifier = 'HKQuantityTypeIdentifier';

/**
 * Every type in one row: kind, unit, the range of its values, and for most how a day of it is told, its names and its codes.
 * What has no row is skipped and counted. Stored weeks name a type by its place: only ever append.
 *
 * Ranges are wide on purpose: they refuse what no body and no sensor gives (a negative count, a pulse of 900), not what is
 * unusual. Cumulative ranges are per sample. Codes: heart rate, breathing rate and oxygen saturation from the vital signs
 * profiles of FHIR R4 (hl7.org/fhir/R4/heartrate.html, resprate.html, oxygensat.html: 2708-6, with more specific codes beside
 * it); the others as HealthKitOnFHIR maps the same HealthKit types (github.com/StanfordBDHG/HealthKitOnFHIR,
 * SUPPORT_TABLE.md), which falls back to HealthKit's identifiers; resting heart rate from HL7's Physical Activity guide;
 * diastolic pressure 8462-4 (FHIR R4, bp.html).
 */
export const sampleTypes = {
  stepCount: {
    ...cumulative('count', 0, 200_000),
    ...coded('activity', '55423-8', 'Number of steps in unspecified time Pedometer'),
  },
  distanceWalkingRunning: cumulative('length', 0, 500_000),
  activeEnergyBurned: {
    ...cumulative('energy', 0, 30_000),
    ...coded('activity', '41981-2', 'Calories burned'),
  },
  basalEnergyBurned: cumulative('energy', 0, 30_000),
  appleExerciseTime: {
    ...cumulative('time in min', 0, 1500),
    ...coded('activity', `${identifier}AppleExerciseTime`, 'Apple Exercise Time'),
  },
  flightsClimbed: cumulative('count', 0, 10_000),
  heartRate: {
    ...discrete('rate', 20, 350),
    ...coded('vital-signs', heartRateCoding.code, heartRateCoding.display),
  },
  restingHeartRate: {
    ...discrete('rate', 20, 250),
    ...coded('vital-signs', '40443-4', 'Heart rate --resting', heartRateCoding),
  },
  walkingHeartRateAverage: {
    ...discrete('rate', 20, 300, 'median'),
    ...named('Walking heart rate', 'Pulso al caminar', 'Puls beim Gehen'),
    ...coded('vital-signs', `${identifier}WalkingHeartRateAverage`, 'Walking Heart Rate Average'),
  },
  heartRateVariabilitySDNN: {
    ...discrete('time in ms', 0, 1000),
    ...coded('vital-signs', '80404-7', 'R-R interval.standard deviation (Heart rate variability)'),
  },
  respiratoryRate: {
    ...discrete('rate', 1, 120),
    ...coded('vital-signs', '9279-1', 'Respiratory rate'),
  },
  oxygenSaturation: {
    ...discrete('fraction', 0, 1),
    ...coded('vital-signs', '2708-6', 'Oxygen saturation in Arterial blood', {
      code: '59408-5',
      display: 'Oxygen saturation in Arterial blood by Pulse oximetry',
    }),
  },
  vo2Max: {
    ...discrete('oxygen uptake', 1, 120, 'last'),
    ...named('Cardio fitness (VO2 max)', 'Forma cardiorrespiratoria (VO2 máx.)', 'Ausdauer (VO2max)'),
    ...coded('activity', `${identifier}VO2Max`, 'VO2 Max'),
  },
  bodyTemperature: {
    ...discrete('temperature', 20, 46, 'median'),
    ...named('Body temperature', 'Temperatura corporal', 'Körpertemperatur'),
    ...coded('vital-signs', '8310-5', 'Body temperature'),
  },
  appleSleepingWristTemperature: {
    ...discrete('temperature', 10, 46, 'last'),
    ...named(
      'Wrist temperature asleep',
      'Temperatura de la muñeca al dormir',
      'Handgelenktemperatur im Schlaf',
    ),
    ...coded('vital-signs', `${identifier}AppleSleepingWristTemperature`, 'Sleeping Wrist Temperature'),
  },
  activityCount: cumulative('count', 0, 1e9),
  sleepAnalysis: category(0, 5),
  mindfulSession: {
    ...category(0, 0, 'minutes'),
    ...named('Mindful minutes', 'Minutos de atención plena', 'Achtsamkeitsminuten'),
    ...coded('activity', 'HKCategoryTypeIdentifierMindfulSession', 'Mindful Session'),
  },
  workout: {
    ...category(0, 100_000, 'minutes'),
    ...named('Workouts', 'Entrenamientos', 'Trainings'),
    ...coded('activity', 'HKWorkoutTypeIdentifier', 'Workout'),
  },
  /** An app's own total of minutes asleep within an interval, without saying which: no HealthKit type. */
  sleepTotal: discrete('time in min', 0, 2880),
  /** No HealthKit type: what Health Connect, and rings, tell. Not comparable with SDNN. */
  heartRateVariabilityRMSSD: {
    ...discrete('time in ms', 0, 1000, 'median'),
    ...named(
      'Heart rate variability (RMSSD)',
      'Variabilidad del pulso (RMSSD)',
      'Herzratenvariabilität (RMSSD)',
    ),
  },
  heartRateRecoveryOneMinute: {
    ...discrete('rate', 0, 200, 'last'),
    ...named('Heart rate recovery', 'Recuperación del pulso', 'Herzfrequenz-Erholung'),
    ...coded('vital-signs', `${identifier}HeartRateRecoveryOneMinute`, 'Heart Rate Recovery'),
  },
  walkingSpeed: {
    ...discrete('speed', 0, 15, 'median'),
    ...named('Walking speed', 'Velocidad al caminar', 'Gehgeschwindigkeit'),
    ...coded('activity', `${identifier}WalkingSpeed`, 'Walking Speed'),
  },
  appleWalkingSteadiness: {
    ...discrete('fraction', 0, 1, 'last'),
    ...named('Walking steadiness', 'Estabilidad al caminar', 'Gangstabilität'),
    ...coded('activity', `${identifier}AppleWalkingSteadiness`, 'Walking Steadiness'),
  },
  appleStandTime: {
    ...cumulative('time in min', 0, 1500, 'sum'),
    ...named('Time standing', 'Tiempo de pie', 'Stehzeit'),
    ...coded('activity', `${identifier}AppleStandTime`, 'Apple Stand Time'),
  },
  timeInDaylight: {
    ...cumulative('time in min', 0, 1500, 'sum'),
    ...named('Time in daylight', 'Tiempo con luz natural', 'Zeit bei Tageslicht'),
    ...coded('activity', `${identifier}TimeInDaylight`, 'Time in Daylight'),
  },
  environmentalAudioExposure: {
    ...discrete('sound', 0, 200, 'median'),
    ...named('Sound around you', 'Sonido ambiental', 'Umgebungslautstärke'),
    ...coded('exam', `${identifier}EnvironmentalAudioExposure`, 'Environmental Audio Exposure'),
  },
  headphoneAudioExposure: {
    ...discrete('sound', 0, 200, 'median'),
    ...named('Sound in headphones', 'Sonido en auriculares', 'Kopfhörerlautstärke'),
    ...coded('exam', `${identifier}HeadphoneAudioExposure`, 'Headphone Audio Exposure'),
  },
  bodyMass: {
    ...discrete('mass', 0.2, 700, 'last'),
    ...named('Weight', 'Peso', 'Gewicht'),
    ...coded('vital-signs', '29463-7', 'Body weight'),
  },
  bloodPressureSystolic: {
    ...discrete('pressure', 20, 350, 'median'),
    ...named('Blood pressure, systolic', 'Presión arterial sistólica', 'Blutdruck, systolisch'),
    ...coded('vital-signs', '8480-6', 'Systolic blood pressure'),
  },
  bloodPressureDiastolic: {
    ...discrete('pressure', 10, 250, 'median'),
    ...named('Blood pressure, diastolic', 'Presión arterial diastólica', 'Blutdruck, diastolisch'),
    ...coded('vital-signs', '8462-4', 'Diastolic blood pressure'),
  },
  bloodGlucose: {
    ...discrete('glucose', 5, 2000, 'median'),
    ...named('Blood glucose', 'Glucosa en sangre', 'Blutzucker'),
    ...coded('laboratory', '41653-7', 'Glucose [Mass/volume] in Capillary blood by Glucometer'),
  },
  /** HKElectrocardiogram.Classification. */
  electrocardiogram: {
    ...category(0, 100, 'finding'),
    ...coded('exam', 'HKElectrocardiogramType', 'Electrocardiogram classification'),
  },
  atrialFibrillationBurden: {
    ...discrete('fraction', 0, 1, 'finding'),
    ...coded('exam', `${identifier}AtrialFibrillationBurden`, 'Atrial Fibrillation Burden'),
  },
  sleepApneaEvent: {
    ...category(0, 0, 'finding'),
    ...coded('exam', 'HKCategoryTypeIdentifierSleepApneaEvent', 'Sleep Apnea Event'),
  },
} satisfies Record<string, TypeRule>;

export type SampleType = keyof typeof sampleTypes;

/** Stored by their place in this list: only ever append. */
export const sampleTypeNames = Object.keys(sampleTypes) as SampleType[];
/** The place of each type in `sampleTypeNames`; stored days name types by it. */
export const sampleTypeIndex: ReadonlyMap<SampleType, number> = new Map(
  sampleTypeNames.map((name, index) => [name, index]),
);

/** A cumulative sample longer than this says nothing about single minutes: it is a total. */
export const longestResolvedMs = hourMs;

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
byName.set('HKElectrocardiogramType', 'electrocardiogram');
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
