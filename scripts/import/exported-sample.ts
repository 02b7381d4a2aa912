import type { RecordingSample } from '../../functions/src/contract/recording.ts';
import { instantOf } from '../../functions/src/domain/instant.ts';
import {
  ruleOf,
  sampleTypeOf,
  sleepValue,
  type SampleType,
} from '../../functions/src/domain/samples/sample-types.ts';
import type { Attributes } from './read-export.ts';
import { workoutActivities } from './workout-activities.ts';

/** Who made a sample, as the export says it. */
export interface ExportedSource {
  /** What the person called the device, or the name of an app. Never sent. */
  name: string;
  version: string;
  /** The model of the device, like `Watch6,2`; empty where the export names none. */
  hardware: string;
}

export interface ExportedSample {
  /** As the contract wants it, without its source. */
  sample: Omit<RecordingSample, 'sourceRevision'>;
  /** When it starts, ms since 1970. */
  start: number;
  source: ExportedSource;
}

/** Why an element becomes no sample: counted by this text. */
export interface LeftOut {
  leftOut: string;
}

/** HKCategoryValueSleepAnalysis as the export spells it; `Asleep` is what it wrote before iOS 16. */
const sleepValues: Record<string, number> = {
  HKCategoryValueSleepAnalysisInBed: sleepValue.inBed,
  HKCategoryValueSleepAnalysisAsleep: sleepValue.asleep,
  HKCategoryValueSleepAnalysisAsleepUnspecified: sleepValue.asleep,
  HKCategoryValueSleepAnalysisAwake: sleepValue.awake,
  HKCategoryValueSleepAnalysisAsleepCore: sleepValue.core,
  HKCategoryValueSleepAnalysisAsleepDeep: sleepValue.deep,
  HKCategoryValueSleepAnalysisAsleepREM: sleepValue.rem,
};

/** `<Record>` as a sample of the contract, or why it becomes none. */
export function sampleOfRecord(record: Attributes, metadata: Attributes): ExportedSample | LeftOut {
  const name = record.type ?? '';
  const type = sampleTypeOf(name);
  if (type === undefined) return { leftOut: `not used: ${shortType(name)}` };
  if (ruleOf(type).kind === 'category') {
    const value = type === 'sleepAnalysis' ? sleepValues[record.value ?? ''] : 0;
    if (value === undefined) return { leftOut: `${type}: a value that is not known` };
    return exported(type, { categoryValue: value }, record, metadata);
  }
  const value = record.value ? Number(record.value) : NaN;
  if (!Number.isFinite(value)) return { leftOut: `${type}: a value that is no number` };
  return exported(type, { value, unit: record.unit ?? '' }, record, metadata);
}

/** `<Workout>` as a sample of the contract, or why it becomes none. */
export function sampleOfWorkout(workout: Attributes, metadata: Attributes): ExportedSample | LeftOut {
  const activity = (workout.workoutActivityType ?? '').replace(/^HKWorkoutActivityType/, '');
  const value = workoutActivities.get(activity);
  if (value === undefined) return { leftOut: 'workout: an activity that is not known' };
  return exported('workout', { categoryValue: value }, workout, metadata);
}

function exported(
  type: SampleType,
  value: Pick<RecordingSample, 'value' | 'unit' | 'categoryValue'>,
  element: Attributes,
  metadata: Attributes,
): ExportedSample | LeftOut {
  const startDate = isoDate(element.startDate);
  const endDate = isoDate(element.endDate);
  const start = startDate === undefined ? undefined : instantOf(startDate);
  if (startDate === undefined || endDate === undefined || start === undefined) {
    return { leftOut: `${type}: a date that is none` };
  }
  // No unit and no zone is as long; a spooled line must have an end.
  if ((value.unit ?? '').length > 30) return { leftOut: `${type}: a unit that is not known` };
  if ((metadata.HKTimeZone ?? '').length > 64) return { leftOut: `${type}: a time zone that is not known` };
  const kept = metadataOf(metadata);
  return {
    sample: { sampleType: type, startDate, endDate, ...value, ...(kept && { metadata: kept }) },
    start,
    source: {
      name: element.sourceName ?? '',
      version: (element.sourceVersion ?? '').slice(0, 100),
      hardware: hardwareOf(element.device),
    },
  };
}

/** The two of HealthKit's keys that an analysis looks at; the others stay where they are. */
function metadataOf({ HKTimeZone, HKWasUserEntered }: Attributes): Record<string, unknown> | undefined {
  const entered = HKWasUserEntered === '1';
  if (HKTimeZone === undefined && !entered) return undefined;
  return { ...(HKTimeZone !== undefined && { HKTimeZone }), ...(entered && { HKWasUserEntered: true }) };
}

const datePattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;

/** `2024-03-01 22:10:00 +0100` in ISO 8601, or undefined for any other text. */
export function isoDate(text: string | undefined): string | undefined {
  if (text === undefined || !datePattern.test(text)) return undefined;
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${text.slice(20, 23)}:${text.slice(23)}`;
}

/**
 * The model in HealthKit's description of a device,
 * `<<HKDevice: 0x2812>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1>`. The
 * model has a comma of its own.
 */
export function hardwareOf(device: string | undefined): string {
  return /, hardware:(.+?)(?:, [a-zA-Z ]+:|>$)/.exec(device ?? '')?.[1]?.slice(0, 100) ?? '';
}

function shortType(name: string): string {
  return name.replace(/^HK(Quantity|Category|Data|Correlation)?Type(Identifier)?/, '').slice(0, 60);
}
