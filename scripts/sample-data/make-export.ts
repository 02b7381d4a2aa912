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

export interface ExportOptions {
  /** Whole local days up to the last one. */
  days: number;
  /** yyyy-mm-dd */
  lastDay: string;
  /** Heart rates are repeated (another second each) until the XML has about this size. */
  megabytes?: number | undefined;
  timeZone?: string;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
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
  megabytes,
  timeZone = 'Europe/Berlin',
}: ExportOptions): Generator<string> {
  const midnight = (day: number): number => {
    const wall = Date.parse(`${lastDay}T00:00:00Z`) - (days - 1 - day) * dayMs;
    return wall - offsetAt(timeZone, wall - offsetAt(timeZone, wall));
  };
  const date = (at: number): string => {
    const offset = offsetAt(timeZone, at);
    const minutes = Math.abs(offset) / minuteMs;
    const [hh, mm] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
    const [day, time] = new Date(at + offset).toISOString().split('T') as [string, string];
    return `${day} ${time.slice(0, 8)} ${offset < 0 ? '-' : '+'}${hh}${mm}`;
  };
  const record = (
    type: string,
    start: number,
    end: number,
    value: string,
    {
      unit,
      device = watch,
      name = watchName,
      inside,
    }: { unit?: string; device?: string; name?: string; inside?: string } = {},
  ): string => {
    const open = ` <Record type="${type}" sourceName="${name}" sourceVersion="9.1"${device && ` device="${device}"`}${unit ? ` unit="${unit}"` : ''} creationDate="${date(end)}" startDate="${date(start)}" endDate="${date(end)}" value="${value}"`;
    return inside ? `${open}>\n${inside}\n </Record>\n` : `${open}/>\n`;
  };
  const quantity = (name: string) => `HKQuantityTypeIdentifier${name}`;
  const entry = (key: string, value: string) => `  <MetadataEntry key="${key}" value="${value}"/>`;

  yield `<?xml version="1.0" encoding="UTF-8"?>\n${documentType}\n<HealthData locale="en_DE">\n`;
  yield ` <ExportDate value="${date(midnight(days))}"/>\n`;
  yield ` <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-01-01" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>\n`;

  // By day; then the same again, a second later each time, until the size is reached.
  let written = 0;
  const most = (megabytes ?? 0) * 1e6;
  for (let round = 0; round === 0 || (written < most && round < 60); round++) {
    for (let day = 0; day < days && (round === 0 || written < most); day++) {
      const from = midnight(day);
      let piece = '';
      for (let minute = 0; minute < 1380; minute += round === 0 ? 5 : 1) {
        const at = from + minute * minuteMs + round * 1000;
        const awake = minute > 420;
        const rate = (awake ? 75 : 55) + ((minute * 7 + day + round) % 20);
        piece += record(quantity('HeartRate'), at, at, String(rate), {
          unit: 'count/min',
          inside: entry('HKMetadataKeyHeartRateMotionContext', awake ? '2' : '1'),
        });
      }
      written += Buffer.byteLength(piece);
      yield piece;
    }
  }
  for (let day = 0; day < days; day++) {
    const from = midnight(day);
    let piece = '';
    for (let minute = 430; minute < 1340; minute += 10) {
      const at = from + minute * minuteMs;
      const steps = minute % 60 === 30 ? 900 : 40 + ((minute + day) % 50);
      piece += record(quantity('StepCount'), at, at + 10 * minuteMs, String(steps), { unit: 'count' });
      piece += record(quantity('StepCount'), at, at + 10 * minuteMs, String(steps - 9), {
        unit: 'count',
        device: phone,
        name: phoneName,
      });
    }
    piece += record(quantity('BodyMass'), from, from, '70', { unit: 'kg', device: '', name: 'Health' });
    yield piece;
  }
  for (let day = 0; day < days; day++) {
    const from = midnight(day);
    const zone = entry('HKTimeZone', timeZone);
    const stages = ['AsleepCore', 'AsleepDeep', 'AsleepCore', 'AsleepREM', 'Awake', 'AsleepCore'];
    let piece = '';
    stages.forEach((stage, i) => {
      const at = from + (10 + i * 60) * minuteMs;
      piece += record(
        'HKCategoryTypeIdentifierSleepAnalysis',
        at,
        at + 60 * minuteMs,
        `HKCategoryValueSleepAnalysis${stage}`,
        { inside: zone },
      );
    });
    const morning = from + 400 * minuteMs;
    piece += record(
      quantity('HeartRateVariabilitySDNN'),
      morning,
      morning + minuteMs,
      String(40 + (day % 20)),
      {
        unit: 'ms',
        inside:
          '  <HeartRateVariabilityMetadataList>\n   <InstantaneousBeatsPerMinute bpm="60" time="6:40:01.10 AM"/>\n  </HeartRateVariabilityMetadataList>',
      },
    );
    // Apple names no device here.
    piece += record(quantity('RestingHeartRate'), from, from + 1380 * minuteMs, String(52 + (day % 5)), {
      unit: 'count/min',
      device: '',
    });
    yield piece;
  }
  const correlated = record(quantity('BloodPressureSystolic'), midnight(0), midnight(0), '120', {
    unit: 'mmHg',
    device: '',
    name: 'Health',
  });
  yield correlated;
  yield ` <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Health">\n${correlated} </Correlation>\n`;
  for (let day = 0; day < days; day += 7) {
    const at = midnight(day) + 1050 * minuteMs;
    yield ` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" sourceName="${watchName}" sourceVersion="9.1" device="${watch}" creationDate="${date(at)}" startDate="${date(at)}" endDate="${date(at + 30 * minuteMs)}">\n${entry('HKTimeZone', timeZone)}\n </Workout>\n`;
  }
  yield ` <ActivitySummary dateComponents="${lastDay}" activeEnergyBurned="400"/>\n</HealthData>\n`;
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
