import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sampleWeek } from '../sample-data/sample-week.ts';
import type { ActivitySection } from '../../functions/src/domain/analysis/sections/activity.ts';
import type { Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import type { CardioSection } from '../../functions/src/domain/analysis/sections/cardio.ts';
import type { RhythmSection } from '../../functions/src/domain/analysis/sections/rhythm.ts';
import type { SleepSection } from '../../functions/src/domain/analysis/sections/sleep.ts';
import type { Unavailable } from '../../functions/src/domain/fault.ts';
import command from '../commands/analyze.ts';
import { ran } from '../../functions/test/support/commands.ts';
import { sharedFolder } from '../../functions/test/support/shared-data.ts';
import { skip } from '../../functions/test/support/skip.ts';
import { temporaryFolder } from '../../functions/test/support/temporary-folder.ts';

const analyze = (...args: string[]) => ran(command, ...args);

async function analysisOf(...args: string[]): Promise<Analysis> {
  const { status, stdout, stderr } = await analyze(...args);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Analysis;
}

/** What the command says when it can do nothing: one line, with usage below it where the arguments are wrong. */
async function refusal(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await analyze(...args);
  assert.equal(stdout, '');
  const lines = stderr.trimEnd().split('\n');
  assert.equal(status, lines.length === 1 ? 1 : 2);
  if (lines.length > 1) assert.match(lines[1]!, /^Usage: npm run analyze -- FILE/);
  assert.match(lines[0]!, /^analyze: .*\.$/);
  return lines[0]!.slice('analyze: '.length);
}

function numbers<T>(section: T | Unavailable): T {
  assert.ok(!('unavailable' in (section as object)), JSON.stringify(section));
  return section as T;
}

function ndjson({ samples, ...head }: { samples: object[] }): string {
  return [head, ...samples].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function near(actual: number | null | undefined, expected: number, tolerance: number, what: string) {
  assert.ok(typeof actual === 'number', `${what} is ${actual}`);
  const error = Math.abs(actual / expected - 1);
  assert.ok(error <= tolerance, `${what}: ${actual} is not ${expected}, relative error ${error}`);
}

describe('npm run analyze', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const week = sampleWeek();

  function writeBytes(name: string, bytes: Buffer): string {
    const file = folder.path(name);
    fs.writeFileSync(file, bytes);
    return file;
  }

  describe('recordings', () => {
    it('reads JSON and NDJSON, gzip-encoded or not, to the same analysis', async () => {
      const files = [
        folder.write('week.json', JSON.stringify(week)),
        folder.write('week.ndjson', ndjson(week)),
        writeBytes('zipped.json.gz', gzipSync(JSON.stringify(week))),
        writeBytes('zipped.ndjson.gz', gzipSync(ndjson(week))),
      ];
      const runs = await Promise.all(files.map((file) => analyze(file)));
      for (const run of runs) assert.deepEqual(run, { ...runs[0]!, status: 0, stderr: '' });
      const { window, sleep } = JSON.parse(runs[0]!.stdout) as Analysis;
      assert.equal(window.days.length, 7);
      assert.equal(numbers<SleepSection>(sleep).nights.length, 6);
    });

    it('merges several files, however they overlap', async () => {
      const some = week.samples.filter((_, i) => i % 3 !== 0);
      const others = week.samples.filter((_, i) => i % 3 !== 1).reverse();
      const [whole, pieces] = await Promise.all([
        analyze(folder.write('whole.json', JSON.stringify(week))),
        analyze(
          folder.write('some.json', JSON.stringify({ ...week, samples: some })),
          folder.write('others.ndjson', ndjson({ ...week, samples: others })),
        ),
      ]);
      assert.equal(pieces.status, 0, pieces.stderr);
      assert.equal(pieces.stdout, whole.stdout);
    });

    it('looks at the last seven days, at as many as --days says, or at --all', async () => {
      const file = folder.write('days.json', JSON.stringify(sampleWeek({ days: 9 })));
      const [usual, three, all] = await Promise.all([
        analysisOf(file),
        analysisOf(file, '--days', '3'),
        analysisOf(file, '--all'),
      ]);
      assert.equal(usual.window.days.length, 7);
      assert.deepEqual(three.window.days, ['2025-06-13', '2025-06-14', '2025-06-15']);
      assert.equal(all.window.days.length, 9);
    });

    it('takes --time-zone for the samples that name none, and only for those', async () => {
      const plain = {
        ...week,
        deviceInfo: {},
        samples: week.samples.map((sample) => ({ ...sample, metadata: {} })),
      };
      const file = folder.write('plain.json', JSON.stringify(plain));
      const named = folder.write('named.json', JSON.stringify(week));
      const [sentence, tokyo, berlin] = await Promise.all([
        refusal(file),
        analysisOf(file, '--time-zone', 'Asia/Tokyo'),
        analysisOf(named, '--time-zone', 'Asia/Tokyo'),
      ]);
      assert.match(sentence, /plain\.json: None of the samples can be used: .*--time-zone/);
      assert.equal(tokyo.window.timeZone, 'Asia/Tokyo');
      assert.equal(berlin.window.timeZone, 'Europe/Berlin');
    });

    it('applies deletions, wherever among the files they come', async () => {
      const steps = week.samples.filter(({ sampleType }) => sampleType === 'stepCount');
      const deleted = { deletedSamples: steps.map(({ uuid }) => uuid) };
      const { activity } = await analysisOf(
        folder.write('deleted.json', JSON.stringify(deleted)),
        folder.write('week.json', JSON.stringify(week)),
      );
      assert.ok(numbers<ActivitySection>(activity).days.every(({ steps }) => steps === null));
    });

    it('lists the samples that cannot be used, and analyses the others', async () => {
      const [first, second, ...rest] = week.samples;
      const samples = [{ ...first, unit: 'furlong' }, { ...second, sampleType: 'dietaryWater' }, ...rest];
      const file = folder.write('flawed.json', JSON.stringify({ ...week, samples }));
      const { status, stderr } = await analyze(file);
      assert.equal(status, 0);
      assert.match(stderr, /1 of \d+ samples are of types that are not understood/);
      assert.match(stderr, /1 of \d+ samples cannot be used:\n {2}\/samples\/0\/unit should be one of/);
    });
  });

  describe('report', () => {
    it('tells the nights, the days and the rhythm within 100 columns', async () => {
      const { status, stdout } = await analyze(
        folder.write('week.json', JSON.stringify(week)),
        '--format',
        'text',
      );
      assert.equal(status, 0);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
      assert.match(stdout, /Mon 2025-06-09 {2}23:02 .*stages$/m);
      assert.match(stdout, /no night on Thu 2025-06-12/);
      assert.match(stdout, /not worn for 14:48 h in 8 stretches/);
      assert.match(stdout, /^ {2}Thu 2025-06-12 {2}\.{14}/m, 'the night on the charger is drawn as not worn');
      assert.match(stdout, /^ {2}Fri 2025-06-13 {2}z{14}/m);
    });

    it('says in words why a section has no numbers', async () => {
      const steps = week.samples.filter(
        ({ sampleType, sourceRevision }) =>
          sampleType === 'stepCount' && sourceRevision.productType.startsWith('iPhone'),
      );
      const file = folder.write('phone.json', JSON.stringify({ ...week, samples: steps }));
      const { stdout } = await analyze(file, '--format', 'text');
      assert.match(stdout, /^Sleep: not available, nothing of this kind was measured\.$/m);
      assert.match(stdout, /^Rhythm: not available, it needs to know rest/m);
    });

    it('prints its usage', async () => {
      const { status, stdout, stderr } = await analyze('--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^Usage: npm run analyze -- FILE \[FILE\.\.\.\] \[OPTIONS\]$/m);
    });
  });

  describe('refuses in one sentence', () => {
    const cases: [what: string, content: string | Buffer, name: string, expected: RegExp][] = [
      ['an empty file', '', 'empty.json', /empty\.json: The file is empty/],
      ['what is no JSON', '{"samples": [', 'cut.json', /not valid JSON/],
      ['JSON that is no recording', '[]', 'list.json', /This is no recording: it should be an object/],
      ['a recording without samples', '{"samples": []}', 'none.json', /no samples/],
      ['gzip that is cut off', gzipSync('{"samples": []}').subarray(0, 20), 'cut.json.gz', /cut off/],
      ['another kind of file', 'hello', 'notes.txt', /no \.json, \.ndjson or \.csv file/],
      ['a CSV of something else', 'a,b\n1,2\n', 'other.csv', /first line must be "timestamp,activity"/],
      ['a CSV of one epoch', csv([['2025-06-09T00:00:00', 1]]), 'one.csv', /two epochs/],
      ['a time that is none', csv([['2025-02-30T00:00:00', 1]]), 'time.csv', /Line 2 does not begin/],
      [
        'an activity that is no count',
        csv([
          ['2025-06-09T00:00:00', 1],
          ['2025-06-09T00:01:00', -1],
        ]),
        'count.csv',
        /Line 3: the activity is no count/,
      ],
      [
        'time that runs backwards',
        csv([
          ['2025-06-09T00:01:00', 1],
          ['2025-06-09T00:00:00', 1],
        ]),
        'back.csv',
        /Line 3 is not later/,
      ],
      ['epochs of 45 s', epochs({ seconds: 45, count: 100 }), 'odd.csv', /Epochs of 45 s cannot be used/],
    ];
    for (const [what, content, name, expected] of cases) {
      it(what, async () => {
        const file = writeBytes(name, Buffer.from(content));
        assert.match(await refusal(file), expected);
      });
    }

    it('arguments that make no sense', async () => {
      const file = folder.write('week.json', '{}');
      const sentences = await Promise.all([
        refusal(),
        refusal(folder.path('missing.json')),
        refusal(file, '--format', 'xml'),
        refusal(file, '--days', '0'),
        refusal(file, '--days', '2', '--all'),
        refusal(file, '--time-zone', 'Mars/Base'),
        refusal(file, '--verbose'),
      ]);
      const expected = [
        /FILE is missing/,
        /missing\.json: there is no such file/,
        /one of json, text/,
        /whole number/,
        /not both/,
        /IANA time zone/,
        /Unknown option '--verbose'/,
      ];
      sentences.forEach((sentence, i) => assert.match(sentence, expected[i]!));
    });

    it('files of two persons', async () => {
      const of = (userId: string) => folder.write(`${userId}.json`, JSON.stringify({ ...week, userId }));
      assert.match(await refusal(of('one'), of('other')), /more than one person/);
    });
  });

  describe('actigraphy', () => {
    it('gives the same rhythm for epochs of 15 s, 30 s and 60 s, and the same hours for 5 min', async () => {
      const files = [15, 30, 60, 300].map((seconds) =>
        folder.write(`${seconds}.csv`, epochs({ seconds, count: (6 * 86_400) / seconds })),
      );
      const analyses = await Promise.all(files.map((file) => analysisOf(file)));
      const [quarter, half, minute, five] = analyses.map(({ rhythm }) => numbers<RhythmSection>(rhythm));
      assert.deepEqual(quarter, minute);
      assert.deepEqual(half, minute);
      assert.equal(minute!.basis, 'activityCount');
      // Every day has the same 24 hourly sums, so IS is (24 D - 1) / (23 D) for D = 6 days.
      near(minute!.is, (24 * 6 - 1) / (23 * 6), 1e-9, 'IS');
      near(five!.is, (24 * 6 - 1) / (23 * 6), 1e-9, 'IS of 5 min');
      near(five!.iv, minute!.iv!, 1e-9, 'IV of 5 min');
      near(five!.adat, minute!.adat!, 1e-9, 'ADAT of 5 min');
      assert.equal(analyses[2]!.window.days.length, 6);
      assert.equal(analyses[2]!.coverage.samples, 6 * 1440);
    });

    it('reads gzip, a space for the T, quotes and Windows line ends', async () => {
      const text = epochs({ seconds: 60, count: 3 * 1440 });
      const windows = text.replace(/^(\d[^,]*)T([^,]*),/gm, '"$1 $2",').replaceAll('\n', '\r\n');
      const [plain, other] = await Promise.all([
        analysisOf(folder.write('plain.csv', text)),
        analysisOf(writeBytes('windows.csv.gz', gzipSync(`\uFEFF${windows}`))),
      ]);
      assert.deepEqual(other, plain);
    });

    it('reads local times in --time-zone, else as UTC and says so', async () => {
      const file = folder.write('local.csv', epochs({ seconds: 60, count: 4 * 1440 }));
      const [utc, berlin] = await Promise.all([analyze(file), analyze(file, '--time-zone', 'Europe/Berlin')]);
      assert.match(utc.stderr, /taken as UTC/);
      assert.equal(berlin.stderr, '');
      const [inUtc, inBerlin] = [utc, berlin].map(({ stdout }) => JSON.parse(stdout) as Analysis);
      assert.equal(inUtc!.window.start, '2025-06-09T00:00:00.000Z');
      assert.equal(inBerlin!.window.start, '2025-06-08T22:00:00.000Z');
      assert.deepEqual(inBerlin!.rhythm, inUtc!.rhythm);
    });

    it('follows clocks that are put back, and those of a device that runs on', async () => {
      // Berlin, 26 October 2025: 03:00 summer time is 02:00 standard time.
      const start = Date.parse('2025-10-25T00:00:00+02:00');
      const change = Date.parse('2025-10-26T01:00:00Z');
      const rows = (follows: boolean) =>
        csv(
          Array.from({ length: 3 * 1440 }, (_, i) => {
            const at = start + i * 60_000;
            const offset = follows && at >= change ? 1 : 2;
            return [new Date(at + offset * 3_600_000).toISOString().slice(0, 19), i % 100];
          }),
        );
      const [following, running] = await Promise.all([
        analyze(folder.write('following.csv', rows(true)), '--time-zone', 'Europe/Berlin'),
        analyze(folder.write('running.csv', rows(false)), '--time-zone', 'Europe/Berlin'),
      ]);
      assert.equal(following.stderr, '');
      assert.match(running.stderr, /do not follow the change of the clocks/);
      assert.equal(running.stdout, following.stdout);
    });

    it('leaves missing epochs as gaps', async () => {
      const lines = epochs({ seconds: 60, count: 4 * 1440 })
        .trimEnd()
        .split('\n');
      const text = [...lines.slice(0, 600), ...lines.slice(720)]
        .join('\n')
        .replace(/^(2025-06-11T.*,).*$/m, '$1');
      const { stdout, stderr } = await analyze(folder.write('gaps.csv', text));
      assert.match(stderr, /121 of 5760 epochs were not measured/);
      const { coverage } = JSON.parse(stdout) as Analysis;
      assert.deepEqual(
        coverage.gaps.map(({ minutes }) => minutes),
        [120],
      );
    });

    it('takes a whole recording, unless --days is given or another file is beside it', async () => {
      const long = folder.write('long.csv', epochs({ seconds: 60, count: 10 * 1440 }));
      const [whole, two] = await Promise.all([analysisOf(long), analysisOf(long, '--days', '2')]);
      assert.equal(whole.window.days.length, 10);
      assert.equal(two.window.days.length, 2);
    });
  });

  describe('published values', () => {
    const { folder: reference, lacking } = sharedFolder('data/reference');
    before(function () {
      if (lacking) skip(this, lacking);
    });

    for (const name of ['example_01_AWD', 'test_sample_aw4_AWD']) {
      it(`${name}.csv gives what pyActigraphy computed`, async () => {
        const json = fs.readFileSync(path.join(reference, 'pyactigraphy_reference.json'), 'utf8');
        const { recordings } = JSON.parse(json) as { recordings: Record<string, Reference> };
        const expected = recordings[name]!;
        const analysis = await analysisOf(path.join(reference, `${name}.csv`), '--format', 'json');
        const rhythm = numbers<RhythmSection>(analysis.rhythm);
        near(rhythm.is, expected.raw.IS_1h, 1e-9, 'IS');
        near(rhythm.iv, expected.raw.IV_1h, 1e-9, 'IV');
        near(rhythm.ra, expected.raw.RA, 1e-9, 'RA');
        near(rhythm.l5?.mean, expected.raw.L5, 1e-9, 'L5');
        near(rhythm.m10?.mean, expected.raw.M10, 1e-9, 'M10');
        near(rhythm.adat, expected.ADAT_raw, 1e-9, 'ADAT');
        near(rhythm.kRa, expected.kRA_thr4, 1e-6, 'kRA');
        near(rhythm.kAr, expected.kAR_thr4, 1e-6, 'kAR');
        assert.equal(`${rhythm.l5?.onset}:00`, expected.raw.L5_onset);
        assert.equal(`${rhythm.m10?.onset}:00`, expected.raw.M10_onset);
        const scoring = expected.sleep_scoring;
        assert.deepEqual(analysis.actigraphySleep, {
          coleKripke: scoring.ColeKripke_mean_norescore!.minutes_value1,
          coleKripkeRescored: scoring.ColeKripke_mean_rescore!.minutes_value1,
          sadeh: scoring.Sadeh!.minutes_value1,
          scripps: scoring.Scripps!.minutes_value1,
          oakley40: scoring.Oakley_40!.minutes_value1,
        });
      });
    }
  });

  describe('recordings of people', () => {
    const { folder: recordings, lacking } = sharedFolder('data/recordings');
    before(function () {
      if (lacking) skip(this, lacking);
    });

    it('give numbers that a person can have', async () => {
      const files = fs.readdirSync(recordings).filter((name) => /\.gz$/.test(name));
      assert.ok(files.length > 0);
      const analyses = new Map<string, Analysis>();
      for (let i = 0; i < files.length; i += 2) {
        const pair = files.slice(i, i + 2);
        const both = await Promise.all(pair.map((file) => analysisOf(path.join(recordings, file), '--all')));
        pair.forEach((file, j) => analyses.set(file, both[j]!));
      }
      for (const [file, { coverage, window, sleep, activity, cardio }] of analyses) {
        assert.equal(coverage.days.length, window.days.length, file);
        if ('nights' in sleep) {
          for (const night of sleep.nights) {
            // Nobody told a time in bed in these recordings.
            assert.deepEqual([night.tibMinutes, night.se, night.solMinutes], [null, null, null], file);
            assert.ok(night.tstMinutes === null || night.tstMinutes <= 14 * 60, `${file} ${night.day}`);
          }
        }
        if (file.startsWith('tracker-steps')) {
          const { days, steps: mean } = numbers<ActivitySection>(activity);
          assert.ok(mean!.mean > 2000 && mean!.mean < 30_000, file);
          for (const { steps } of days) assert.ok(steps === null || steps < 60_000, file);
        } else {
          const { heartRate, restingHeartRate } = numbers<CardioSection>(cardio);
          const { meanBpm } = numbers<{ meanBpm: number }>(heartRate);
          assert.ok(meanBpm > 45 && meanBpm < 110, file);
          if ('bpm' in restingHeartRate) {
            assert.ok(restingHeartRate.bpm >= 35 && restingHeartRate.bpm <= 100, file);
          }
        }
      }
    });
  });
});

interface Reference {
  raw: Record<'IS_1h' | 'IV_1h' | 'RA' | 'L5' | 'M10', number> & Record<'L5_onset' | 'M10_onset', string>;
  ADAT_raw: number;
  kRA_thr4: number;
  kAR_thr4: number;
  sleep_scoring: Record<string, { minutes_value1: number }>;
}

function csv(rows: (string | number)[][]): string {
  return ['timestamp,activity', ...rows.map((row) => row.join(','))].join('\n') + '\n';
}

/** Counts that repeat each day: 0 for the first eight hours, then 40 an epoch of 15 s times the hour's turn. */
function epochs({ seconds, count }: { seconds: number; count: number }): string {
  const start = Date.parse('2025-06-09T00:00:00Z');
  const rate = (at: number) => {
    const hour = Math.floor((at % 86_400) / 3600);
    return hour < 8 ? 0 : (40 * (1 + (hour % 5))) / 15;
  };
  return csv(
    Array.from({ length: count }, (_, i) => {
      const at = i * seconds;
      return [new Date(start + at * 1000).toISOString().slice(0, 19), rate(at) * seconds];
    }),
  );
}
