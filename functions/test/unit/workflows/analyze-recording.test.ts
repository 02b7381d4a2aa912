import assert from 'node:assert/strict';
import { Fault } from '../../../src/domain/fault.ts';
import { analyzeRecording } from '../../../src/workflows/analyze-recording.ts';
import { analyzeDays } from '../../../src/workflows/steps/analyze-days.ts';
import type { Ports } from '../../../src/workflows/ports.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { sweepStalled } from '../../../src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../../src/workflows/write-narrative.ts';
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
} from '../../support/build.ts';
import { sleepsSoundly } from '../../support/stand-ins.ts';

/** Steps on the n-th day of June 2025, at ten. */
function stepsOn(day: number, value: number, rest: Sent = {}): Sent {
  const date = `2025-06-${String(day).padStart(2, '0')}`;
  return sentSample({ startDate: `${date}T10:00:00Z`, endDate: `${date}T10:01:00Z`, value, ...rest });
}

function heartRateNight(evening: string): Sent[] {
  const samples: Sent[] = [];
  for (let i = 0; i < 8 * 60; i++) {
    const startDate = new Date(at(evening) + i * minuteMs).toISOString();
    samples.push(
      sentSample({ sampleType: 'heartRate', value: 55, unit: 'bpm', startDate, endDate: startDate }),
    );
  }
  return samples;
}

const inBed = (evening: string, hours = 8): Sent =>
  sentSample({
    sampleType: 'sleepAnalysis',
    categoryValue: 0,
    startDate: `${evening}Z`,
    endDate: new Date(at(evening) + hours * 60 * minuteMs).toISOString(),
  });

describe('analyzeRecording', () => {
  it('merges the samples, writes the analysis and moves the upload on', async () => {
    const { receive, analyze, ports, state, clock } = world();
    const { uploadId } = await receive(json({ samples: [stepsOn(10, 100), stepsOn(11, 5, { unit: '?' })] }));
    assert.equal(await analyze(uploadId), 'analyzed');
    const upload = await readStatus(ports, { uid, uploadId });
    assert.deepEqual([upload.status, upload.stage, upload.attempt], ['processing', 'narrative', 1]);
    assert.equal(upload.lease, null);
    assert.equal(upload.analyzedAt, clock.time);
    assert.deepEqual(upload.receipt, {
      processedSamples: 1,
      skippedSamples: 0,
      issues: [{ pointer: '/samples/1/unit', expected: 'one of count', received: 'another unit' }],
    });
    assert.deepEqual([...state.analyses.keys()], [`users/${uid}/analyses/${uploadId}`]);
    assert.deepEqual([...state.days.get(uid)!.keys()], ['2025-06-10']);
  });

  it('looks at the trailing week, whatever small piece was sent last', async () => {
    const { receive, analyze, state } = world();
    const days = [2, 3, 4, 9, 10, 11];
    await analyze((await receive(json({ samples: days.map((day) => stepsOn(day, day)) }))).uploadId);
    const { uploadId } = await receive(json({ samples: [stepsOn(12, 12)] }));
    await analyze(uploadId);
    const { window, activity } = state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
    // Seven days up to the 12th begin on the 6th; days without any sample do not lead the window.
    assert.deepEqual(window.days, ['2025-06-09', '2025-06-10', '2025-06-11', '2025-06-12']);
    assert.ok('days' in activity);
    assert.deepEqual(
      activity.days.map(({ steps }) => steps),
      [9, 10, 11, 12],
    );
  });

  it('leaves the analyses of earlier uploads as what was known then', async () => {
    const { receive, analyze, state } = world();
    const first = await receive(json({ samples: [stepsOn(10, 100)] }));
    await analyze(first.uploadId);
    const before = structuredClone(state.analyses.get(`users/${uid}/analyses/${first.uploadId}`));
    await analyze((await receive(json({ samples: [stepsOn(10, 50, { uuid: 'x' })] }))).uploadId);
    assert.deepEqual(state.analyses.get(`users/${uid}/analyses/${first.uploadId}`), before);
  });

  it('needs the day before the window for the night that ends on its first day', async () => {
    const { receive, analyze, state } = world();
    const asleep = sentSample({
      sampleType: 'sleepAnalysis',
      categoryValue: 3,
      startDate: '2025-06-05T22:00:00Z',
      endDate: '2025-06-06T06:00:00Z',
    });
    const week = [6, 7, 8, 9, 10, 11, 12].map((day) => stepsOn(day, 1));
    const { uploadId } = await receive(json({ samples: [asleep, stepsOn(5, 1), ...week] }));
    await analyze(uploadId);
    const { sleep, window } = [...state.analyses.values()][0]!;
    assert.equal(window.days[0], '2025-06-06');
    assert.ok('nights' in sleep);
    assert.deepEqual(
      sleep.nights.map(({ day, tstMinutes }) => [day, tstMinutes]),
      [['2025-06-06', 480]],
    );
  });

  it('reads the days of the window and the one before, and every day only for an analysis of all', async () => {
    const { ports } = world();
    const asked: number[] = [];
    const days: Ports['days'] = {
      ...ports.days,
      latest: (_person, count) => {
        asked.push(count);
        return Promise.resolve([]);
      },
    };
    await analyzeDays({ ...ports, days }, uid, 7);
    await analyzeDays({ ...ports, days }, uid, 1);
    await analyzeDays({ ...ports, days }, uid, 'all');
    assert.deepEqual(asked, [8, 2, Infinity]);
  });

  it('still sees the day before the window when a later day was emptied by deletions', async () => {
    const { receive, analyze, ports } = world();
    const samples = [5, 6, 7, 8, 9, 10, 11, 12, 13].map((day) => stepsOn(day, day, { uuid: `day ${day}` }));
    await analyze((await receive(json({ samples }))).uploadId);
    await analyze((await receive(json({ deletedSamples: ['day 13'] }))).uploadId);
    const latest = await ports.days.latest(uid, 8);
    assert.deepEqual(
      latest.map(({ day }) => day.slice(-2)),
      ['05', '06', '07', '08', '09', '10', '11', '12'],
    );
  });

  it('removes deleted samples, and keeps them away when they arrive again', async () => {
    const { receive, analyze, state, ports } = world();
    const twice = [stepsOn(10, 100, { uuid: 'gone' }), stepsOn(10, 7, { uuid: 'kept' })];
    await analyze((await receive(json({ samples: twice }))).uploadId);
    const deletion = await receive(json({ deletedSamples: ['gone'] }));
    assert.equal(await analyze(deletion.uploadId), 'analyzed');
    const again = await receive(json({ samples: [...twice, stepsOn(11, 1)] }));
    await analyze(again.uploadId);
    for (const { uploadId } of [deletion, again]) {
      const { activity } = state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
      assert.ok('days' in activity);
      assert.equal(activity.days[0]!.steps, 7);
    }
    assert.equal((await ports.days.latest(uid, 9))[0]!.samples.length, 1);
  });

  it('keeps one of two values under one uuid: the same one in either order, also across uploads and days', async () => {
    const conflict = [
      stepsOn(10, 1, { uuid: 'same' }),
      stepsOn(10, 2, { uuid: 'same' }),
      stepsOn(11, 3, { uuid: 'same' }),
    ];
    const totals = new Set<string>();
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { receive, analyze, ports } = world();
      for (const i of order) await analyze((await receive(json({ samples: [conflict[i]!] }))).uploadId);
      const analysis = await analyzeDays(ports, uid, 7);
      assert.ok(analysis && 'days' in analysis.activity);
      totals.add(JSON.stringify(analysis.activity.days.map(({ steps }) => steps)));
      assert.equal(
        analysis.activity.days.reduce((sum, { steps }) => sum + (steps ?? 0), 0),
        3,
      );
    }
    assert.equal(totals.size, 1);
  });

  it('keeps people apart', async () => {
    const { receive, analyze, ports } = world();
    await analyze((await receive(json({ samples: [stepsOn(10, 100)] }))).uploadId);
    assert.equal(await analyzeDays(ports, 'person-2', 7), undefined);
  });

  describe('asks the sleep model', () => {
    it('for a night in bed without stages, and names it', async () => {
      const { receive, analyze, state } = world();
      const samples = [inBed('2025-06-10T22:00:00'), ...heartRateNight('2025-06-10T22:00:00')];
      await analyze((await receive(json({ samples }))).uploadId);
      const { sleep, models } = [...state.analyses.values()][0]!;
      assert.deepEqual(models, [{ name: 'stand-in', version: '0', sha256: '0'.repeat(64) }]);
      assert.ok('nights' in sleep);
      const [night] = sleep.nights;
      assert.equal(night!.source, 'sleep-model');
      assert.equal(night!.tstMinutes, 480);
      assert.ok(Math.abs(night!.confidence! - 0.8) < 1e-6);
    });

    it('never where there are stages: then it is not even loaded, nor named', async () => {
      const { receive, ports, state } = world();
      const stages = sentSample({
        sampleType: 'sleepAnalysis',
        categoryValue: 4,
        startDate: '2025-06-10T22:00:00Z',
        endDate: '2025-06-11T06:00:00Z',
      });
      const { uploadId } = await receive(
        json({ samples: [stages, ...heartRateNight('2025-06-10T22:00:00')] }),
      );
      const models = { ...sleepsSoundly, sleep: () => Promise.reject(new Error('must not be asked')) };
      assert.equal(await analyzeRecording({ ...ports, models }, { uid, uploadId, traceparent }), 'analyzed');
      assert.deepEqual([...state.analyses.values()][0]!.models, []);
    });
  });

  describe('is safe to call again', () => {
    it('does nothing for what is done', async () => {
      const { receive, analyze, state } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      await analyze(uploadId);
      const before = structuredClone(state.uploads);
      assert.equal(await analyze(uploadId), 'done-before');
      assert.deepEqual(state.uploads, before);
    });

    it('holds a lease of a minute while it works', async () => {
      const { receive, ports, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      const outcomes: unknown[] = [];
      const days: Ports['days'] = {
        ...ports.days,
        async merge(...batch) {
          clock.time += 44_999;
          outcomes.push(await analyzeRecording(ports, request).catch((error: unknown) => error));
          return ports.days.merge(...batch);
        },
      };
      assert.equal(await analyzeRecording({ ...ports, days }, request), 'analyzed');
      assert.deepEqual(
        outcomes.map((outcome) => (outcome as Fault).code),
        ['upload/busy'],
      );
    });

    it('refuses while somebody else holds a live lease, and takes over when it has run out', async () => {
      const { receive, ports, clock, analyze, state } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const key = { uid, uploadId };
      const claim = {
        kind: 'claimed',
        stage: 'analysis',
        holder: 'dead',
        at: clock.time,
        until: clock.time + 60_000,
      } as const;
      await ports.uploads.advance(key, claim);
      clock.time += 59_999;
      await assert.rejects(analyze(uploadId), { code: 'upload/busy' });
      clock.time += 1;
      assert.equal(await analyze(uploadId), 'analyzed');
      const late = {
        kind: 'analyzed',
        holder: 'dead',
        receipt: null as never,
        provisional: false,
        at: clock.time,
      } as const;
      await assert.rejects(ports.uploads.advance(key, late, { analysis: null as never }), {
        code: 'upload/fenced',
      });
      assert.equal(state.analyses.size, 1);
    });

    it('ends the same after a crash before or after any call of any port', async () => {
      const samples = [
        stepsOn(10, 100),
        inBed('2025-06-10T22:00:00'),
        ...heartRateNight('2025-06-10T22:00:00'),
      ];
      const body = json({ samples, deletedSamples: ['nothing'] });
      const clean = world();
      const { uploadId } = await clean.receive(body);
      await clean.analyze(uploadId);
      const request = { uid, uploadId, traceparent };

      let crashes = 0;
      for (let n = 0; ; n++) {
        const { receive, ports, state, clock } = world();
        await receive(body);
        let calls = 0;
        let crashed = false;
        // Dead is dead: nothing works after the crash, the release of the lease neither.
        const guard =
          <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            const here = calls++ === Math.floor(n / 2);
            if (here && n % 2 === 0) crashed = true;
            if (crashed) throw new Error('crash before');
            const result = await work(...args);
            if (here) crashed = true;
            if (crashed) throw new Error('crash after');
            return result;
          };
        const crashing = <P extends object>(port: P): P =>
          Object.fromEntries(
            Object.entries(port).map(([name, work]) => [
              name,
              guard(work as (...args: unknown[]) => Promise<unknown>),
            ]),
          ) as P;
        const { uploads, recordings, people, days, models } = ports;
        const broken: typeof ports = {
          ...ports,
          uploads: crashing(uploads),
          recordings: crashing(recordings),
          people: crashing(people),
          days: crashing(days),
          models: crashing(models),
        };
        const outcome = await analyzeRecording(broken, request).catch(() => 'crashed');
        if (!crashed) {
          assert.equal(outcome, 'analyzed');
          break;
        }
        crashes++;
        clock.time += 60_000;
        await analyzeRecording(ports, request);
        assert.deepEqual(state.analyses, clean.state.analyses, `crash ${n}`);
        assert.deepEqual(state.days, clean.state.days, `crash ${n}`);
        assert.equal(state.uploads.get(`users/${uid}/uploads/${uploadId}`)!.stage, 'narrative');
      }
      assert.ok(crashes >= 14, `${crashes} crash points`);
    });
  });

  describe('when it fails', () => {
    async function announced(body: string) {
      const there = world();
      const input = {
        contentType: 'application/json',
        sizeBytes: body.length,
        uploadId: 'upload-1',
      } as const;
      await requestUpload(there.ports, { uid }, input, traceparent);
      const about = { contentType: 'application/json', traceparent };
      await there.ports.recordings.create({ uid, uploadId: 'upload-1' }, Buffer.from(body), about);
      return there;
    }

    it('records a fault that will not go away on the upload, with its sentence and issues', async () => {
      const good = JSON.stringify({ samples: [sentSample({ unit: '?' })] });
      for (const [body, code, issues] of [
        ['{', 'recording/invalid-json', 0],
        [good, 'recording/no-valid-samples', 1],
        [JSON.stringify({ userId: 'person-2', samples: [sentSample()] }), 'upload/not-owner', 0],
      ] as const) {
        const { analyze, ports, state, clock } = await announced(body);
        assert.equal(await analyze('upload-1'), 'failed');
        const upload = await readStatus(ports, { uid, uploadId: 'upload-1' });
        assert.deepEqual([upload.status, upload.code, upload.lease], ['failed', code, null]);
        assert.equal(upload.message, new Fault(code).message);
        assert.equal(upload.receipt!.issues.length, issues);
        assert.equal(upload.finishedAt, clock.time);
        assert.deepEqual([state.analyses.size, state.days.size], [0, 0]);
        assert.equal(await analyze('upload-1'), 'done-before');
      }
    });

    it("sends no letter about what is wrong with the sender's recording: nobody of ours can mend it", async () => {
      const { analyze, state } = await announced('{');
      assert.equal(await analyze('upload-1'), 'failed');
      assert.deepEqual(state.publishedLetters, []);
    });

    it('gives an upload up, with a letter, after a day of our own faults, and not before', async () => {
      const { receive, ports, state, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      const broken = { ...ports, days: { ...ports.days, merge: () => Promise.reject(new Error('away')) } };
      const day = 24 * 60 * minuteMs;
      await assert.rejects(analyzeRecording(broken, request), { message: 'away' });
      clock.time += day - 1;
      await assert.rejects(analyzeRecording(broken, request), { message: 'away' });
      clock.time += 1;
      assert.equal(await analyzeRecording(broken, request), 'failed');
      assert.deepEqual(state.publishedLetters, [
        { uid, uploadId, code: 'internal', deliveries: null, traceparent },
      ]);
      // Taken up again when the cause is gone.
      await retryUpload(ports, { uid, uploadId });
      assert.equal(await analyzeRecording(ports, request), 'analyzed');
    });

    it('gives an upload up that brings down every worker, once that cannot be chance any more', async () => {
      const { receive, ports, state, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      for (let crashes = 0; crashes <= 5; crashes++) {
        const at = clock.time;
        const claim = {
          kind: 'claimed',
          stage: 'analysis',
          holder: `dead-${crashes}`,
          at,
          until: at,
        } as const;
        await ports.uploads.advance({ uid, uploadId }, claim);
        clock.time += 10 * minuteMs;
      }
      assert.equal(await analyzeRecording(ports, { uid, uploadId, traceparent }), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId })).code, 'analysis/gave-up');
      assert.deepEqual(
        state.publishedLetters.map(({ code }) => code),
        ['analysis/gave-up'],
      );
      assert.equal(state.days.size, 0, 'it was not even opened');
    });

    it('hands its work over before the function ends, and the next run goes on after the last batch', async () => {
      const { receive, ports, state, clock } = world();
      const line = (i: number) => JSON.stringify(stepsOn(1 + (i % 28), i));
      const samples = Array.from({ length: 45_000 }, (_, i) => line(i));
      const body = Buffer.from(['{"schemaVersion":1}', ...samples].join('\n'));
      const { uploadId } = await receive(body, { contentType: 'application/x-ndjson' });
      const request = { uid, uploadId, traceparent };
      let beat: () => void = () => {};
      const slowClock = {
        now: () => clock.time,
        wait: () =>
          new Promise<void>((resolve) => {
            beat = resolve;
          }),
      };
      const merged: number[] = [];
      const days: Ports['days'] = {
        ...ports.days,
        async merge(...batch) {
          const result = await ports.days.merge(...batch);
          merged.push(batch[1].reduce((sum, { samples }) => sum + samples.length, 0));
          if (merged.length === 2) {
            setImmediate(() => {
              clock.time += 6 * minuteMs;
              beat();
            });
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          return result;
        },
      };
      assert.equal(await analyzeRecording({ ...ports, days, clock: slowClock }, request), 'handed-over');
      assert.deepEqual(state.requests.at(-1), request);
      const before = merged.length;
      assert.equal(await analyzeRecording({ ...ports, days }, request), 'analyzed');
      assert.ok(merged.length - before < 3, 'what was merged is not merged again');
    });

    it('stops as soon as its lease is not renewed any more', async () => {
      const { receive, ports, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      let beat: () => void = () => {};
      const slowClock = {
        now: () => clock.time,
        wait: () =>
          new Promise<void>((resolve) => {
            beat = resolve;
          }),
      };
      const days: Ports['days'] = {
        ...ports.days,
        latest: async () => {
          clock.time += minuteMs;
          await analyzeRecording(ports, request);
          beat();
          return new Promise(() => {});
        },
      };
      await assert.rejects(analyzeRecording({ ...ports, days, clock: slowClock }, request), {
        code: 'upload/fenced',
      });
      assert.equal((await readStatus(ports, { uid, uploadId })).stage, 'narrative');
    });

    it('fails, and merges nothing, when the object is not the one that was announced', async () => {
      const { ports, state, analyze } = world();
      const body = JSON.stringify({ samples: [sentSample()] });
      const sha256 = '0'.repeat(64);
      const input = {
        contentType: 'application/json',
        sizeBytes: body.length,
        uploadId: 'upload-1',
        sha256,
      } as const;
      await requestUpload(ports, { uid }, input, traceparent);
      const about = { contentType: 'application/json', traceparent };
      await ports.recordings.create({ uid, uploadId: 'upload-1' }, Buffer.from(body), about);
      assert.equal(await analyze('upload-1'), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId: 'upload-1' })).code, 'recording/changed');
      assert.equal(state.days.size, 0);
    });

    it('says that nothing is known yet when a deletion leaves no day', async () => {
      const { analyze, ports } = await announced(JSON.stringify({ deletedSamples: ['some-sample'] }));
      assert.equal(await analyze('upload-1'), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId: 'upload-1' })).code, 'recording/nothing-known');
    });

    it('fails when the object is gone', async () => {
      const { ports, analyze } = world();
      const input = { contentType: 'application/json', sizeBytes: 1, uploadId: 'upload-1' } as const;
      await requestUpload(ports, { uid }, input, traceparent);
      assert.equal(await analyze('upload-1'), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId: 'upload-1' })).code, 'recording/missing');
    });

    it('throws what may pass and gives the lease back, so that the next delivery works at once', async () => {
      const passing: Error[] = [new Error('connection reset'), new Fault('service/unavailable')];
      for (const error of passing) {
        const { receive, ports, analyze } = world();
        const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
        const days: Ports['days'] = { ...ports.days, merge: () => Promise.reject(error) };
        await assert.rejects(analyzeRecording({ ...ports, days }, { uid, uploadId, traceparent }), error);
        assert.equal((await readStatus(ports, { uid, uploadId })).lease, null);
        assert.equal(await analyze(uploadId), 'analyzed');
      }
    });

    it('fails with the code of the port: a day that outgrows its document', async () => {
      const { receive, ports } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const code = 'recording/too-many-samples';
      const days = { ...ports.days, merge: () => Promise.reject(new Fault(code)) };
      assert.equal(await analyzeRecording({ ...ports, days }, { uid, uploadId, traceparent }), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId })).code, code);
    });

    it('goes without a model that cannot be loaded, says so, and is made again when it can', async () => {
      const { receive, ports, state, clock } = world();
      const samples = [inBed('2025-06-10T22:00:00'), ...heartRateNight('2025-06-10T22:00:00')];
      const { uploadId } = await receive(json({ samples }));
      const key = { uid, uploadId };
      const sleep = () => Promise.reject(new Fault('model/hash-mismatch'));
      const broken = { ...ports, models: { ...sleepsSoundly, sleep } };
      assert.equal(await analyzeRecording(broken, { ...key, traceparent }), 'analyzed');
      const analysis = () => state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
      assert.equal(analysis().provisional, true);
      assert.deepEqual(state.publishedLetters, []);
      const narrator = { write: () => Promise.reject(new Fault('narrator/unavailable')) };
      await writeNarrative({ ...ports, narrator }, key, analysis());
      clock.time += 20 * minuteMs;
      assert.equal((await sweepStalled({ ...ports, narrator })).requeued, 1);
      assert.equal(await analyzeRecording(ports, state.requests.at(-1)!), 'analyzed');
      assert.equal(analysis().provisional, undefined);
      assert.ok('nights' in analysis().sleep);
    });

    it('does not fail an upload that another attempt has taken over', async () => {
      const { receive, ports, clock, state } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      const days: Ports['days'] = {
        ...ports.days,
        async latest() {
          clock.time += 61_000;
          await analyzeRecording(ports, request);
          throw new Fault('recording/invalid');
        },
      };
      await assert.rejects(analyzeRecording({ ...ports, days }, request), { code: 'upload/fenced' });
      assert.equal((await readStatus(ports, request)).stage, 'narrative');
      assert.equal(state.analyses.size, 1);
    });
  });

  it('reads samples against the time at which the recording came, not at which it is analysed', async () => {
    const { receive, analyze, clock, ports } = world('2025-06-10T12:00:00Z');
    const { uploadId } = await receive(json({ samples: [stepsOn(10, 1), stepsOn(20, 2)] }));
    clock.time += 30 * dayMs;
    await analyze(uploadId);
    assert.equal((await readStatus(ports, { uid, uploadId })).receipt!.processedSamples, 1);
  });
});
