import assert from 'node:assert/strict';
import fs from 'node:fs';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { hardwareOf, isoDate, sampleOfRecord, sampleOfWorkout } from './exported-sample.ts';
import { openExport } from './open-export.ts';
import { readExport } from './read-export.ts';
import { documentType, writeExport } from '../sample-data/make-export.ts';
import { exportOf, pieces, recordXml } from '../../functions/test/support/exported.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

interface Seen {
  records: { attributes: object; metadata: object }[];
  workouts: { attributes: object; metadata: object }[];
  others: string[];
}

async function seenIn(xml: string | Uint8Array, size?: number): Promise<Seen> {
  const seen: Seen = { records: [], workouts: [], others: [] };
  await readExport(pieces(xml, size), {
    record: (attributes, metadata) => seen.records.push({ attributes, metadata }),
    workout: (attributes, metadata) => seen.workouts.push({ attributes, metadata }),
    other: (name) => seen.others.push(name),
  });
  return seen;
}

const refused = (xml: string | Uint8Array, sentence: RegExp) => assert.rejects(seenIn(xml), sentence);
/** Metadata of one element as the reader gives it. */
const of = (object: object) => ({ ...object });

describe('reading an Apple Health export', () => {
  it('gives records and workouts with their metadata, however the bytes are cut', async () => {
    const xml = exportOf(
      '<ExportDate value="2025-06-15 10:00:00 +0200"/>',
      recordXml({}, '<MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>'),
      '<Workout workoutActivityType="HKWorkoutActivityTypeRunning"><MetadataEntry key="a" value="ü&lt;b&#10;"/></Workout>',
    );
    for (const size of [1, 7, 100_000]) {
      const { records, workouts, others } = await seenIn(xml, size);
      assert.equal(records.length, 1);
      assert.equal((records[0]!.attributes as { sourceName: string }).sourceName, 'Kim’s Apple Watch');
      assert.deepEqual(of(records[0]!.metadata), { HKTimeZone: 'Europe/Berlin' });
      assert.deepEqual(of(workouts[0]!.metadata), { a: 'ü<b\n' });
      assert.deepEqual(others, ['ExportDate']);
    }
  });

  it('takes nothing from inside a correlation, and no beats for metadata', async () => {
    const beats =
      '<HeartRateVariabilityMetadataList><InstantaneousBeatsPerMinute bpm="60"/><MetadataEntry key="x" value="y"/></HeartRateVariabilityMetadataList>';
    const { records, others } = await seenIn(
      exportOf(`<Correlation type="x">${recordXml()}</Correlation>`, recordXml({}, beats)),
    );
    assert.equal(records.length, 1);
    assert.deepEqual(of(records[0]!.metadata), {});
    assert.deepEqual(others, ['Correlation']);
  });

  it('refuses a document type that declares entities, before any of them is used', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE HealthData [ <!ENTITY a "aaaa"> <!ENTITY b "&a;&a;"> ]><HealthData>&b;</HealthData>`;
    await refused(bomb, /declares XML entities/);
    await refused(bomb.replace('ENTITY a', 'entity % a'), /declares XML entities/);
    await refused(exportOf('&undeclared;'), /not well-formed XML/);
  });

  it('skips a document type that is not well-formed, as some versions of iOS write it', async () => {
    const broken = documentType.replace(
      '<!ELEMENT Record',
      '<!ATTLIST Vision\n  type CDATA #REQUIRED\n>\n  dateIssued CDATA #REQUIRED\n>\n<!ELEMENT Record',
    );
    assert.notEqual(broken, documentType);
    const { others } = await seenIn(`${broken}<HealthData><Me/></HealthData>`);
    assert.deepEqual(others, ['Me']);
  });

  it('follows nothing that a document type names', async () => {
    const { others } = await seenIn(
      '<!DOCTYPE HealthData SYSTEM "file:///etc/passwd"><HealthData><Me/></HealthData>',
    );
    assert.deepEqual(others, ['Me']);
  });

  it('refuses what is no export, cut off, or no text, in one sentence', async () => {
    await refused('<ClinicalDocument/>', /holds <ClinicalDocument>, not <HealthData>/);
    await refused('{"samples": []}', /does not begin like XML/);
    await refused(exportOf(recordXml()).slice(0, -20), /cut off/);
    await refused(exportOf('<Record type="a" type="b"/>'), /not well-formed XML/);
    await refused(exportOf('<Record></Workout>'), /not well-formed XML/);
    await refused(Buffer.concat([Buffer.from('<HealthData a="'), Buffer.from([0xff, 0xfe])]), /not UTF-8/);
  });

  it('refuses elements that would fill the memory: endless attributes, text, comments, types, and depth', async () => {
    const endless = 'a'.repeat(600_000);
    await refused(exportOf(recordXml({ sourceName: endless })), /more than 256 KiB/);
    await refused(exportOf(endless), /more than 256 KiB/);
    await refused(exportOf(`<!--${endless}-->`), /more than 256 KiB/);
    await refused(`${documentType.slice(0, -2)}<!-- ${endless}`, /more than 256 KiB/);
    await refused(exportOf('<a>'.repeat(50)), /nested more than 16 deep/);
  });
});

describe('a record of an export', () => {
  const base = {
    type: 'HKQuantityTypeIdentifierStepCount',
    unit: 'count',
    value: '12',
    startDate: '2024-03-01 22:10:00 +0100',
    endDate: '2024-03-01 22:20:00 +0100',
    sourceName: 'Kim’s iPhone',
    sourceVersion: '16.1',
  };

  it('becomes a sample of the contract, with the two metadata that are looked at', () => {
    const metadata = { HKTimeZone: 'Europe/Berlin', HKWasUserEntered: '1', HKExternalUUID: 'not sent' };
    const found = sampleOfRecord(base, metadata);
    assert.ok('sample' in found);
    assert.deepEqual(found.sample, {
      sampleType: 'stepCount',
      startDate: '2024-03-01T22:10:00+01:00',
      endDate: '2024-03-01T22:20:00+01:00',
      value: 12,
      unit: 'count',
      metadata: { HKTimeZone: 'Europe/Berlin', HKWasUserEntered: true },
    });
    assert.equal(found.start, Date.parse('2024-03-01T21:10:00Z'));
    assert.deepEqual(found.source, { name: 'Kim’s iPhone', version: '16.1', hardware: '' });
  });

  it('has the stages of sleep by number, those of old exports too', () => {
    const sleep = (value: string) => {
      const found = sampleOfRecord({ ...base, type: 'HKCategoryTypeIdentifierSleepAnalysis', value }, {});
      return 'sample' in found ? found.sample.categoryValue : found.leftOut;
    };
    const stages = ['InBed', 'Asleep', 'AsleepUnspecified', 'Awake', 'AsleepCore', 'AsleepDeep', 'AsleepREM'];
    assert.deepEqual(
      stages.map((stage) => sleep(`HKCategoryValueSleepAnalysis${stage}`)),
      [0, 1, 1, 2, 3, 4, 5],
    );
    assert.equal(sleep('HKCategoryValueSleepAnalysisDozing'), 'sleepAnalysis: a value that is not known');
  });

  it('is left out with a reason when it is not used or cannot be', () => {
    const reason = (rest: object) =>
      (sampleOfRecord({ ...base, ...rest }, {}) as { leftOut: string }).leftOut;
    assert.equal(reason({ type: 'HKQuantityTypeIdentifierDietaryWater' }), 'not used: DietaryWater');
    assert.equal(reason({ value: 'many' }), 'stepCount: a value that is no number');
    assert.equal(reason({ value: undefined }), 'stepCount: a value that is no number');
    assert.equal(reason({ startDate: 'yesterday' }), 'stepCount: a date that is none');
    assert.equal(reason({ startDate: '2024-02-30 22:10:00 +0100' }), 'stepCount: a date that is none');
    assert.equal(reason({ unit: 'x'.repeat(1000) }), 'stepCount: a unit that is not known');
  });

  it('has a date in ISO 8601 and the model of its device, which has a comma of its own', () => {
    assert.equal(isoDate('2024-03-01 22:10:00 -0330'), '2024-03-01T22:10:00-03:30');
    assert.equal(isoDate('2024-03-01'), undefined);
    const watch =
      '<<HKDevice: 0x2>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1>';
    assert.equal(hardwareOf(watch), 'Watch6,2');
    assert.equal(hardwareOf('<<HKDevice: 0x2>, name:iPhone, hardware:iPhone14,5>'), 'iPhone14,5');
    assert.equal(hardwareOf('<<HKDevice: 0x2>, name:Strap>'), '');
    assert.equal(hardwareOf(undefined), '');
  });

  it('of a workout has the number of its activity', () => {
    const workout = { ...base, workoutActivityType: 'HKWorkoutActivityTypeRunning' };
    const found = sampleOfWorkout(workout, {});
    assert.equal('sample' in found && found.sample.categoryValue, 37);
    const unknown = sampleOfWorkout({ ...workout, workoutActivityType: 'HKWorkoutActivityTypeFlying' }, {});
    assert.deepEqual(unknown, { leftOut: 'workout: an activity that is not known' });
  });
});

describe('opening an export', () => {
  const folder = temporaryFolder();

  async function zipped(files: Record<string, string>): Promise<string> {
    const zip = new ZipFile();
    for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
    zip.end();
    const file = folder.path('export.zip');
    await finished(zip.outputStream.pipe(fs.createWriteStream(file)));
    return file;
  }
  async function textOf(file: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of (await openExport(file)).bytes) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }

  it('finds the XML in the zip, in any language of the phone, and reads the bare XML as well', async () => {
    const cda = 'apple_health_export/export_cda.xml';
    assert.equal(await textOf(await zipped({ [cda]: 'b', 'apple_health_export/export.xml': 'a' })), 'a');
    assert.equal(await textOf(await zipped({ [cda]: 'b', 'apple_health_export/exportar.xml': 'c' })), 'c');
    const bare = folder.write('export.xml', 'd');
    assert.equal(await textOf(bare), 'd');
  });

  it('says what is wrong with a file that is none', async () => {
    const wrong = async (file: string, sentence: RegExp) => assert.rejects(openExport(file), sentence);
    await wrong(folder.path('missing.zip'), /no such file/);
    await wrong(folder.path(), /a folder/);
    await wrong(folder.write('empty.zip', ''), /empty/);
    await wrong(
      await zipped({ 'a.txt': 'a', 'workout-routes/deep/route.xml': 'b' }),
      /no export\.xml in the zip/,
    );
    await wrong(await zipped({ 'one.xml': 'a', 'two.xml': 'b' }), /several \.xml files/);
    await wrong(folder.write('short.zip', 'PK\u0003\u0004 and then nothing'), /zip cannot be read/);
  });

  it('refuses a zip that grows more than any export does, before it is unpacked', async () => {
    await assert.rejects(
      openExport(await zipped({ 'export.xml': ' '.repeat(10_000_000) })),
      /grows more than 200 times/,
    );
  });

  it('stops at a file whose size is a lie', async () => {
    await writeExport(folder.path('true.zip'), { days: 1, lastDay: '2025-06-15' });
    const bytes = fs.readFileSync(folder.path('true.zip'));
    // The last entry of the central directory; its size lies 24 bytes on (APPNOTE 4.3.12).
    const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt32LE(bytes.readUInt32LE(entry + 24) - 1000, entry + 24);
    fs.writeFileSync(folder.path('lie.zip'), bytes);
    await assert.rejects(textOf(folder.path('lie.zip')), /The zip is damaged: too many bytes/);
    assert.ok((await textOf(folder.path('true.zip'))).endsWith('</HealthData>\n'));
  });
});
