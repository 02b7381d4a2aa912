import fs from 'node:fs';
import path from 'node:path';
import { buildRecordings, type Built } from '../../../scripts/import/build-recordings.ts';
import { collector, type Collector } from '../../../scripts/import/collect.ts';
import { sampleOfRecord, sampleOfWorkout } from '../../../scripts/import/exported-sample.ts';
import { readExport } from '../../../scripts/import/read-export.ts';
import { openSpool, type Spool } from '../../../scripts/import/spool.ts';
import { documentType } from '../../../scripts/sample-data/make-export.ts';

/** When the exports of the tests are read. */
export const now = Date.parse('2025-07-01T00:00:00Z');

const device =
  '&lt;&lt;HKDevice: 0x2&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;';

/** `<Record>` of a watch's heart rate; `rest` overrides, undefined leaves an attribute out. */
export function recordXml(rest: Record<string, string | undefined> = {}, inside = ''): string {
  const attributes: Record<string, string | undefined> = {
    type: 'HKQuantityTypeIdentifierHeartRate',
    sourceName: 'Kim’s Apple Watch',
    sourceVersion: '9.1',
    device,
    unit: 'count/min',
    startDate: '2025-06-10 22:10:00 +0200',
    endDate: '2025-06-10 22:10:00 +0200',
    value: '61',
    ...rest,
  };
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value}"`],
  );
  return `<Record ${written.join(' ')}>${inside}</Record>`;
}

/** A whole export.xml around elements. */
export function exportOf(...elements: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${documentType}\n<HealthData locale="en_DE">\n${elements.join('\n')}\n</HealthData>\n`;
}

/** The text as bytes, in pieces of `size`. */
export async function* pieces(text: string | Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export interface Imported extends Built {
  collected: Collector;
  spool: Spool;
}

/** Reads an export and builds its recordings in `folder`, which is emptied first. */
export async function importXml(
  folder: string,
  xml: AsyncIterable<Uint8Array>,
  timeZone = 'Europe/Berlin',
): Promise<Imported> {
  fs.rmSync(folder, { recursive: true, force: true });
  const days = path.join(folder, 'days');
  fs.mkdirSync(days, { recursive: true });
  const spool = openSpool(days);
  const collected = collector(spool, now);
  await readExport(xml, {
    record: (attributes, metadata) => {
      collected.add(sampleOfRecord(attributes, metadata));
    },
    workout: (attributes, metadata) => {
      collected.add(sampleOfWorkout(attributes, metadata));
    },
    other: (name) => {
      collected.leaveOut(`not read: ${name}`);
    },
  });
  const built = await buildRecordings(spool, collected, {
    folder: path.join(folder, 'recordings'),
    timeZone,
    now,
  });
  return { ...built, collected, spool };
}
