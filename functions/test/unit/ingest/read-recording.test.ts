import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { RecordingEnvelope } from '../../../src/contract/recording.ts';
import { Fault, type Issue } from '../../../src/domain/fault.ts';
import type { Sample } from '../../../src/domain/samples/sample.ts';
import {
  mostIssues,
  readRecording,
  type ReadOptions,
  type ReadRecording,
  type RecordingSource,
} from '../../../src/ingest/read-recording.ts';
import { at, inPieces, json, sentSample, type Sent } from '../../support/build.ts';

const receivedAt = at('2025-06-16T08:00:00Z');

interface Outcome extends ReadRecording {
  samples: Sample[];
}

async function read(
  body: Uint8Array | RecordingSource,
  options: Partial<ReadOptions> = {},
): Promise<Outcome> {
  const samples: Sample[] = [];
  const source = body instanceof Uint8Array ? () => inPieces(body) : body;
  const outcome = await readRecording(source, {
    contentType: 'application/json',
    receivedAt,
    maxBytes: 10_000_000,
    onEnvelope: () => Promise.resolve('UTC'),
    onSamples: (batch) => void samples.push(...batch),
    ...options,
  });
  return { ...outcome, samples };
}

function ndjson(...lines: unknown[]): Buffer {
  return Buffer.from(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
}

const asNdjson = { contentType: 'application/x-ndjson' };

async function faultOf(reading: Promise<unknown>): Promise<Fault> {
  const error: unknown = await reading.then(
    () => assert.fail('was accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Fault, String(error));
  return error;
}

/** Reads `bad` between two good samples; both must survive. Gives the issues, and what became of the bad one. */
async function beside(bad: Sent, envelope: object = {}): Promise<{ issues: Issue[]; kept: Sample[] }> {
  const good = [sentSample({ uuid: 'first', value: 11 }), sentSample({ uuid: 'last', value: 22 })] as const;
  const { samples, issues, ...counts } = await read(json({ ...envelope, samples: [good[0], bad, good[1]] }));
  const kept = samples.filter(({ value }) => value !== 11 && value !== 22);
  assert.deepEqual(
    samples.filter((sample) => !kept.includes(sample)).map(({ value }) => value),
    [11, 22],
    'the good samples survive',
  );
  assert.equal(counts.processedSamples, 2 + kept.length);
  assert.equal(counts.refusedSamples, 1 - kept.length - counts.skippedSamples);
  return { issues, kept };
}

describe('readRecording', () => {
  describe('reads every form of the same recording', () => {
    const samples = [sentSample({ uuid: 'one' }), sentSample({ uuid: 'two', value: 7 })];
    const envelope = {
      schemaVersion: 1,
      deviceInfo: { timeZone: 'Europe/Berlin' },
      deletedSamples: ['gone'],
    };

    it('JSON and NDJSON, gzip-encoded or not, in pieces of any size', async () => {
      const plain = [json({ ...envelope, samples }), ndjson(envelope, ...samples, '')];
      const expected = await read(plain[0]!);
      assert.equal(expected.samples.length, 2);
      for (const [i, bytes] of plain.entries()) {
        const contentType = i === 0 ? 'application/json' : 'application/x-ndjson';
        for (const body of [bytes, gzipSync(bytes)]) {
          for (const size of [1, 2, 3, 100, body.length]) {
            assert.deepEqual(await read(() => inPieces(body, size), { contentType }), expected);
          }
        }
      }
    });

    it('in camelCase and in snake_case, and knows which it was', async () => {
      const camel = await read(json({ uploadId: 'abcdefgh', userId: 'me', ...envelope, samples }));
      const snake = await read(
        json({
          schema_version: 1,
          upload_id: 'abcdefgh',
          user_id: 'me',
          device_info: { time_zone: 'Europe/Berlin' },
          deleted_samples: ['gone'],
          samples: samples.map(({ sampleType, startDate, endDate, sourceRevision, ...rest }) => {
            const { source, productType } = sourceRevision as { source: Sent; productType: string };
            const { name, bundleIdentifier } = source;
            return {
              ...rest,
              sample_type: sampleType,
              start_date: startDate,
              end_date: endDate,
              source_revision: {
                source: { name, bundle_identifier: bundleIdentifier },
                product_type: productType,
              },
            };
          }),
        }),
      );
      assert.equal(camel.snakeCase, false);
      assert.deepEqual(snake, { ...camel, snakeCase: true });
    });

    it('in snake_case where only the samples tell, in either format', async () => {
      const sample = {
        sample_type: 'heartRate',
        start_date: '2025-06-10T10:00:00Z',
        end_date: '2025-06-10T10:00:00Z',
        value: 60,
        unit: 'bpm',
      };
      assert.equal((await read(json({ samples: [sample] }))).snakeCase, true);
      const lines = await read(ndjson({ timestamp: '2025-06-10T10:00:00Z' }, sample), asNdjson);
      assert.equal(lines.snakeCase, true);
    });
  });

  describe('answers bad input, and none of it loses the good samples beside it', () => {
    it('refuses a reversed interval', async () => {
      const { issues, kept } = await beside(sentSample({ endDate: '2025-06-10T09:59:59Z' }));
      assert.deepEqual(kept, []);
      assert.deepEqual(issues, [
        { pointer: '/samples/1/endDate', expected: 'not before startDate', received: 'an earlier date' },
      ]);
    });

    it('keeps a cumulative sample without length', async () => {
      const { issues, kept } = await beside(sentSample({ endDate: '2025-06-10T10:00:00Z', value: 5 }));
      assert.deepEqual(issues, []);
      assert.deepEqual(
        kept.map(({ value, start, end }) => ({ value, length: end - start })),
        [{ value: 5, length: 0 }],
      );
    });

    it('keeps both of two values under one uuid, for the merge to decide', async () => {
      const twice = [sentSample({ uuid: 'same', value: 1 }), sentSample({ uuid: 'SAME', value: 2 })];
      const { samples, issues } = await read(
        json({ samples: [...twice, sentSample({ uuid: 'same', value: 3 })] }),
      );
      assert.deepEqual(issues, []);
      assert.equal(samples[0]!.id, samples[2]!.id);
      assert.equal(samples.length, 3);
    });

    it('refuses dates in 1970 and in 2099', async () => {
      const early = sentSample({ startDate: '1970-01-01T00:00:00Z', endDate: '1970-01-01T00:01:00Z' });
      assert.deepEqual((await beside(early)).issues, [
        { pointer: '/samples/1/startDate', expected: 'a date from 2000 on', received: 'an earlier date' },
      ]);
      const late = sentSample({ startDate: '2099-01-01T00:00:00Z', endDate: '2099-01-01T00:01:00Z' });
      assert.deepEqual((await beside(late)).issues, [
        { pointer: '/samples/1/endDate', expected: 'not in the future', received: 'a date in the future' },
      ]);
    });

    it('takes a clock that is a day ahead, and no more', async () => {
      const dayLater = { startDate: '2025-06-17T07:59:00Z', endDate: '2025-06-17T08:00:00Z' };
      assert.equal((await beside(sentSample(dayLater))).kept.length, 1);
      const later = { ...dayLater, endDate: '2025-06-17T08:00:01Z' };
      assert.equal((await beside(sentSample(later))).kept.length, 0);
    });

    it('refuses an unknown time zone rather than replacing it', async () => {
      const { issues, kept } = await beside(sentSample({ metadata: { HKTimeZone: 'Mars/Olympus' } }));
      assert.deepEqual(kept, []);
      assert.deepEqual(issues, [
        {
          pointer: '/samples/1/metadata/HKTimeZone',
          expected: 'an IANA time zone',
          received: 'another name',
        },
      ]);
    });

    it('refuses, for an unknown zone of the device, only the samples that name none of their own', async () => {
      const envelope = { deviceInfo: { timeZone: 'Mars/Olympus' } };
      const { issues, kept } = await beside(sentSample({ metadata: {} }), envelope);
      assert.deepEqual(kept, []);
      assert.deepEqual(
        issues.map(({ pointer }) => pointer),
        ['/deviceInfo/timeZone', '/samples/1/metadata/HKTimeZone'],
      );
    });

    it('refuses an unknown unit', async () => {
      const { issues } = await beside(sentSample({ unit: 'furlongs' }));
      assert.deepEqual(issues, [
        { pointer: '/samples/1/unit', expected: 'one of count', received: 'another unit' },
      ]);
      assert.equal((await beside(sentSample({ unit: undefined }))).issues[0]!.received, 'nothing');
    });

    it('refuses an impossible value, and says neither it nor its neighbours', async () => {
      const bad = sentSample({ sampleType: 'heartRate', value: 987654, unit: 'bpm' });
      const { issues } = await beside(bad);
      assert.deepEqual(issues, [
        {
          pointer: '/samples/1/value',
          expected: 'a heartRate between 20 and 350',
          received: 'a value outside that range',
        },
      ]);
      for (const value of ['100', null, undefined]) {
        const [issue] = (await beside(sentSample({ value }))).issues;
        assert.equal(issue!.pointer, '/samples/1/value');
      }
    });

    it('refuses a number that is too large to be one', async () => {
      const text = JSON.stringify({ samples: [sentSample(), sentSample({ uuid: 'x', value: 4711 })] });
      const { issues, processedSamples } = await read(Buffer.from(text.replace('4711', '1e309')));
      assert.equal(processedSamples, 1);
      assert.equal(issues[0]!.expected, 'a finite number');
    });

    it('counts an unknown type as skipped, which is no issue', async () => {
      const { issues, kept } = await beside(sentSample({ sampleType: 'HKQuantityTypeIdentifierUVExposure' }));
      assert.deepEqual([issues, kept], [[], []]);
    });

    it('refuses what is no sample at all', async () => {
      for (const [bad, received] of [
        [null, 'null'],
        [17, 'number'],
        [[], 'array'],
        ['text', 'string'],
      ] as const) {
        const { issues } = await beside(bad as unknown as Sent);
        assert.deepEqual(issues, [{ pointer: '/samples/1', expected: 'a sample object', received }]);
      }
    });

    it('refuses a line of NDJSON that is no JSON, the last one cut off included', async () => {
      const body = ndjson(
        {},
        sentSample({ uuid: 'a' }),
        '{"sampleType":',
        sentSample({ uuid: 'b' }),
        '{"sam',
      );
      const { issues, processedSamples, refusedSamples } = await read(body, asNdjson);
      assert.deepEqual([processedSamples, refusedSamples], [2, 2]);
      assert.deepEqual(
        issues.map(({ pointer }) => pointer),
        ['/samples/1', '/samples/3'],
      );
    });

    it('points into what was sent, in its spelling', async () => {
      const { issues } = await read(
        json({
          user_id: 'me',
          samples: [sentSample(), { sample_type: 'stepCount', start_date: 'yesterday' }],
        }),
      );
      assert.deepEqual(
        issues.map(({ pointer }) => pointer),
        ['/samples/1/start_date'],
      );
    });

    it(`tells the first ${mostIssues} issues and counts the rest`, async () => {
      const bad = Array.from({ length: 50 }, () => sentSample({ unit: '?' }));
      const { issues, refusedSamples, processedSamples } = await read(
        json({ samples: [sentSample(), ...bad] }),
      );
      assert.deepEqual([issues.length, refusedSamples, processedSamples], [mostIssues, 50, 1]);
    });
  });

  describe('refuses a recording as a whole', () => {
    const cases: [name: string, body: Buffer, code: string, options?: Partial<ReadOptions>][] = [
      ['nothing at all', Buffer.alloc(0), 'recording/empty'],
      ['white space', Buffer.from(' \n\t '), 'recording/empty'],
      ['white space as NDJSON', Buffer.from('\n\n'), 'recording/empty', asNdjson],
      ['an empty gzip', gzipSync(''), 'recording/empty'],
      ['text', Buffer.from('hello'), 'recording/invalid-json'],
      ['JSON that is cut off', json({ samples: [sentSample()] }).subarray(0, -3), 'recording/invalid-json'],
      ['an array', Buffer.from('[]'), 'recording/invalid'],
      ['a number as the first line', Buffer.from('1\n{}'), 'recording/invalid', asNdjson],
      ['samples that are no array', json({ samples: {} }), 'recording/invalid'],
      ['no samples', json({}), 'recording/no-samples'],
      ['an empty list of samples', json({ samples: [] }), 'recording/no-samples'],
      ['only bad samples', json({ samples: [sentSample({ unit: '?' })] }), 'recording/no-valid-samples'],
      [
        'a truncated gzip',
        gzipSync(json({ samples: [sentSample()] })).subarray(0, 60),
        'recording/truncated',
      ],
      [
        'a damaged gzip',
        Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
        'recording/invalid-encoding',
      ],
      ['a version from the future', json({ schemaVersion: 2, samples: [sentSample()] }), 'recording/invalid'],
      ['an upload id that is a path', json({ uploadId: '../../secret', samples: [] }), 'recording/invalid'],
      ['a line without end', Buffer.alloc(1_100_000, 'x'), 'recording/invalid-json', asNdjson],
    ];
    for (const [name, body, code, options] of cases) {
      it(`${name}: ${code}`, async () => {
        assert.equal((await faultOf(read(body, options))).code, code);
      });
    }

    it('one that is larger than allowed once it is decompressed, without decompressing it all', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
      assert.ok(bomb.length < 100_000);
      const fault = await faultOf(read(bomb, { maxBytes: 1_000_000 }));
      assert.equal(fault.code, 'recording/too-large');
    });

    it('names the field of the envelope, what was expected, and never what was received', async () => {
      const canary = 'canary-4711';
      for (const [envelope, pointer] of [
        [{ timestamp: canary }, '/timestamp'],
        [{ uploadId: canary.slice(0, 4) }, '/uploadId'],
        [{ deletedSamples: [canary, ''] }, '/deletedSamples/1'],
        [{ deviceInfo: { deviceModel: canary.repeat(50) } }, '/deviceInfo/deviceModel'],
        [{ user_id: canary.repeat(50) }, '/user_id'],
      ] as const) {
        const { issues } = await faultOf(read(json({ ...envelope, samples: [sentSample()] })));
        assert.equal(issues[0]!.pointer, pointer);
        assert.doesNotMatch(JSON.stringify(issues), /canary|4711/);
      }
    });
  });

  it('asks about the envelope before it reads a sample, and closes the stream when it is refused', async () => {
    const order: string[] = [];
    async function* body() {
      try {
        await Promise.resolve();
        yield ndjson({ userId: 'someone' }, sentSample(), '');
        for (;;) yield ndjson(sentSample(), '');
      } finally {
        order.push('closed');
      }
    }
    const reading = read(body, {
      ...asNdjson,
      onEnvelope: ({ userId }: RecordingEnvelope) => {
        order.push(`envelope of ${userId}`);
        return Promise.reject(new Fault('upload/not-owner'));
      },
      onSamples: () => void order.push('samples'),
    });
    assert.equal((await faultOf(reading)).code, 'upload/not-owner');
    assert.deepEqual(order, ['envelope of someone', 'closed']);
  });

  it("uses the zone of the sample before the device's before the person's", async () => {
    const bare = { metadata: {} };
    const device = { deviceInfo: { timeZone: 'Asia/Tokyo' } };
    const zones = async (envelope: object, sample: Sent) =>
      (
        await read(json({ ...envelope, samples: [sample] }), {
          onEnvelope: () => Promise.resolve('America/Lima'),
        })
      ).samples[0]!.timeZone;
    assert.equal(await zones(device, sentSample({ metadata: { HKTimeZone: 'Europe/Rome' } })), 'Europe/Rome');
    assert.equal(await zones(device, sentSample(bare)), 'Asia/Tokyo');
    assert.equal(await zones({}, sentSample(bare)), 'America/Lima');
  });

  it('refuses a sample of which no zone is known, also when the person named one that does not exist', async () => {
    for (const known of [undefined, 'Mars/Olympus']) {
      const { issues, processedSamples } = await read(
        json({ samples: [sentSample({ metadata: {} }), sentSample()] }),
        { onEnvelope: () => Promise.resolve(known) },
      );
      assert.equal(processedSamples, 1);
      assert.deepEqual(issues, [
        {
          pointer: '/samples/0/metadata/HKTimeZone',
          expected: 'an IANA time zone here or in deviceInfo.timeZone',
          received: 'nothing',
        },
      ]);
    }
  });

  it('takes Z for the zone of UTC, of a sample and of the phone', async () => {
    for (const body of [
      { samples: [sentSample({ metadata: { HKTimeZone: 'Z' } })] },
      { deviceInfo: { timeZone: 'Z' }, samples: [sentSample()] },
    ]) {
      const { samples, issues } = await read(json(body), { onEnvelope: () => Promise.resolve('Asia/Tokyo') });
      assert.deepEqual([samples[0]?.timeZone, issues], ['UTC', []]);
    }
  });

  it('takes as many deletions in NDJSON as in JSON', async () => {
    const deletedSamples = Array.from({ length: 100_000 }, (_, i) => `${i}`.padStart(36, '0'));
    const { deleted } = await read(ndjson({ deletedSamples }), asNdjson);
    assert.equal(deleted.length, 100_000);
    const issue = await faultOf(read(ndjson({ deletedSamples: [...deletedSamples, 'x'] }), asNdjson));
    assert.equal(issue.issues[0]!.expected, 'at most 100000 deletions');
  });

  it('takes a recording of deletions only, by the identity that samples have', async () => {
    const uuid = 'AABBCCDD-0000-4000-8000-000000000001';
    const { deleted, processedSamples } = await read(json({ deletedSamples: [uuid, 'own name'] }));
    assert.equal(processedSamples, 0);
    assert.equal(deleted[0], uuid.toLowerCase());
    const { samples } = await read(json({ samples: [sentSample({ uuid: 'own name' })] }));
    assert.equal(deleted[1], samples[0]!.id);
  });

  it('hands samples over in batches, so that the memory does not grow with the recording', async () => {
    async function* lines() {
      await Promise.resolve();
      yield Buffer.from('{}\n');
      const line = JSON.stringify(sentSample());
      for (let i = 0; i < 45; i++) yield Buffer.from(`${line}\n`.repeat(1000));
    }
    const batches: number[] = [];
    const { processedSamples } = await read(lines, {
      ...asNdjson,
      maxBytes: 100_000_000,
      onSamples: (batch) => void batches.push(batch.length),
    });
    assert.deepEqual(batches, [20_000, 20_000, 5_000]);
    assert.equal(processedSamples, 45_000);
  });

  it('closes the stream when it stops early', async () => {
    for (const compress of [false, true]) {
      let closed = false;
      async function* endless() {
        try {
          await Promise.resolve();
          const piece = Buffer.alloc(100_000, ' ');
          if (compress) yield gzipSync(Buffer.alloc(20_000_000, ' '));
          for (;;) yield piece;
        } finally {
          closed = true;
        }
      }
      const fault = await faultOf(read(endless, { maxBytes: 1_000_000 }));
      assert.equal(fault.code, 'recording/too-large');
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(closed, compress ? 'compressed' : 'plain');
    }
  });

  it('takes null for what is not there', async () => {
    const none = { userId: null, uploadId: null, deviceInfo: null, timestamp: null, deletedSamples: null };
    const { envelope } = await read(json({ ...none, schemaVersion: null, samples: [sentSample()] }));
    assert.deepEqual(envelope, { deletedSamples: [] });
    await read(json({ deviceInfo: { timeZone: null, appVersion: null }, samples: [sentSample()] }));
  });

  it('is not confused by keys that objects already have', async () => {
    const body = Buffer.from(
      `{"__proto__":{"userId":"x"},"constructor":1,"samples":[${JSON.stringify(sentSample())},` +
        `{"__proto__":{"sampleType":"stepCount"},"sampleType":"toString"},{"sampleType":"stepCount","unit":"constructor",` +
        `"value":1,"startDate":"2025-06-10T10:00:00Z","endDate":"2025-06-10T10:00:00Z"}]}`,
    );
    const { processedSamples, skippedSamples, refusedSamples, envelope } = await read(body);
    assert.deepEqual([processedSamples, skippedSamples, refusedSamples], [1, 1, 1]);
    assert.equal(envelope.userId, undefined);
  });
});
