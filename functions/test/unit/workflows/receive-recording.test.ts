import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { uploadAnswer } from '../../../src/contract/http.ts';
import { maxRequestBytes } from '../../../src/contract/upload.ts';
import { quotas } from '../../../src/domain/upload/quota.ts';
import { receiveRecording } from '../../../src/workflows/receive-recording.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { giveUp } from '../../support/story.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { at, inPieces, json, sentSample, traceparent, uid, world } from '../../support/build.ts';

const recording = { deviceInfo: { timeZone: 'Europe/Berlin' }, samples: [sentSample({ uuid: 'one' })] };
const uploadPath = (uploadId: string) => `users/${uid}/uploads/${uploadId}`;

describe('receiveRecording', () => {
  it('stores what was sent, as it was sent, beside a status document', async () => {
    const { receive, state, clock } = world();
    const body = gzipSync(json(recording));
    const { uploadId, ...counts } = await receive(body);
    const { incarnation } = state.uploads.get(uploadPath(uploadId))!;
    assert.deepEqual(counts, { processedSamples: 1, skippedSamples: 0, issues: [], snakeCase: false });
    assert.deepEqual(
      [...state.recordings],
      [
        [
          `recordings/${uid}/${uploadId}`,
          { contentType: 'application/json', traceparent, incarnation, body, version: '1' },
        ],
      ],
    );
    const upload = state.uploads.get(uploadPath(uploadId))!;
    assert.equal(upload.status, 'queued');
    assert.equal(upload.requestedAt, clock.time);
    assert.deepEqual(upload.announced, {
      contentType: 'application/json',
      sizeBytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  });

  it('takes an upload up again that had failed, also where the event of its object was faster', async () => {
    const { receive, ports, state, clock } = world();
    const { uploadId } = await receive(json(recording));
    const key = { uid, uploadId };
    await giveUp(ports, key, clock.time);
    await receive(json(recording));
    assert.deepEqual([state.uploads.get(uploadPath(uploadId))!.status, state.requests.length], ['queued', 1]);
    await giveUp(ports, key, clock.time);
    const { exists } = ports.recordings;
    ports.recordings.exists = async (one) => {
      ports.recordings.exists = exists;
      await retryUpload(ports, one);
      return exists(one);
    };
    assert.equal((await receive(json(recording))).uploadId, uploadId);
    assert.equal(state.requests.length, 2);
  });

  it('answers the same call again with the same answer, and stores nothing twice', async () => {
    const { receive, state, clock } = world();
    const first = await receive(json(recording));
    const [stored] = state.uploads.values();
    clock.time += 3_600_000;
    assert.deepEqual(await receive(json(recording)), first);
    assert.deepEqual([state.uploads.size, state.recordings.size], [1, 1]);
    assert.deepEqual([...state.uploads.values()], [stored]);
  });

  it('names an upload by who sent what: another person or other bytes are another upload', async () => {
    const { receive, ports, state } = world();
    const { uploadId } = await receive(json(recording));
    assert.match(uploadId, /^[A-Za-z0-9_-]{32}$/);
    const other = await receive(json({ ...recording, timestamp: '2025-06-16T00:00:00Z' }));
    const input = { contentType: 'application/json', uploadId: undefined, traceparent } as const;
    const person = await receiveRecording(ports, {
      ...input,
      uid: 'person-2',
      body: inPieces(json(recording)),
    });
    assert.equal(new Set([uploadId, other.uploadId, person.uploadId]).size, 3);
    assert.equal(state.recordings.size, 3);
  });

  it("takes the client's own id: the header's before the recording's", async () => {
    const { receive } = world();
    const named = json({ ...recording, uploadId: 'in-the-recording' });
    assert.equal((await receive(named)).uploadId, 'in-the-recording');
    assert.equal((await receive(named, { uploadId: 'in-the-header' })).uploadId, 'in-the-header');
  });

  it('refuses the same id with other content, and keeps the first', async () => {
    const { receive, state } = world();
    await receive(json(recording), { uploadId: 'upload-1' });
    const before = new Map(state.recordings);
    const other = json({ ...recording, samples: [sentSample({ uuid: 'two' })] });
    await assert.rejects(receive(other, { uploadId: 'upload-1' }), { code: 'upload/conflict' });
    assert.deepEqual(state.recordings, before);
  });

  it('refuses an id that was announced for a direct upload of something else', async () => {
    const { receive, ports, state } = world();
    const announced = { contentType: 'application/json', sizeBytes: 10, uploadId: 'upload-1' } as const;
    await requestUpload(ports, { uid }, announced, traceparent);
    await assert.rejects(receive(json(recording), { uploadId: 'upload-1' }), { code: 'upload/conflict' });
    assert.equal(state.recordings.size, 0);
  });

  it('finishes what a crash between the two writes left behind', async () => {
    const { receive, ports, state } = world();
    const crash = new Error('crash');
    const broken = { ...ports, recordings: { ...ports.recordings, create: () => Promise.reject(crash) } };
    const input = { uid, contentType: 'application/json', uploadId: undefined, traceparent } as const;
    await assert.rejects(receiveRecording(broken, { ...input, body: inPieces(json(recording)) }), crash);
    const { uploadId } = await receive(json(recording));
    assert.deepEqual([...state.uploads.keys()], [uploadPath(uploadId)]);
    assert.ok(state.recordings.has(`recordings/${uid}/${uploadId}`));
  });

  it("refuses another person's recording, and writes nothing", async () => {
    const { receive, state } = world();
    await assert.rejects(receive(json({ ...recording, userId: 'person-2' })), { code: 'upload/not-owner' });
    assert.deepEqual([state.uploads.size, state.recordings.size], [0, 0]);
    await receive(json({ ...recording, userId: uid }));
  });

  it('writes nothing of a recording that cannot be used', async () => {
    const { receive, state } = world();
    for (const [body, code] of [
      [Buffer.alloc(0), 'recording/empty'],
      [Buffer.from('{'), 'recording/invalid-json'],
      [gzipSync(json(recording)).subarray(0, 40), 'recording/truncated'],
      [json({ samples: [sentSample({ value: -1 })] }), 'recording/no-valid-samples'],
    ] as const) {
      await assert.rejects(receive(body), { code });
    }
    assert.deepEqual([state.uploads.size, state.recordings.size], [0, 0]);
  });

  it('stops reading a body that is larger than allowed, whatever its length claimed', async () => {
    const { ports } = world();
    const piece = Buffer.alloc(1024 * 1024, ' ');
    let read = 0;
    async function* endless() {
      await Promise.resolve();
      for (;;) {
        read += piece.length;
        yield piece;
      }
    }
    const input = { uid, contentType: 'application/json', uploadId: undefined, traceparent } as const;
    await assert.rejects(receiveRecording(ports, { ...input, body: endless() }), {
      code: 'recording/too-large',
    });
    assert.equal(read, maxRequestBytes + piece.length);
  });

  it('takes a body out of the quotas before its first byte is read, by the length that was declared', async () => {
    const { ports, state } = world();
    const used = () => state.quotas.get(`person:${uid}`)?.uploadBytes?.used;
    const body = json(recording);
    async function* reading(seen: (number | undefined)[]) {
      await Promise.resolve();
      seen.push(used());
      yield body;
    }
    const input = { uid, contentType: 'application/json', uploadId: undefined, traceparent } as const;
    const seen: (number | undefined)[] = [];
    await receiveRecording(ports, { ...input, body: reading(seen), sizeBytes: body.length });
    assert.deepEqual([seen, used()], [[body.length], body.length]);

    // Of one whose length was not declared, what it did not need is given back.
    const more: (number | undefined)[] = [];
    await receiveRecording(ports, { ...input, body: reading(more) });
    assert.deepEqual([more, used()], [[body.length + maxRequestBytes], 2 * body.length]);

    const hungUp = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('hung up')) }) };
    await assert.rejects(receiveRecording(ports, { ...input, body: hungUp, sizeBytes: 1000 }), /hung up/);
    assert.equal(used(), 2 * body.length + 1000, 'a body that does not come costs what it said');
  });

  it('does not read a body that says that it is too large', async () => {
    const { ports, state } = world();
    const input = { uid, contentType: 'application/json', uploadId: undefined, traceparent } as const;
    const body = { [Symbol.asyncIterator]: () => assert.fail('it was read') };
    await assert.rejects(receiveRecording(ports, { ...input, body, sizeBytes: maxRequestBytes + 1 }), {
      code: 'recording/too-large',
    });
    assert.equal(state.quotas.size, 0);
  });

  it('takes the days that it has samples of out of the quota, and refuses more than there are', async () => {
    const { receive, state } = world();
    const used = () => state.quotas.get(`person:${uid}`)?.recordingDays?.used;
    const daily = (count: number, from = 0) => {
      const samples = Array.from({ length: count }, (_, i) => {
        const date = new Date(Date.UTC(2005, 0, 1 + from + i, 12)).toISOString();
        return sentSample({ startDate: date, endDate: date });
      });
      return json({ samples: [...samples, ...samples.slice(0, 1)] });
    };
    const { limit } = quotas.recordingDays;
    assert.ok(limit >= 2 * 5 * 365.25, 'five years, sent twice');
    await receive(daily(8));
    assert.equal(used(), undefined, 'what is sent every day is not counted');
    await receive(daily(limit - 9));
    await assert.rejects(receive(daily(10, limit)), { code: 'quota/exceeded' });
    await receive(daily(9, limit));
    await assert.rejects(receive(daily(limit + 1)), { code: 'recording/too-many-days' });
    assert.deepEqual([used(), state.uploads.size], [limit, 3]);
  });

  it("dates samples that name no zone by the person's own", async () => {
    const { receive, analyze, state } = world();
    const sample = sentSample({
      startDate: '2025-06-10T23:30:00Z',
      endDate: '2025-06-10T23:31:00Z',
      metadata: {},
    });
    await assert.rejects(receive(json({ samples: [sample] })), { code: 'recording/no-valid-samples' });
    state.people.set(uid, { timeZone: 'Asia/Tokyo' });
    await analyze((await receive(json({ samples: [sample] }))).uploadId);
    assert.deepEqual([...state.summaries.keys()], [`users/${uid}/summaries/2025-06-11`]);
  });

  it('is not stopped for good by a person whose time zone does not exist', async () => {
    const { receive, state } = world();
    state.people.set(uid, { timeZone: 'Mars/Olympus' });
    const bare = sentSample({ metadata: {} });
    await assert.rejects(receive(json({ samples: [bare] })), { code: 'recording/no-valid-samples' });
    assert.equal((await receive(json({ samples: [bare, sentSample()] }))).processedSamples, 1);
  });
});

/** What the existing iOS client posts once a day: snake_case, a day's steps in one sample, sleep as a total. */
describe('the existing iOS client', () => {
  const source_revision = {
    source: { name: 'Pulse', bundle_identifier: 'com.example.pulse' },
    version: '1.0.0',
    product_type: 'iPhone',
    operating_system_version: '18.5',
  };
  const device_info = {
    device_model: 'iPhone',
    system_name: 'iOS',
    system_version: '18.5',
    app_version: '1.0.0',
    time_zone: 'America/New_York',
  };
  const daily = {
    user_id: uid,
    samples: [
      {
        sample_type: 'stepCount',
        value: 8421.0,
        unit: 'count',
        start_date: '2025-06-08T04:00:00Z',
        end_date: '2025-06-09T04:00:00Z',
        source_revision,
      },
      {
        sample_type: 'restingHeartRate',
        value: 58.0,
        unit: 'bpm',
        start_date: '2025-06-08T16:00:00Z',
        end_date: '2025-06-08T16:00:00Z',
        source_revision,
      },
      {
        sample_type: 'sleepAnalysis',
        value: 431.0,
        unit: 'min',
        category_value: 1,
        start_date: '2025-06-09T02:00:00Z',
        end_date: '2025-06-09T09:58:20Z',
        source_revision,
        metadata: { sleep_efficiency: 0.9, total_time_in_bed: 478.33 },
      },
    ],
    device_info,
    timestamp: '2025-06-09T12:00:00Z',
  };

  it('is accepted, and answered in snake_case', async () => {
    const { receive } = world('2025-06-09T12:00:10Z');
    const received = await receive(json(daily));
    assert.deepEqual(uploadAnswer(received), {
      success: true,
      upload_id: received.uploadId,
      status: 'queued',
      processed_samples: 3,
      skipped_samples: 0,
      errors: [],
      message: '3 samples accepted, 0 skipped.',
    });
  });

  it('gets its daily totals, its minutes asleep as a total, and no rhythm, with the reason', async () => {
    const { receive, analyze, state } = world('2025-06-09T12:00:10Z');
    const { uploadId } = await receive(json(daily));
    assert.equal(await analyze(uploadId), 'analyzed');
    const [analysis] = state.analyses.values();
    const { activity, rhythm, sleep, cardio, window } = analysis!;
    assert.deepEqual(window.days, ['2025-06-08', '2025-06-09']);
    assert.equal(window.timeZone, 'America/New_York');

    assert.ok('days' in activity);
    assert.deepEqual(
      activity.days.map(({ day, steps, minutesOver60StepsPerMinute }) => ({
        day,
        steps,
        minutesOver60StepsPerMinute,
      })),
      [
        { day: '2025-06-08', steps: 8421, minutesOver60StepsPerMinute: null },
        { day: '2025-06-09', steps: null, minutesOver60StepsPerMinute: null },
      ],
    );
    assert.equal(activity.steps, null, 'the day on which the samples begin is no whole one');
    assert.deepEqual(rhythm, { unavailable: 'recording/unresolved-minutes' });

    assert.ok('nights' in sleep);
    assert.equal(sleep.nights.length, 1);
    const [night] = sleep.nights;
    assert.equal(night!.day, '2025-06-09');
    assert.equal(night!.source, 'app-total');
    assert.equal(night!.tstMinutes, 431);
    assert.deepEqual(
      [night!.onset, night!.wake, night!.wasoMinutes, night!.stageMinutes],
      [null, null, null, null],
    );

    assert.ok('restingHeartRate' in cardio);
    assert.deepEqual(cardio.restingHeartRate, { bpm: 58, average: { mean: 58, sd: null, n: 1 } });
  });

  it('may send a single heart rate of the watch', async () => {
    const { receive, analyze, state } = world('2025-06-09T12:00:10Z');
    const { uploadId, snakeCase, processedSamples } = await receive(
      json({
        user_id: uid,
        samples: [
          {
            sample_type: 'heartRate',
            value: 72.5,
            unit: 'count/min',
            start_date: '2025-06-08T12:00:00Z',
            end_date: '2025-06-08T12:00:00Z',
            source_revision: { ...source_revision, product_type: 'Watch6,1' },
            metadata: { HKMetadataKeyHeartRateMotionContext: 1 },
          },
        ],
        device_info,
        timestamp: '2025-06-08T12:00:05Z',
      }),
    );
    assert.deepEqual([snakeCase, processedSamples], [true, 1]);
    await analyze(uploadId);
    const [analysis] = state.analyses.values();
    assert.ok('heartRate' in analysis!.cardio);
    assert.deepEqual(analysis!.cardio.heartRate, { meanBpm: 72.5, minBpm: 72.5, maxBpm: 72.5, minutes: 1 });
    assert.deepEqual(analysis!.sleep, { unavailable: 'no-samples' });
    assert.deepEqual(analysis!.rhythm, { unavailable: 'no-samples' });
    assert.equal(at(analysis!.window.start), at('2025-06-08T04:00:00Z'));
  });
});
