/**
 * Writes an Apple Health export of a made-up person, of any size, piece by piece: the same options give the same bytes of XML.
 *
 * As Apple's: sorted by type first, with the internal document type, metadata, devices, workouts, correlations whose records
 * come again at the top, and heart-rate variability with the beats it was made from. Nobody's measurements are in here.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { offsetAt } from '../../functions/src/domain/local-time.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/src/domain/time.ts';

export interface ExportOptions {
  /** Whole local days up to the last one. */
  days: number;
  /** yyyy-mm-dd */
  lastDay: string;
  /** Heart rates are repeated (another second each) until the XML has about this size. */
  megabytes?: number | undefined;
  timeZone?: string;
}

const watch =
  '&lt;&lt;HKDevice: 0x283a2b1c0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;';
const phone =
  '&lt;&lt;HKDevice: 0x283a2b1d0&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone14,5, software:16.1&gt;';
const watchName = 'Kim’s Apple Watch';
const phoneName = 'Kim’s iPhone';

export const documentType = `<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
>
]>`;

/** The text of export.xml, in pieces. */
export function* exportXml({
  days,
  lastDay,
  megabytes = 0,
  timeZone = 'Europe/Berlin',
}: ExportOptions): Generator<string> {
  const midnight = (day: number): number => {
    const wall = Date.parse(`${lastDay}T00:00:00Z`) - (days - 1 - day) * dayMs;
    return wall - offsetAt(timeZone, wall - offsetAt(timeZone, wall));
  };
  const midnights = Array.from({ length: days }, (_, day) => midnight(day));

  yield `<?xml version="1.0" encoding="UTF-8"?>\n${documentType}\n<HealthData locale="en_DE">\n`;
  yield ` <ExportDate value="${dateOf(midnight(days), timeZone)}"/>\n`;
  yield ` <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-01-01" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>\n`;
  yield* heartRates(midnights, timeZone, megabytes * 1e6);
  yield* midnights.map((from, day) => stepsOf(from, day, timeZone));
  yield* midnights.map((from, day) => nightOf(from, day, timeZone));
  yield* bloodPressure(midnight(0), timeZone);
  for (let day = 0; day < days; day += 7) yield workoutOf(midnight(day) + 1050 * minuteMs, timeZone);
  yield ` <ActivitySummary dateComponents="${lastDay}" activeEnergyBurned="400"/>\n</HealthData>\n`;
}

/** As Apple writes it, with the offset of the place. */
function dateOf(at: number, timeZone: string): string {
  const offset = offsetAt(timeZone, at);
  const minutes = Math.abs(offset) / minuteMs;
  const [hh, mm] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  const [day, time] = new Date(at + offset).toISOString().split('T') as [string, string];
  return `${day} ${time.slice(0, 8)} ${offset < 0 ? '-' : '+'}${hh}${mm}`;
}

interface Entry {
  type: string;
  start: number;
  /** The start, where it is not told. */
  end?: number;
  value: string | number;
  unit?: string;
  device?: string;
  name?: string;
  /** Lines inside the element. */
  inside?: string;
}

function record(
  { type, start, end = start, value, unit, device = watch, name = watchName, inside }: Entry,
  timeZone: string,
): string {
  const ended = dateOf(end, timeZone);
  const open = ` <Record type="${type}" sourceName="${name}" sourceVersion="9.1"${device && ` device="${device}"`}${unit ? ` unit="${unit}"` : ''} creationDate="${ended}" startDate="${dateOf(start, timeZone)}" endDate="${ended}" value="${value}"`;
  return inside ? `${open}>\n${inside}\n </Record>\n` : `${open}/>\n`;
}

const quantity = (name: string) => `HKQuantityTypeIdentifier${name}`;
const entry = (key: string, value: string) => `  <MetadataEntry key="${key}" value="${value}"/>`;

/** By day; then the same again, a second later each time, until `most` bytes are reached. */
function* heartRates(midnights: readonly number[], timeZone: string, most: number): Generator<string> {
  let written = 0;
  for (let round = 0; round === 0 || (written < most && round < 60); round++) {
    for (const [day, from] of midnights.entries()) {
      if (round > 0 && written >= most) break;
      let piece = '';
      for (let minute = 0; minute < 1380; minute += round === 0 ? 5 : 1) {
        const awake = minute > 420;
        const start = from + minute * minuteMs + round * secondMs;
        const value = (awake ? 75 : 55) + ((minute * 7 + day + round) % 20);
        const inside = entry('HKMetadataKeyHeartRateMotionContext', awake ? '2' : '1');
        piece += record({ type: quantity('HeartRate'), start, value, unit: 'count/min', inside }, timeZone);
      }
      written += Buffer.byteLength(piece);
      yield piece;
    }
  }
}

/** Steps of a day, by watch and phone, and the weight that was typed in. */
function stepsOf(from: number, day: number, timeZone: string): string {
  let piece = '';
  for (let minute = 430; minute < 1340; minute += 10) {
    const start = from + minute * minuteMs;
    const value = minute % 60 === 30 ? 900 : 40 + ((minute + day) % 50);
    const steps = { type: quantity('StepCount'), start, end: start + 10 * minuteMs, unit: 'count' };
    piece += record({ ...steps, value }, timeZone);
    piece += record({ ...steps, value: value - 9, device: phone, name: phoneName }, timeZone);
  }
  const weight = { type: quantity('BodyMass'), start: from, value: 70, unit: 'kg' };
  return piece + record({ ...weight, device: '', name: 'Health' }, timeZone);
}

/** The stages of a night, and what the morning knows of the heart. */
function nightOf(from: number, day: number, timeZone: string): string {
  const stages = ['AsleepCore', 'AsleepDeep', 'AsleepCore', 'AsleepREM', 'Awake', 'AsleepCore'];
  const asleep = stages.map((stage, i): Entry => {
    const start = from + (10 + i * 60) * minuteMs;
    const value = `HKCategoryValueSleepAnalysis${stage}`;
    const inside = entry('HKTimeZone', timeZone);
    return { type: 'HKCategoryTypeIdentifierSleepAnalysis', start, end: start + hourMs, value, inside };
  });
  const morning = from + 400 * minuteMs;
  const variability: Entry = {
    type: quantity('HeartRateVariabilitySDNN'),
    start: morning,
    end: morning + minuteMs,
    value: 40 + (day % 20),
    unit: 'ms',
    inside:
      '  <HeartRateVariabilityMetadataList>\n   <InstantaneousBeatsPerMinute bpm="60" time="6:40:01.10 AM"/>\n  </HeartRateVariabilityMetadataList>',
  };
  const resting: Entry = {
    type: quantity('RestingHeartRate'),
    start: from,
    end: from + 1380 * minuteMs,
    value: 52 + (day % 5),
    unit: 'count/min',
    // Apple names no device here.
    device: '',
  };
  return [...asleep, variability, resting].map((one) => record(one, timeZone)).join('');
}

/** A record at the top, and again within its correlation. */
function* bloodPressure(start: number, timeZone: string): Generator<string> {
  const pressure = { type: quantity('BloodPressureSystolic'), start, value: 120, unit: 'mmHg' };
  const correlated = record({ ...pressure, device: '', name: 'Health' }, timeZone);
  yield correlated;
  yield ` <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Health">\n${correlated} </Correlation>\n`;
}

function workoutOf(start: number, timeZone: string): string {
  const [startDate, endDate] = [start, start + 30 * minuteMs].map((at) => dateOf(at, timeZone));
  return ` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" sourceName="${watchName}" sourceVersion="9.1" device="${watch}" creationDate="${startDate}" startDate="${startDate}" endDate="${endDate}">\n${entry('HKTimeZone', timeZone)}\n </Workout>\n`;
}

/** Writes the export: zipped as the phone shares it, or the XML alone. */
export async function writeExport(file: string, options: ExportOptions): Promise<void> {
  const xml = Readable.from(bytesOf(exportXml(options)));
  if (!file.endsWith('.zip')) {
    await pipeline(xml, createWriteStream(file));
    return;
  }
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('<ClinicalDocument/>'), 'apple_health_export/export_cda.xml');
  zip.addReadStream(xml, 'apple_health_export/export.xml');
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

function* bytesOf(texts: Iterable<string>): Generator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}
