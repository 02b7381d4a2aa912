import { instantOf, isoInstant } from '../src/domain/instant.ts';
import { revisionOf, skip, words, type Mapped } from './mapped.ts';
import type { HealthSample } from './sample-table.ts';
import { offsetAt } from './zone-offset.ts';

/**
 * What is read of a record of `react-native-health-connect` 4.1 (types/base.types.ts, metadata.types.ts). The offsets
 * arrive with every record (records/React*Record.kt), though its types have them for few; absent fields arrive as null.
 */
export interface HealthConnectRecord {
  readonly recordType?: string;
  readonly metadata?: {
    readonly id?: string;
    readonly dataOrigin?: string;
    readonly device?: {
      readonly type?: number;
      readonly manufacturer?: string | null;
      readonly model?: string | null;
    } | null;
    readonly recordingMethod?: number;
  };
}

/** The answer of `getChanges`. */
export interface HealthConnectChanges {
  readonly upsertionChanges: readonly { readonly record: HealthConnectRecord }[];
  readonly deletionChanges: readonly { readonly recordId: string }[];
}

/** What was sent of a record, by the record's id. Keep it: a record changes in place, and goes by its id alone. */
export type Ledger = Readonly<Record<string, LedgerEntry>>;
export interface LedgerEntry {
  /** Identities of the samples that it is now. */
  ids: readonly string[];
  /** Identities of samples that it was: the server remembers them as deleted. */
  gone?: readonly string[];
}

export interface HealthConnectOptions {
  /** The zone of the phone, IANA: a record with another offset says its own. */
  timeZone: string;
  /** Rides: `Distance` is any movement, and what overlaps one of these was neither walked nor run. */
  rides?: readonly HealthConnectRecord[];
}

/** What to ask Health Connect for. */
export const healthConnectTypes = [
  'Steps',
  'Distance',
  'ActiveCaloriesBurned',
  'FloorsClimbed',
  'HeartRate',
  'RestingHeartRate',
  'RespiratoryRate',
  'OxygenSaturation',
  'Vo2Max',
  'BodyTemperature',
  'SkinTemperature',
  'SleepSession',
  'ExerciseSession',
  'MindfulnessSession',
] as const;

/** The samples of one record, apart, so that what becomes of it can be told. */
export interface MappedRecord {
  recordId: string;
  samples: HealthSample[];
}

/**
 * Health Connect's records of one type as a recording has them. A record may be many samples; each has an identity of
 * record, time and value, so that what has not changed is the same sample when it is read again. A series of heart
 * rates keeps the first value of every 5 seconds: more than that does not fit into a day of the server's.
 */
export function fromHealthConnect(
  recordType: string,
  records: readonly HealthConnectRecord[],
  options: HealthConnectOptions,
): Omit<Mapped, 'deletedSamples'> & { records: MappedRecord[] } {
  const mapped: Omit<Mapped, 'deletedSamples'> = { samples: [], skipped: [] };
  const read = readers[recordType];
  const found = records.map((record): MappedRecord => {
    const recordId = record.metadata?.id ?? '';
    if (!read) {
      skip(mapped, recordType, 'unknown-type');
      return { recordId, samples: [] };
    }
    const pieces = read(record as HealthConnectRecord & Fields).filter(
      (piece) => piece.sampleType !== 'distanceWalkingRunning' || !isRide(piece, options.rides ?? []),
    );
    if (pieces.length === 0) skip(mapped, recordType, 'no-value');
    return { recordId, samples: pieces.map((piece) => sampleOf(record, piece, options.timeZone)) };
  });
  mapped.samples = found.flatMap(({ samples }) => samples);
  return { ...mapped, records: found };
}

/**
 * A page of changes, against what the ledger says was sent: a record that changed is the deletion of what it no longer
 * is and the addition of what it is now.
 *
 * @returns with the entries of the ledger as they are once this has been accepted; undefined: the record is gone
 */
export function fromHealthConnectChanges(
  changes: HealthConnectChanges,
  ledger: Ledger,
  options: HealthConnectOptions,
): Mapped & { ledger: Record<string, LedgerEntry | undefined> } {
  const mapped: Mapped = { samples: [], deletedSamples: [], skipped: [] };
  const entries: Record<string, LedgerEntry | undefined> = {};
  for (const { record } of changes.upsertionChanges) {
    const read = fromHealthConnect(record.recordType ?? '', [record], options);
    for (const { type, reason } of read.skipped) skip(mapped, type, reason);
    for (const { recordId, samples } of read.records) {
      const change = changeOf(samples, entries[recordId] ?? ledger[recordId]);
      mapped.samples.push(...change.samples);
      mapped.deletedSamples.push(...change.deletedSamples);
      entries[recordId] = change.entry;
    }
  }
  for (const { recordId } of changes.deletionChanges) {
    const sent = entries[recordId] ?? ledger[recordId];
    mapped.deletedSamples.push(...(sent?.ids ?? []));
    entries[recordId] = undefined;
  }
  const deleted = new Set(mapped.deletedSamples);
  // What came and went within one page was never sent.
  mapped.samples = mapped.samples.filter(({ uuid }) => !deleted.has(uuid!));
  return { ...mapped, ledger: entries };
}

/** What is to be sent of a record that is now `samples`, and was what the ledger has. */
export function changeOf(
  samples: readonly HealthSample[],
  before: LedgerEntry = { ids: [] },
): { samples: HealthSample[]; deletedSamples: string[]; entry: LedgerEntry } {
  const gone = new Set(before.gone);
  // A value that comes back would meet the deletion of its own identity.
  const now = samples.map((sample) => ({ ...sample, uuid: livingId(sample.uuid!, gone) }));
  const ids = now.map(({ uuid }) => uuid);
  const deletedSamples = before.ids.filter((id) => !ids.includes(id));
  for (const id of deletedSamples) gone.add(id);
  const known = new Set(before.ids);
  return {
    samples: now.filter(({ uuid }) => !known.has(uuid)),
    deletedSamples,
    entry: gone.size > 0 ? { ids, gone: [...gone] } : { ids },
  };
}

function livingId(id: string, gone: ReadonlySet<string>): string {
  let living = id;
  for (let n = 2; gone.has(living); n++) living = `${id}/${n}`;
  return living;
}

/** One sample of a record: times in ms. */
interface Piece {
  sampleType: HealthSample['sampleType'];
  start: number;
  end: number;
  value?: number;
  unit?: string;
  categoryValue?: number;
}

/** Every field that any of the records has; a record of one type has those of its type. */
interface Fields {
  readonly time: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly zoneOffset?: Offset | null;
  readonly startZoneOffset?: Offset | null;
  readonly count: number;
  readonly floors: number;
  readonly distance: { readonly inMeters: number };
  readonly energy: { readonly inKilocalories: number };
  readonly samples: readonly { readonly time: string; readonly beatsPerMinute: number }[];
  readonly beatsPerMinute: number;
  readonly rate: number;
  readonly percentage: number;
  readonly vo2MillilitersPerMinuteKilogram: number;
  readonly temperature: { readonly inCelsius: number };
  readonly baseline?: { readonly inCelsius: number } | null;
  readonly deltas: readonly { readonly time: string; readonly delta: { readonly inCelsius: number } }[];
  readonly measurementLocation?: number;
  readonly stages?: readonly {
    readonly startTime: string;
    readonly endTime: string;
    readonly stage: number;
  }[];
  readonly exerciseType: number;
}
interface Offset {
  readonly id: string;
  readonly totalSeconds: number;
}

const at = (time: string): number => instantOf(time) ?? NaN;

/** A quantity of an interval, or at an instant; nothing for a value that is none. */
function quantity(
  { startTime, endTime, time }: Fields,
  sampleType: Piece['sampleType'],
  value: number,
  unit: string,
): Piece[] {
  if (!Number.isFinite(value)) return [];
  return [{ sampleType, start: at(startTime ?? time), end: at(endTime ?? time), value, unit }];
}

function category({ startTime, endTime }: Fields, sampleType: Piece['sampleType'], value: number): Piece {
  return { sampleType, start: at(startTime), end: at(endTime), categoryValue: value };
}

const slotMs = 5000;

/** HKCategoryValueSleepAnalysis by SleepSessionRecord's stage: 7, awake in bed, is not in the bridge's constants. */
const stages: Record<number, number> = { 1: 2, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 2 };
const inBed = 0;
const asleep = 1;

/** SkinTemperatureMeasurementLocation.WRIST */
const wrist = 3;

const readers: Record<string, (record: Fields) => Piece[]> = {
  Steps: (record) => quantity(record, 'stepCount', record.count, 'count'),
  FloorsClimbed: (record) => quantity(record, 'flightsClimbed', record.floors, 'count'),
  Distance: (record) => quantity(record, 'distanceWalkingRunning', record.distance.inMeters, 'm'),
  ActiveCaloriesBurned: (record) =>
    quantity(record, 'activeEnergyBurned', record.energy.inKilocalories, 'kcal'),
  RestingHeartRate: (record) => quantity(record, 'restingHeartRate', record.beatsPerMinute, 'count/min'),
  RespiratoryRate: (record) => quantity(record, 'respiratoryRate', record.rate, 'count/min'),
  OxygenSaturation: (record) => quantity(record, 'oxygenSaturation', record.percentage / 100, '%'),
  Vo2Max: (record) => quantity(record, 'vo2Max', record.vo2MillilitersPerMinuteKilogram, 'mL/(kg*min)'),
  BodyTemperature: (record) => quantity(record, 'bodyTemperature', record.temperature.inCelsius, 'degC'),
  SkinTemperature({ baseline, deltas, measurementLocation }) {
    // A difference from an unknown baseline is no temperature.
    if (!baseline || measurementLocation !== wrist) return [];
    return deltas.map(({ time, delta }) => ({
      sampleType: 'appleSleepingWristTemperature',
      start: at(time),
      end: at(time),
      value: baseline.inCelsius + delta.inCelsius,
      unit: 'degC',
    }));
  },
  HeartRate({ samples }) {
    const slots = new Set<number>();
    return samples.flatMap(({ time, beatsPerMinute: value }) => {
      const start = at(time);
      const slot = Math.floor(start / slotMs);
      if (slots.has(slot)) return [];
      slots.add(slot);
      return [{ sampleType: 'heartRate', start, end: start, value, unit: 'count/min' }];
    });
  },
  SleepSession(record) {
    const staged = (record.stages ?? []).flatMap((stage) =>
      stages[stage.stage] === undefined
        ? []
        : [category({ ...record, ...stage }, 'sleepAnalysis', stages[stage.stage]!)],
    );
    if (staged.length === 0) return [category(record, 'sleepAnalysis', asleep)];
    return [category(record, 'sleepAnalysis', inBed), ...staged];
  },
  ExerciseSession: (record) => [category(record, 'workout', activities[record.exerciseType] ?? other)],
  MindfulnessSession: (record) => [category(record, 'mindfulSession', 0)],
};

/** HKWorkoutActivityType.other */
const other = 3000;
/** HKWorkoutActivityType by ExerciseSessionRecord's type (androidx.health.connect.client 1.1); what has none is `other`. */
const activities: Record<number, number> = {
  2: 4, // badminton
  4: 5, // baseball
  5: 6, // basketball
  8: 13, // biking
  9: 13,
  11: 8, // boxing
  14: 10, // cricket
  16: 77, // dancing
  25: 16, // elliptical
  27: 18, // fencing
  28: 1, // American football
  29: 3, // Australian football
  32: 21, // golf
  34: 22, // gymnastics
  35: 23, // handball
  36: 63, // high intensity intervals
  37: 24, // hiking
  38: 25, // ice hockey
  39: 39, // ice skating
  41: 64, // jump rope
  44: 28, // martial arts
  46: 31, // paddling
  48: 66, // pilates
  50: 34, // racquetball
  51: 9, // climbing
  53: 35, // rowing
  54: 35,
  55: 36, // rugby
  56: 37, // running
  57: 37,
  58: 38, // sailing
  60: 39, // skating
  62: 67, // snowboarding
  64: 41, // soccer
  65: 42, // softball
  66: 43, // squash
  68: 44, // stairs
  69: 44,
  70: 50, // strength training
  71: 62, // stretching
  72: 45, // surfing
  73: 46, // swimming
  74: 46,
  75: 47, // table tennis
  76: 48, // tennis
  78: 51, // volleyball
  79: 52, // walking
  80: 54, // water polo
  81: 50, // weightlifting
  83: 57, // yoga
};
const biking: ReadonlySet<number> = new Set([8, 9]);

function isRide(piece: Piece, sessions: readonly HealthConnectRecord[]): boolean {
  return (sessions as readonly Fields[]).some(
    ({ exerciseType, startTime, endTime }) =>
      biking.has(exerciseType) && at(startTime) < piece.end && piece.start < at(endTime),
  );
}

/** RecordingMethod.RECORDING_METHOD_MANUAL_ENTRY */
const typedIn = 3;
/** DeviceType: 1, a watch, is not in the bridge's enum. */
const devices: Record<number, string> = { 1: 'Watch', 2: 'Phone' };

function sampleOf(record: HealthConnectRecord, piece: Piece, phoneZone: string): HealthSample {
  const { start, end, ...measured } = piece;
  const { id = '', dataOrigin, device, recordingMethod } = record.metadata ?? {};
  const value = measured.value ?? measured.categoryValue!;
  const timeZone = ownZone(record as HealthConnectRecord & Fields, start, phoneZone);
  const metadata = {
    ...(timeZone === undefined ? {} : { HKTimeZone: timeZone }),
    ...(recordingMethod === typedIn ? { HKWasUserEntered: true } : {}),
  };
  return {
    uuid: `${id}/${start}/${end}/${Math.round(value * 1e6)}`,
    startDate: isoInstant(start),
    endDate: isoInstant(end),
    ...measured,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...revisionOf(dataOrigin, words(devices[device?.type ?? 0], device?.manufacturer, device?.model)),
  } as HealthSample;
}

/** The record's offset as a zone, where the phone had another one then; a zone's name says more than an offset. */
function ownZone(
  { startZoneOffset, zoneOffset }: Fields,
  start: number,
  phoneZone: string,
): string | undefined {
  const offset = startZoneOffset ?? zoneOffset;
  if (!offset || offset.totalSeconds * 1000 === offsetAt(phoneZone, start)) return undefined;
  return offset.id === 'Z' ? 'UTC' : `GMT${offset.id}`;
}
