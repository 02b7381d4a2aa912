import assert from 'node:assert/strict';
import { Fault } from '../../../src/domain/fault.ts';
import type { Ports } from '../../../src/workflows/ports.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { retryUpload } from '../../../src/workflows/retry-upload.ts';
import { servePerson } from '../../../src/workflows/serve-person.ts';
import { sweepStalled } from '../../../src/workflows/sweep-stalled.ts';
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

/** A worker takes the person for an upload, and is not heard of again. */
async function dieWith(ports: Pick<Ports, 'histories'>, uploadId: string, until: number): Promise<void> {
  const stored = await ports.histories.state(uid);
  const lease = { holder: 'dead', until, uploads: [uploadId] };
  assert.ok(await ports.histories.commit(uid, stored, { ...stored.state, lease }, {}));
}

/** A clock whose heart beats when the test says so. */
function beating(clock: { time: number }): { beat: () => void; slowClock: Ports['clock'] } {
  let beat: () => void = () => {};
  const slowClock = {
    now: () => clock.time,
    wait: () =>
      new Promise<void>((resolve) => {
        beat = resolve;
      }),
  };
  return {
    beat: () => {
      beat();
    },
    slowClock,
  };
}

describe('servePerson', () => {
  it('merges the samples and writes analysis, text, week and day, with the end of the upload', async () => {
    const { receive, analyze, ports, state, clock } = world();
    const { uploadId } = await receive(json({ samples: [stepsOn(10, 100), stepsOn(11, 5, { unit: '?' })] }));
    assert.equal(await analyze(uploadId), 'analyzed');
    const upload = await readStatus(ports, { uid, uploadId });
    assert.deepEqual([upload.status, upload.stage, upload.lease], ['succeeded', 'narrative', null]);
    assert.equal(upload.analyzedAt, clock.time);
    assert.deepEqual(upload.receipt, {
      processedSamples: 1,
      skippedSamples: 0,
      issues: [{ pointer: '/samples/1/unit', expected: 'one of count', received: 'another unit' }],
    });
    assert.deepEqual([...state.analyses.keys()], [`users/${uid}/analyses/${uploadId}`]);
    assert.deepEqual([...state.narratives.keys()], [`users/${uid}/narratives/${uploadId}`]);
    assert.deepEqual([...state.samples.keys()], [`users/${uid}/samples/2025-06-09`]);
    assert.deepEqual([...state.weeks.keys()], [`users/${uid}/weeks/2025-06-09`]);
    assert.deepEqual([...state.summaries.keys()], [`users/${uid}/summaries/2025-06-10`]);
    const { lease, dirty, version, nextLook } = state.personStates.get(`users/${uid}/private/state`)!;
    assert.deepEqual([lease, dirty, version, nextLook], [null, [], 1, null]);
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
    const [week] = await ports.histories.samples(uid, '2025-06-09', '2025-06-09');
    assert.equal(week!.samples.length, 2);
  });

  it('keeps one of two values under one uuid: the same one in either order, also across uploads and days', async () => {
    const conflict = [
      stepsOn(10, 1, { uuid: 'same' }),
      stepsOn(10, 2, { uuid: 'same' }),
      stepsOn(11, 3, { uuid: 'same' }),
    ];
    const weeks = new Set<string>();
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { receive, analyze, state } = world();
      for (const i of order) await analyze((await receive(json({ samples: [conflict[i]!] }))).uploadId);
      const { activity } = state.weeks.get(`users/${uid}/weeks/2025-06-09`)!.analysis;
      assert.ok('days' in activity);
      weeks.add(JSON.stringify(activity.days.map(({ day, steps }) => [day, steps])));
    }
    assert.deepEqual([...weeks], [JSON.stringify([['2025-06-11', 3]])]);
  });

  it('keeps people apart', async () => {
    const { receive, analyze, ports } = world();
    await analyze((await receive(json({ samples: [stepsOn(10, 100)] }))).uploadId);
    assert.equal(await ports.histories.week('person-2', '2025-06-09'), undefined);
    assert.deepEqual(await ports.histories.weeksWithSamples('person-2'), []);
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
      assert.equal(await servePerson({ ...ports, models }, { uid, uploadId, traceparent }), 'analyzed');
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

    it('holds the person while it works: who comes with the same upload is refused, with another one it waits', async () => {
      const { receive, ports, state } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const other = await receive(json({ samples: [stepsOn(11, 5)] }));
      const request = { uid, uploadId, traceparent };
      const outcomes: unknown[] = [];
      const histories: Ports['histories'] = {
        ...ports.histories,
        async samples(...range) {
          if (outcomes.length === 0) {
            outcomes.push(await servePerson(ports, request).catch((error: unknown) => (error as Fault).code));
            outcomes.push(await servePerson(ports, { ...request, uploadId: other.uploadId }));
          }
          return ports.histories.samples(...range);
        },
      };
      assert.equal(await servePerson({ ...ports, histories }, request), 'analyzed');
      assert.deepEqual(outcomes, ['upload/busy', 'waits']);
      // Whoever held looked again after letting go.
      assert.deepEqual(
        [...state.uploads.values()].map(({ status }) => status),
        ['succeeded', 'succeeded'],
      );
    });

    it('takes the person from a worker that has died once its lease has run out, and counts it', async () => {
      const { receive, ports, clock, analyze } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      await dieWith(ports, uploadId, clock.time + 45_000);
      clock.time += 44_999;
      await assert.rejects(analyze(uploadId), { code: 'upload/busy' });
      clock.time += 1;
      const models = { ...sleepsSoundly, encoder: () => Promise.reject(new Error('away')) };
      await assert.rejects(servePerson({ ...ports, models }, { uid, uploadId, traceparent }));
      const { trouble } = await readStatus(ports, { uid, uploadId });
      assert.equal(trouble.since, clock.time, 'a death and a fault');
      assert.equal(await analyze(uploadId), 'analyzed');
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
        const { uploads, recordings, people, histories, models } = ports;
        const broken: typeof ports = {
          ...ports,
          uploads: crashing(uploads),
          recordings: crashing(recordings),
          people: crashing(people),
          histories: crashing(histories),
          models: crashing(models),
        };
        const outcome = await servePerson(broken, request).catch(() => 'crashed');
        if (!crashed) {
          assert.equal(outcome, 'analyzed');
          break;
        }
        crashes++;
        clock.time += 60_000;
        await servePerson(ports, request);
        for (const kind of ['analyses', 'narratives', 'samples', 'weeks', 'summaries', 'tombstones'] as const)
          assert.deepEqual(state[kind], clean.state[kind], `crash ${n}: ${kind}`);
        assert.equal(state.uploads.get(`users/${uid}/uploads/${uploadId}`)!.status, 'succeeded');
      }
      assert.ok(crashes >= 20, `${crashes} crash points`);
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
        assert.deepEqual([state.analyses.size, state.samples.size], [0, 0]);
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
      const broken = {
        ...ports,
        models: { ...sleepsSoundly, encoder: () => Promise.reject(new Error('away')) },
      };
      const day = 24 * 60 * minuteMs;
      await assert.rejects(servePerson(broken, request), { message: 'away' });
      clock.time += day - 1;
      await assert.rejects(servePerson(broken, request), { message: 'away' });
      clock.time += 1;
      assert.equal(await servePerson(broken, request), 'failed');
      assert.deepEqual(state.publishedLetters, [
        { uid, uploadId, code: 'internal', deliveries: null, traceparent },
      ]);
      // Taken up again when the cause is gone.
      await retryUpload(ports, { uid, uploadId });
      assert.equal(await servePerson(ports, request), 'analyzed');
    });

    it('gives an upload up that brings down every worker, once that cannot be chance any more', async () => {
      const { receive, ports, state, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      const fatal = {
        ...ports,
        recordings: { ...ports.recordings, open: () => new Promise<never>(() => {}) },
      };
      for (let deaths = 0; deaths < 5; deaths++) {
        void servePerson(fatal, request);
        await new Promise((resolve) => setImmediate(resolve));
        clock.time += 10 * minuteMs;
      }
      assert.equal(await servePerson(ports, request), 'failed');
      assert.equal((await readStatus(ports, { uid, uploadId })).code, 'analysis/gave-up');
      assert.deepEqual(
        state.publishedLetters.map(({ code }) => code),
        ['analysis/gave-up'],
      );
      assert.equal(state.samples.size, 0, 'it was not even opened');
    });

    it('hands long work over before the function ends, and the next run writes nothing again', async () => {
      const { receive, ports, state, clock } = world('2026-06-16T08:00:00Z');
      const hours = Array.from({ length: 52 }, (_, week) =>
        sentSample({
          startDate: new Date(at('2025-06-16T10:00:00Z') + 7 * week * dayMs).toISOString(),
          endDate: new Date(at('2025-06-16T11:00:00Z') + 7 * week * dayMs).toISOString(),
        }),
      );
      const { uploadId } = await receive(json({ samples: hours }));
      const request = { uid, uploadId, traceparent };
      const { beat, slowClock } = beating(clock);
      const written: string[] = [];
      const histories: Ports['histories'] = {
        ...ports.histories,
        async commit(...all) {
          const weeks = all[3].samples?.map(({ week }) => week) ?? [];
          written.push(...weeks);
          if (written.length === 24 && weeks.length > 0) {
            clock.time += 6 * minuteMs;
            beat();
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          return ports.histories.commit(...all);
        },
      };
      assert.equal(await servePerson({ ...ports, histories, clock: slowClock }, request), 'handed-over');
      assert.deepEqual(state.requests.at(-1), request);
      assert.equal((await readStatus(ports, request)).status, 'processing');
      assert.equal(await servePerson({ ...ports, histories }, request), 'analyzed');
      assert.equal(written.length, 52);
      assert.equal(state.weeks.size, 52);
      assert.equal((await readStatus(ports, request)).status, 'succeeded');
    });

    it('stops as soon as its lease is not renewed any more, and writes nothing', async () => {
      const { receive, ports, clock } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
      const request = { uid, uploadId, traceparent };
      const { beat, slowClock } = beating(clock);
      const histories: Ports['histories'] = {
        ...ports.histories,
        samples: async () => {
          clock.time += minuteMs;
          await servePerson(ports, request);
          beat();
          return new Promise(() => {});
        },
      };
      await assert.rejects(servePerson({ ...ports, histories, clock: slowClock }, request), {
        code: 'upload/fenced',
      });
      assert.equal((await readStatus(ports, { uid, uploadId })).status, 'succeeded');
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
      assert.equal(state.samples.size, 0);
    });

    it('succeeds with a deletion that leaves nothing, and has nothing to say about it', async () => {
      const { analyze, ports, state } = await announced(JSON.stringify({ deletedSamples: ['some-sample'] }));
      assert.equal(await analyze('upload-1'), 'analyzed');
      assert.equal((await readStatus(ports, { uid, uploadId: 'upload-1' })).status, 'succeeded');
      assert.deepEqual([state.analyses.size, state.weeks.size], [0, 0]);
    });

    it('says that nothing is known yet where no sample is of a kind that it knows', async () => {
      const { analyze, ports } = await announced(
        JSON.stringify({ samples: [sentSample({ sampleType: 'soon' })] }),
      );
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

    it('throws what may pass and lets the person go, so that the next delivery works at once', async () => {
      const passing: Error[] = [new Error('connection reset'), new Fault('service/unavailable')];
      for (const error of passing) {
        const { receive, ports, analyze } = world();
        const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }));
        const histories: Ports['histories'] = { ...ports.histories, samples: () => Promise.reject(error) };
        await assert.rejects(servePerson({ ...ports, histories }, { uid, uploadId, traceparent }), error);
        assert.equal((await ports.histories.state(uid)).state.lease, null);
        assert.equal(await analyze(uploadId), 'analyzed');
      }
    });

    it('lets an upload fail that outgrows its week, and none of those that came with it', async () => {
      const { receive, ports, state } = world();
      const { uploadId } = await receive(json({ samples: [stepsOn(10, 100)] }), { uploadId: 'fits-0001' });
      await receive(json({ samples: [stepsOn(11, 666)] }), { uploadId: 'outgrows-0001' });
      const histories: Ports['histories'] = {
        ...ports.histories,
        commit(...all) {
          const outgrown = all[3].samples?.some(({ samples }) => samples.some(({ value }) => value === 666));
          if (outgrown) return Promise.reject(new Fault('recording/too-many-samples'));
          return ports.histories.commit(...all);
        },
      };
      const outcome = await servePerson({ ...ports, histories }, { uid, uploadId, traceparent });
      assert.equal(outcome, 'analyzed');
      const codes = [...state.uploads.values()].map(({ status, code }) => [status, code]);
      assert.deepEqual(codes, [
        ['succeeded', null],
        ['failed', 'recording/too-many-samples'],
      ]);
    });

    it('goes without a model that cannot be loaded, says so, and is made again when it can', async () => {
      const { receive, ports, state, clock } = world();
      const samples = [inBed('2025-06-10T22:00:00'), ...heartRateNight('2025-06-10T22:00:00')];
      const { uploadId } = await receive(json({ samples }));
      const key = { uid, uploadId };
      const sleep = () => Promise.reject(new Fault('model/hash-mismatch'));
      const broken = { ...ports, models: { ...sleepsSoundly, sleep } };
      assert.equal(await servePerson(broken, { ...key, traceparent }), 'analyzed');
      const analysis = () => state.analyses.get(`users/${uid}/analyses/${uploadId}`)!;
      assert.equal(analysis().provisional, true);
      assert.deepEqual(state.publishedLetters, []);
      const narrator = { write: () => Promise.reject(new Fault('narrator/unavailable')) };
      clock.time += 20 * minuteMs;
      assert.equal((await sweepStalled({ ...ports, narrator })).requeued, 2, 'the upload, and the weeks');
      for (const request of state.requests.slice(-2)) await servePerson(ports, request);
      assert.equal(analysis().provisional, undefined);
      const weeks = [...state.weeks.values()];
      assert.deepEqual(
        weeks.map((week) => week.analysis.provisional),
        weeks.map(() => undefined),
      );
      assert.ok('nights' in analysis().sleep);
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
