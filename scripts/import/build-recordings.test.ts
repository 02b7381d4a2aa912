import assert from 'node:assert/strict';
import fs from 'node:fs';
import { commonestZone } from './collect.ts';
import { readFitabase } from './fitabase.ts';
import type { ExportedSample, LeftOut } from './exported-sample.ts';
import { mostLinesADay, openSpool } from './spool.ts';
import { summaryLines } from './summary.ts';
import { exportXml } from '../sample-data/make-export.ts';
import { localDay } from '../../functions/src/domain/local-time.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { readRecording } from '../../functions/src/ingest/read-recording.ts';
import {
  exportOf,
  importXml,
  now,
  pieces,
  recordXml,
  type Imported,
} from '../../functions/test/support/exported.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

const week = { days: 40, lastDay: '2025-06-15' };

/** What the product reads in the recordings. */
async function readBack({ recordings }: Imported): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { file, samples: count } of recordings) {
    const read = await readRecording(() => pieces(fs.readFileSync(file), 65_536), {
      contentType: 'application/x-ndjson',
      receivedAt: now,
      maxBytes: 64 * 1024 * 1024,
      onEnvelope: () => Promise.resolve(undefined),
      onSamples: (batch) => {
        for (const sample of batch) samples.push(sample);
      },
    });
    assert.deepEqual([read.processedSamples, read.skippedSamples, read.issues], [count, 0, []]);
  }
  return samples;
}

const ids = ({ recordings }: Imported) => recordings.map(({ uploadId }) => uploadId);

describe('the recordings of an export', () => {
  const folder = temporaryFolder();
  const build = (xml: string, name = 'one') => importXml(folder.path(name), pieces(xml, 65_536));

  it('hold every sample of it, once, and the product takes all of them', async () => {
    const imported = await build([...exportXml(week)].join(''));
    const samples = await readBack(imported);
    const counts = Object.fromEntries([...imported.kinds].map(([kind, { count }]) => [kind, count]));
    assert.deepEqual(counts, {
      heartRate: 40 * 276,
      stepCount: 40 * 182,
      sleepAnalysis: 40 * 6,
      restingHeartRate: 40,
      heartRateVariabilitySDNN: 40,
      bodyMass: 40,
      bloodPressureSystolic: 1,
      workout: 6,
    });
    assert.equal(
      samples.length,
      Object.values(counts).reduce((sum, count) => sum + count, 0),
    );
    assert.equal(new Set(samples.map(({ id }) => id)).size, samples.length);
  });

  it('are one for each calendar month, in local days and in order', async () => {
    const imported = await build([...exportXml(week)].join(''));
    assert.deepEqual(
      imported.recordings.map(({ firstDay, lastDay }) => [firstDay, lastDay]),
      [
        ['2025-05-07', '2025-05-31'],
        ['2025-06-01', '2025-06-15'],
      ],
    );
    const samples = await readBack(imported);
    const days = new Set(samples.map(({ timeZone, start }) => localDay(timeZone, start)));
    assert.equal(days.size, 40);
    assert.ok(samples.every((sample, i) => i === 0 || samples[i - 1]!.start <= sample.start));
  });

  it('are the same uploads whatever the order of the records, and whatever else the export holds', async () => {
    const records = Array.from({ length: 300 }, (_, i) =>
      recordXml({
        value: String(60 + (i % 30)),
        startDate: `2025-06-10 10:${String(i % 60).padStart(2, '0')}:00 +0200`,
        endDate: `2025-06-10 11:00:0${i % 10} +0200`,
      }),
    );
    const first = await build(exportOf(...records));
    const again = await build(
      exportOf('<ExportDate value="later"/>', ...records.toReversed(), records[7]!),
      'two',
    );
    assert.deepEqual(ids(again), ids(first));
    assert.equal(again.repeated, first.repeated + 1);
    assert.match(ids(first)[0]!, /^import-2025-06-10-[\w-]{24}$/);
    const other = await build(exportOf(...records, recordXml({ value: '99' })), 'three');
    assert.notDeepEqual(ids(other), ids(first));
  });

  it('stay the same for the months that a later export has not changed', async () => {
    const june = recordXml();
    const may = recordXml({ startDate: '2025-05-10 10:00:00 +0200', endDate: '2025-05-10 10:00:00 +0200' });
    const first = ids(await build(exportOf(may, june)));
    const later = ids(await build(exportOf(may, june, recordXml({ value: '70' })), 'two'));
    assert.equal(later[0], first[0]);
    assert.notEqual(later[1], first[1]);
  });

  it('put a sample into the local day of its own zone', async () => {
    const midnight = { startDate: '2025-06-10 22:30:00 +0000', endDate: '2025-06-10 22:30:00 +0000' };
    const lima = '<MetadataEntry key="HKTimeZone" value="America/Lima"/>';
    const { recordings } = await build(exportOf(recordXml(midnight)));
    assert.equal(recordings[0]!.firstDay, '2025-06-11');
    const { recordings: west } = await build(exportOf(recordXml(midnight, lima)), 'two');
    assert.equal(west[0]!.firstDay, '2025-06-10');
  });

  it('tell watch and phone apart, find the family of a source without device, and carry no name', async () => {
    const xml = exportOf(
      recordXml(),
      recordXml({ type: 'HKQuantityTypeIdentifierRestingHeartRate', device: undefined }),
      recordXml({ sourceName: 'Kim’s phone', device: '&lt;&lt;HKDevice: 0x1&gt;, hardware:iPhone14,5&gt;' }),
      recordXml({ sourceName: 'A scale', device: undefined }),
    );
    const imported = await build(xml);
    const samples = await readBack(imported);
    const kinds = samples.map(({ source }) => [source.kind, source.key.split('|')[1]]).sort();
    assert.deepEqual(kinds, [
      ['other', ''],
      ['phone', 'iPhone14,5'],
      ['watch', 'Watch'],
      ['watch', 'Watch6,2'],
    ]);
    assert.equal(new Set(samples.map(({ source }) => source.key.split('|')[0])).size, 3);
    const { gunzipSync } = await import('node:zlib');
    assert.doesNotMatch(gunzipSync(fs.readFileSync(imported.recordings[0]!.file)).toString(), /Kim|scale/);
  });

  it('leave out what the product would refuse, and the summary says why', async () => {
    const imported = await build(
      exportOf(
        recordXml(),
        recordXml({ value: '900' }),
        recordXml({ unit: 'parsec' }),
        recordXml({ startDate: '1999-01-01 10:00:00 +0100' }),
        recordXml({ endDate: '2025-06-09 10:00:00 +0200' }),
        recordXml({ type: 'HKQuantityTypeIdentifierDietaryWater' }),
        '<ClinicalRecord/>',
        recordXml(),
      ),
    );
    assert.equal((await readBack(imported)).length, 1);
    const lines = summaryLines(imported.collected, imported, { name: 'Europe/Berlin', from: 'test' });
    assert.match(lines[0]!, /^1 sample from 2025-06-10 to 2025-06-10, in 1 recording, /);
    const leftOut = lines.slice(lines.indexOf('left out') + 1).map((line) => line.trim().replace(/ +/g, ' '));
    assert.deepEqual(leftOut.sort(), [
      '1 heartRate: before 2000 or in the future',
      '1 heartRate: endDate should be not before startDate',
      '1 heartRate: unit should be one of count/min, bpm, count/s, Hz, count/hr',
      '1 heartRate: value should be a heartRate between 20 and 350',
      '1 not read: ClinicalRecord',
      '1 not used: DietaryWater',
      '1 the same sample again',
    ]);
  });

  it('do not let a name of the export move the cursor', async () => {
    const imported = await build(exportOf(recordXml({ sourceName: 'a&#10;b&#9;c' })));
    const lines = summaryLines(imported.collected, imported, { name: 'UTC', from: 'test' });
    assert.ok(lines.some((line) => line.endsWith('a?b?c (Watch6,2)')));
  });

  it('leave out a day that holds more than the product keeps, in two days of UTC, and keep the one beside it', async () => {
    const second = (i: number) => {
      // From 10:40 to midnight in Lima; UTC's midnight is at 19:00.
      const at = `2025-06-10 ${new Date((38_400 + i) * 1000).toISOString().slice(11, 19)} -0500`;
      return recordXml({
        startDate: at,
        endDate: at,
        value: String(60 + Math.sin(i) * 10 + i / 1e5),
      });
    };
    const dayBefore = '2025-06-09 10:00:00 -0500';
    const xml = exportOf(
      recordXml({ startDate: dayBefore, endDate: dayBefore }),
      ...Array.from({ length: 48_000 }, (_, i) => second(i)),
    );
    const imported = await importXml(folder.path('one'), pieces(xml, 65_536), 'America/Lima');
    assert.deepEqual(imported.tooFull, [{ day: '2025-06-10', samples: 48_000 }]);
    assert.deepEqual(
      imported.recordings.map(({ firstDay, samples }) => [firstDay, samples]),
      [['2025-06-09', 1]],
    );
  }).timeout(30_000);
});

describe('the spool of an import', () => {
  const folder = temporaryFolder();

  it('gives back the lines of each day, whatever the order in which they came', () => {
    const spool = openSpool(folder.path());
    for (const line of ['a', 'b', 'c']) for (const day of [20_001, 19_999]) spool.add(day, `${line}${day}`);
    assert.deepEqual(spool.days(), [19_999, 20_001]);
    assert.deepEqual(spool.read(20_001), ['a20001', 'b20001', 'c20001']);
  });

  it('gives up a day with more lines than any has, so that no day fills memory or disk', () => {
    const spool = openSpool(folder.path());
    for (let i = 0; i < 2 * mostLinesADay; i++) spool.add(20_000, 'x');
    spool.add(20_001, 'y');
    assert.deepEqual([spool.days(), spool.overfull()], [[20_001], [20_000]]);
    assert.equal(fs.statSync(folder.path('20000.ndjson')).size, 2 * mostLinesADay);
  });
});

describe('the zone of samples that name none', () => {
  it('is the one that most samples name, the first by name among equals, or none', () => {
    assert.equal(
      commonestZone(
        new Map([
          ['UTC', 2],
          ['Europe/Berlin', 5],
        ]),
      ),
      'Europe/Berlin',
    );
    assert.equal(
      commonestZone(
        new Map([
          ['UTC', 2],
          ['Asia/Tokyo', 2],
        ]),
      ),
      'Asia/Tokyo',
    );
    assert.equal(commonestZone(new Map()), undefined);
  });
});

describe('a Fitabase file', () => {
  async function read(csv: string, person?: string) {
    const samples: ExportedSample['sample'][] = [];
    const leftOut: string[] = [];
    const into = {
      add: (found: ExportedSample | LeftOut) => {
        if ('sample' in found) samples.push(found.sample);
      },
      leaveOut: (reason: string) => {
        leftOut.push(reason);
      },
    };
    await readFitabase(pieces(csv, 10), { timeZone: 'America/Chicago', person }, into);
    return { samples, leftOut };
  }

  it('gives heart rates, steps and sleep at the clock times of the zone', async () => {
    const heart = await read('Id,Time,Value\r\n1,4/12/2016 7:21:00 AM,97\r\n');
    assert.deepEqual(heart.samples, [
      {
        sampleType: 'heartRate',
        value: 97,
        unit: 'count/min',
        startDate: '2016-04-12T12:21:00.000Z',
        endDate: '2016-04-12T12:21:00.000Z',
      },
    ]);
    const steps = await read('Id,ActivityMinute,Steps\n1,1/12/2016 12:05:00 AM,8');
    assert.equal(steps.samples[0]!.startDate, '2016-01-12T06:05:00.000Z');
    assert.equal(steps.samples[0]!.endDate, '2016-01-12T06:06:00.000Z');
    const sleep = await read(
      'Id,date,value,logId\n1,4/12/2016 2:47:30 AM,1,9\n1,4/12/2016 2:48:30 AM,2,9\n1,4/12/2016 2:49:30 AM,3,9\n1,4/12/2016 2:50:30 AM,4,9\n',
    );
    assert.deepEqual(
      sleep.samples.map(({ categoryValue }) => categoryValue),
      [1, 2, 2],
    );
    assert.equal(sleep.leftOut.length, 1);
  });

  it('of several people needs to know whose rows to read', async () => {
    const both = 'Id,Time,Value\n1,4/12/2016 7:21:00 AM,97\n2,4/12/2016 7:21:00 AM,60\n';
    await assert.rejects(read(both), /several people: name one with --person/);
    assert.deepEqual(
      (await read(both, '2')).samples.map(({ value }) => value),
      [60],
    );
  });

  it('is refused when it is none', async () => {
    await assert.rejects(read('date,steps\n'), /no Fitabase file/);
    await assert.rejects(read(''), /empty/);
    await assert.rejects(read('x'.repeat(5000)), /too long/);
    assert.equal((await read('Id,Time,Value\n1,13/40/2016 7:21:00 AM,97')).leftOut.length, 1);
  });
});
