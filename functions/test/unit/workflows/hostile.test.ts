import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { uploadOfObject, type ContentType } from '../../../src/contract/upload.ts';
import { idempotencyKeyOf } from '../../../src/contract/http.ts';
import { sampleTypeNames } from '../../../src/domain/samples/sample-types.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import {
  at,
  dayMs,
  json,
  minuteMs,
  sentSample,
  traceparent,
  uid,
  world,
  type Sent,
  type World,
} from '../../support/build.ts';
import { byTier, representatives } from '../../support/tier.ts';

const ndjson: ContentType = 'application/x-ndjson';
const lines = (...values: unknown[]): Buffer =>
  Buffer.from(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n'));
const envelope = { deviceInfo: { timeZone: 'UTC' } };
/** A recording of one good sample and `member` more in it, as text that JSON.stringify would not write. */
const withMember = (member: string): Buffer =>
  Buffer.from(`{${member},"samples":[${JSON.stringify(sentSample())}]}`);
const withSample = (text: string): Buffer =>
  Buffer.from(`{"samples":[${JSON.stringify(sentSample())},${text}]}`);
/** The text of a sample whose `value` (or another member) is what no object holds. */
const sampleText = (members: string): string => `${JSON.stringify(sentSample()).slice(0, -1)},${members}}`;
/** How many samples or keys are much: enough that time or memory in proportion to their square would show. */
const many = byTier(200_000, 50_000);
/** As many keys as fit around the samples, and into one. */
const keysAround = 300_000;
const keysInside = 80_000;
const shown = (count: number): string => count.toLocaleString('en');
const instant = (time: number): string => new Date(time).toISOString();

/** Puts an object into storage as the Storage SDK does, after it was announced. */
async function stored(there: World, body: Buffer, contentType: ContentType = ndjson): Promise<string> {
  const { uploadId, path } = await requestUpload(
    there.ports,
    { uid },
    { contentType, sizeBytes: body.length },
    traceparent,
  );
  there.state.recordings.set(path, { contentType, traceparent, body });
  return uploadId;
}

async function outcomeOf(there: World, uploadId: string) {
  await there.analyze(uploadId);
  const { code, receipt } = there.state.uploads.get(`users/${uid}/uploads/${uploadId}`)!;
  return { code, receipt, analysis: there.state.analyses.get(`users/${uid}/analyses/${uploadId}`) };
}

describe('a hostile recording', function () {
  // Generous for a busy machine; each of these takes well under two seconds on an idle one.
  this.timeout(byTier(60_000, 45_000));

  describe('is refused as a whole, with its code', () => {
    const deep = 100_000;
    const cases: [string, string, () => [Buffer, ContentType?]][] = [
      [
        'a gzip in a gzip',
        'recording/invalid-json',
        () => [gzipSync(gzipSync(json({ samples: [sentSample()] })))],
      ],
      ['gzip of nothing', 'recording/empty', () => [gzipSync('')]],
      ['a gzip header alone', 'recording/truncated', () => [Buffer.from([0x1f, 0x8b])]],
      [
        'a second member that is no gzip',
        'recording/invalid-encoding',
        () => [
          Buffer.concat([gzipSync(json({ samples: [sentSample()] })), Buffer.from([0x1f, 0x8b, 9, 9, 9, 9])]),
        ],
      ],
      ['100,000 open brackets', 'recording/invalid-json', () => [Buffer.from('['.repeat(deep))]],
      [
        'samples 100,000 levels deep',
        'recording/no-valid-samples',
        () => [Buffer.from(`{"samples":${'['.repeat(deep)}${']'.repeat(deep)}}`)],
      ],
      [
        'a time zone 100,000 levels deep',
        'recording/invalid',
        () => [withMember(`"deviceInfo":{"timeZone":${'['.repeat(deep)}${']'.repeat(deep)}}`)],
      ],
      ['NaN', 'recording/invalid-json', () => [withSample(sampleText('"value":NaN'))]],
      ['Infinity', 'recording/invalid-json', () => [withSample(sampleText('"value":-Infinity'))]],
      ['UTF-16', 'recording/invalid-json', () => [Buffer.from(json({ samples: [] }).toString(), 'utf16le')]],
      [
        'an upload id with a path in it',
        'recording/invalid',
        () => [withMember('"uploadId":"../../etc/passwd"')],
      ],
      ['an upload id in percent', 'recording/invalid', () => [withMember('"uploadId":"%2e%2e%2fsomebody"')]],
      [
        'an upload id of a surrogate',
        'recording/invalid',
        () => [withMember('"uploadId":"\\ud800\\ud800abcdefgh"')],
      ],
      [
        'a sample of 2 MB',
        'recording/too-large',
        () => [json({ samples: [sentSample(), sentSample({ device: 'x'.repeat(2_000_000) })] })],
      ],
      [
        '5 MB around the samples',
        'recording/too-large',
        () => [json({ samples: [sentSample()], note: 'x'.repeat(5_000_000) })],
      ],
      [
        '100,001 deletions',
        'recording/invalid',
        () => [json({ deletedSamples: Array.from({ length: 100_001 }, (_, i) => `id-${i}`) })],
      ],
      [
        'a first line of 10 MB',
        'recording/invalid-json',
        () => [lines(`{"timestamp":"${'9'.repeat(10_000_000)}"}`, sentSample()), ndjson],
      ],
      [
        'a file of 10 MB without line ends',
        'recording/invalid-json',
        () => [lines(envelope, 'x'.repeat(10_000_000)), ndjson],
      ],
      [
        'a million blank lines',
        'recording/invalid-json',
        () => [lines(envelope, '\n'.repeat(1_000_000)), ndjson],
      ],
      [
        'a million lines of something else',
        'recording/invalid-json',
        () => [lines(envelope, '{\n'.repeat(1_000_000)), ndjson],
      ],
      [
        'a million lines with a number',
        'recording/invalid-json',
        () => [lines(envelope, '1\n'.repeat(1_000_000)), ndjson],
      ],
      [
        'six million numbers',
        'recording/invalid',
        () => [Buffer.from(`{"samples":[${'1,'.repeat(6_000_000)}1]}`)],
      ],
      [
        'three million objects',
        'recording/invalid',
        () => [Buffer.from(`{"samples":[${'{},'.repeat(3_000_000)}1]}`)],
      ],
      [
        `${shown(many)} time zones that are none`,
        'recording/no-valid-samples',
        () => [
          lines(
            envelope,
            ...Array.from({ length: many }, (_, i) => sentSample({ metadata: { HKTimeZone: `No/${i}` } })),
          ),
          ndjson,
        ],
      ],
    ];
    for (const [name, code, recording] of cases) {
      it(`${name}: ${code}`, async () => {
        const [body, contentType = 'application/json'] = recording();
        const there = world();
        await assert.rejects(there.receive(body, { contentType }), { code });
        assert.deepEqual([there.state.uploads.size, there.state.recordings.size], [0, 0]);

        const uploadId = await stored(there, body, contentType);
        const { code: recorded, analysis } = await outcomeOf(there, uploadId);
        assert.equal(recorded, code, 'and the same when it came by the Storage SDK');
        assert.equal(analysis, undefined);
      });
    }
  });

  describe('costs only the sample it is in', () => {
    const cases: [string, string, () => Buffer][] = [
      ['1e309', '/samples/1/value', () => withSample(sampleText('"value":1e309'))],
      ['-1e309', '/samples/1/value', () => withSample(sampleText('"value":-1e309'))],
      ['1e308', '/samples/1/value', () => withSample(sampleText('"value":1e308'))],
      ['a number in quotes', '/samples/1/value', () => withSample(sampleText('"value":"12"'))],
      ['a unit named __proto__', '/samples/1/unit', () => withSample(sampleText('"unit":"__proto__"'))],
      ['a unit named constructor', '/samples/1/unit', () => withSample(sampleText('"unit":"constructor"'))],
      ['a unit of a lone surrogate', '/samples/1/unit', () => withSample(sampleText('"unit":"\\ud800"'))],
      [
        'a zone named constructor',
        '/samples/1/metadata/HKTimeZone',
        () => withSample(sampleText('"metadata":{"HKTimeZone":"constructor"}')),
      ],
      [
        'a date of year 275760',
        '/samples/1/startDate',
        () => withSample(sampleText('"startDate":"+275760-09-13T00:00:00Z"')),
      ],
      [
        'a uuid of 201 letters',
        '/samples/1/uuid',
        () => withSample(sampleText(`"uuid":"${'a'.repeat(201)}"`)),
      ],
    ];
    for (const [name, pointer, recording] of cases) {
      it(`${name}: the issue is at ${pointer}, and the sample beside it counts`, async () => {
        const there = world();
        const { uploadId, processedSamples, issues } = await there.receive(recording());
        assert.deepEqual([processedSamples, issues.map((issue) => issue.pointer)], [1, [pointer]]);
        const { code, analysis } = await outcomeOf(there, uploadId);
        assert.deepEqual([code, analysis?.coverage.samples], [null, 1]);
      });
    }

    it('a sample type named __proto__ or constructor is one that is not understood', async () => {
      for (const name of ['__proto__', 'constructor', 'toString', 'HKQuantityTypeIdentifier__proto__']) {
        const { processedSamples, skippedSamples } = await world().receive(
          withSample(sampleText(`"sampleType":"${name}"`)),
        );
        assert.deepEqual([processedSamples, skippedSamples], [1, 1], name);
      }
      assert.ok(!sampleTypeNames.includes('constructor' as never));
    });
  });

  describe('that is only odd is read, and changes nothing around it', () => {
    const samplesOf = async (body: Buffer, contentType: ContentType = 'application/json') => {
      const there = world();
      const { uploadId } = await there.receive(body, { contentType });
      const { code, analysis } = await outcomeOf(there, uploadId);
      assert.equal(code, null);
      return { analysis, samples: [...there.state.samples.values()].map(({ bytes }) => bytes) };
    };
    const honest = () => samplesOf(json({ samples: [sentSample()] }));
    const same: [string, () => [Buffer, ContentType?]][] = [
      [
        'a gzip of two members',
        () => {
          const text = json({ samples: [sentSample()] });
          return [Buffer.concat([gzipSync(text.subarray(0, 40)), gzipSync(text.subarray(40))])];
        },
      ],
      [
        'a byte order mark',
        () => [Buffer.concat([Buffer.from('\uFEFF'), json({ samples: [sentSample()] })])],
      ],
      [
        'a byte order mark before NDJSON',
        () => [Buffer.concat([Buffer.from('\uFEFF'), lines({}, sentSample())]), ndjson],
      ],
      [
        `${shown(keysAround)} keys`,
        () => [withMember(Array.from({ length: keysAround }, (_, i) => `"k${i}":1`).join(','))],
      ],
      [
        `${shown(keysInside)} keys in metadata`,
        () => {
          const keys = Array.from({ length: keysInside }, (_, i) => `"k${i}":1`).join(',');
          return [Buffer.from(`{"samples":[${sampleText(`"metadata":{"HKTimeZone":"UTC",${keys}}`)}]}`)];
        },
      ],
      [
        'metadata 100,000 levels deep',
        () => {
          const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
          return [
            Buffer.from(`{"samples":[${sampleText(`"metadata":{"HKTimeZone":"UTC","a":${nested}}`)}]}`),
          ];
        },
      ],
      [
        '__proto__ in a sample',
        () => [Buffer.from(`{"samples":[${sampleText('"__proto__":{"value":7,"uuid":"x"}')}]}`)],
      ],
      [
        '__proto__ in metadata',
        () => [
          Buffer.from(
            `{"samples":[${sampleText('"metadata":{"HKTimeZone":"UTC","__proto__":{"HKWasUserEntered":true}}')}]}`,
          ),
        ],
      ],
      [
        '__proto__ and constructor in deviceInfo',
        () => [
          withMember(
            '"deviceInfo":{"__proto__":{"timeZone":"Asia/Tokyo"},"constructor":{"prototype":{"x":1}}}',
          ),
        ],
      ],
      [
        '__proto__ around it all',
        () => [withMember('"__proto__":{"userId":"somebody","deletedSamples":["x"]}')],
      ],
      [
        'the same key twice',
        () => [Buffer.from(`{"samples":[{"value":7,"value":8,${JSON.stringify(sentSample()).slice(1)}]}`)],
      ],
      [
        'names that are no UTF-8',
        () => {
          const text = json({ samples: [sentSample({ device: 'ÿ' })] });
          return [Buffer.from(text.toString('latin1').replace('Ã¿', '\xff\xfe'), 'latin1')];
        },
      ],
    ];
    for (const [name, recording] of same) {
      it(`${name}: the same days and the same analysis`, async () => {
        const [body, contentType] = recording();
        assert.deepEqual(await samplesOf(body, contentType), await honest());
        assert.equal(({} as { polluted?: unknown; x?: unknown }).x, undefined);
      });
    }

    it('keeps a source and an id of lone surrogates as they are, and reads them again', async () => {
      const odd = sentSample({ uuid: '\ud800', sourceRevision: { source: { bundleIdentifier: '\udfff|' } } });
      const { analysis } = await samplesOf(json({ samples: [odd, sentSample()] }));
      assert.equal(analysis?.coverage.samples, 2);
    });
  });

  describe('that is only much takes bounded time', () => {
    const start = at('2025-06-02T00:00');
    const recordingOf = (n: number, of: (i: number) => Sent): Buffer =>
      Buffer.from(
        [envelope, ...Array.from({ length: n }, (_, i) => of(i))]
          .map((line) => JSON.stringify(line))
          .join('\n'),
      );

    // Five windows are computed of them, and each minute of a window lies in most of them.
    it(`${shown(many / 5)} samples that all overlap for 7 days`, async () => {
      const there = world();
      const uploadId = await stored(
        there,
        recordingOf(many / 5, (i) => {
          const from = start + (i % 7) * dayMs + i;
          return {
            ...sentSample(),
            startDate: instant(from),
            endDate: instant(from + 7 * dayMs - 1),
            value: 1,
          };
        }),
      );
      there.clock.time = at('2025-07-01T00:00');
      const upload = there.state.uploads.get(`users/${uid}/uploads/${uploadId}`)!;
      there.state.uploads.set(`users/${uid}/uploads/${uploadId}`, {
        ...upload,
        requestedAt: there.clock.time,
      });
      const { code, analysis } = await outcomeOf(there, uploadId);
      assert.equal(code, null);
      assert.ok(analysis && 'days' in analysis.activity);
    });

    it(`${shown(many / 2)} sources: the highest of each minute counts, as of three`, async () => {
      const there = world();
      const from = (i: number): number => start + (i % 7) * dayMs + (i % 1000) * minuteMs;
      const { uploadId } = await there.receive(
        recordingOf(many / 2, (i) => ({
          ...sentSample({
            sourceRevision: { source: { bundleIdentifier: `app-${i}` }, productType: `Band${i}` },
          }),
          startDate: instant(from(i)),
          endDate: instant(from(i) + minuteMs),
          value: 1 + (i % 3),
        })),
        { contentType: ndjson },
      );
      const { code, analysis } = await outcomeOf(there, uploadId);
      assert.equal(code, null);
      assert.ok(analysis && 'days' in analysis.activity);
      const { days } = analysis.activity;
      assert.deepEqual(
        days.map(({ steps }) => steps),
        Array(7).fill(3000),
      );
    });

    it(`${shown(many / 2)} samples, each with another spelling of a time zone`, async () => {
      const there = world();
      const spelt = (i: number): string =>
        [...'europe/berlin'].map((letter, k) => ((i >> k) & 1 ? letter.toUpperCase() : letter)).join('');
      const { uploadId, processedSamples } = await there.receive(
        recordingOf(many / 2, (i) => {
          const time = instant(start + i * 1000);
          return { ...sentSample({ metadata: { HKTimeZone: spelt(i) } }), startDate: time, endDate: time };
        }),
        { contentType: ndjson },
      );
      assert.equal(processedSamples, many / 2);
      const { code } = await outcomeOf(there, uploadId);
      assert.ok(code === null || code === 'recording/too-many-samples', String(code));
    });

    it(`${shown(many)} different samples under one uuid: one stays, whatever their order`, async () => {
      const sample = (i: number): Sent => {
        const time = instant(start + i);
        return { ...sentSample({ uuid: 'the-same' }), startDate: time, endDate: time };
      };
      const ends = await Promise.all(
        [(i: number) => sample(i), (i: number) => sample(many - 1 - i)].map(async (of) => {
          const there = world();
          const { analysis } = await outcomeOf(there, await stored(there, recordingOf(many, of)));
          assert.equal(analysis?.coverage.samples, 1);
          return [...there.state.samples.values()].map(({ bytes }) => bytes);
        }),
      );
      assert.deepEqual(ends[0], ends[1]);
    });

    it('a whole day of a sample a second is kept', async () => {
      const there = world();
      const seconds = 86_400;
      const { uploadId } = await there.receive(
        recordingOf(seconds, (i) => {
          const time = instant(start + i * 1000);
          return { ...sentSample(), startDate: time, endDate: time };
        }),
        { contentType: ndjson },
      );
      const { code, analysis } = await outcomeOf(there, uploadId);
      assert.deepEqual([code, analysis?.coverage.samples], [null, seconds]);
    });
  });

  describe('that is a bomb takes bounded memory', () => {
    const run = promisify(execFile);
    const bombs: [string, string, string, string][] = [
      ['256 MiB of blanks as JSON', 'json', ' ', 'recording/too-large'],
      ['256 MiB of numbers as JSON', 'json', '1,', 'recording/invalid'],
      ['256 MiB of objects as JSON', 'json', '{},', 'recording/invalid'],
      ['256 MiB of line ends', 'ndjson', '\n', 'recording/invalid-json'],
      ['256 MiB of one line', 'ndjson', 'x', 'recording/invalid-json'],
      ['256 MiB of lines that are no samples', 'ndjson', '{}\n', 'recording/invalid-json'],
    ];
    for (const [name, format, unit, expected] of representatives(bombs, 2)) {
      it(`${name}: ${expected}, without ever holding all of it`, async () => {
        const child = join(import.meta.dirname, '../../support/bomb.ts');
        const { stdout } = await run(process.execPath, [child, format, unit, '256']);
        const { code, bombMib, grownMib } = JSON.parse(stdout) as Record<string, number | string>;
        assert.equal(code, expected);
        assert.ok(Number(bombMib) < 2, `the bomb itself is ${bombMib} MiB`);
        assert.ok(Number(grownMib) < 224, `grew by ${grownMib} MiB`);
      });
    }
  });

  describe('that is not the one that was announced', () => {
    const good = json({ samples: [sentSample()] });
    const announced = async () => {
      const there = world();
      const sha256 = createHash('sha256').update(good).digest('hex');
      const input = { contentType: 'application/json', sizeBytes: good.length, sha256 } as const;
      const { uploadId, path } = await requestUpload(there.ports, { uid }, input, traceparent);
      const put = (body: Buffer) =>
        there.state.recordings.set(path, { contentType: input.contentType, traceparent, body });
      return { there, uploadId, put };
    };

    it('overwritten before it is read: recording/changed, and none of its samples are kept', async () => {
      const { there, uploadId, put } = await announced();
      put(json({ samples: [sentSample({ value: 7 })] }));
      assert.equal((await outcomeOf(there, uploadId)).code, 'recording/changed');
      assert.equal(there.state.samples.size, 0);
    });

    it('deleted before it is read: recording/missing', async () => {
      const { there, uploadId } = await announced();
      assert.equal((await outcomeOf(there, uploadId)).code, 'recording/missing');
    });

    it('of another person: upload/not-owner', async () => {
      const there = world();
      const uploadId = await stored(
        there,
        json({ userId: 'somebody', samples: [sentSample()] }),
        'application/json',
      );
      assert.equal((await outcomeOf(there, uploadId)).code, 'upload/not-owner');
    });
  });

  it('leaves its neighbours alone: what is sent beside it, before it and after it succeeds', async () => {
    const there = world();
    const poison = [
      Buffer.from(`{"samples":${'['.repeat(100_000)}`),
      gzipSync(Buffer.alloc(70 * 1024 * 1024, ' ')),
      lines(envelope, '{\n'.repeat(200_000)),
    ];
    const good = (value: number) => json({ samples: [sentSample({ value })] });
    const uploadIds = await Promise.all(
      [good(1), ...poison, good(2)].map((body) => stored(there, body, 'application/json')),
    );
    await Promise.all(uploadIds.map((uploadId) => there.analyze(uploadId)));
    const outcomes = await Promise.all(uploadIds.map((uploadId) => outcomeOf(there, uploadId)));
    assert.deepEqual(
      outcomes.map(({ code }) => code),
      [null, 'recording/invalid-json', 'recording/too-large', 'recording/invalid-json', null],
    );
    const { code, analysis } = await outcomeOf(there, await stored(there, good(3), 'application/json'));
    assert.deepEqual([code, analysis?.coverage.samples], [null, 3]);
  });

  it('names no other object than its own: ../ and percent signs are no upload', () => {
    for (const name of [
      'recordings/person-1/../person-2/upload-0001',
      'recordings/person-1/..',
      'recordings/person-1/%2e%2e%2fupload',
      'recordings//upload-0001',
      'recordings/person-1/upload-0001/',
      'recordings/person-1/upload\u0000001',
      'Recordings/person-1/upload-0001',
    ]) {
      assert.equal(uploadOfObject(name), undefined, name);
    }
    for (const id of ['../../users', '%2e%2e%2f1234', 'a/b/c/d/e/f', 'upload 0001', 'x'.repeat(65)]) {
      assert.throws(() => idempotencyKeyOf(id), { code: 'request/invalid' }, id);
    }
  });
});
