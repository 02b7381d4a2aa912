import assert from 'node:assert/strict';
import fc from 'fast-check';
import { embeddingSize } from '../../src/domain/metrics/embedding.ts';
import { Fault, faultOf } from '../../src/domain/fault.ts';
import type { Upload } from '../../src/domain/upload/upload.ts';
import { buryDeadLetter } from '../../src/workflows/bury-dead-letter.ts';
import type { Models } from '../../src/workflows/ports.ts';
import { deleteMyData } from '../../src/workflows/delete-my-data.ts';
import { deleteUpload } from '../../src/workflows/delete-upload.ts';
import { exportMyData } from '../../src/workflows/export-my-data.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { refreshNarrative } from '../../src/workflows/refresh-narrative.ts';
import { requestUpload } from '../../src/workflows/request-upload.ts';
import { retryUpload } from '../../src/workflows/retry-upload.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { sweepStalled } from '../../src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';
import {
  at,
  dayMs,
  hourMs,
  json,
  minuteMs,
  sentSample,
  traceparent,
  uid,
  type Sent,
} from '../support/build.ts';
import type { Effects, How, When } from '../support/crashing-ports.ts';
import { deliverUntilTaken } from '../support/platform.ts';
import { analysed, receive, story, type Story, giveUp } from '../support/story.ts';
import { byTier } from '../support/tier.ts';
import { sleepsSoundly } from '../support/stand-ins.ts';

const encodes: Models['encoder'] = () =>
  Promise.resolve({
    card: { name: 'stand-in', version: '0', sha256: '0'.repeat(64) },
    embed: () => Promise.resolve(new Float32Array(embeddingSize)),
  });

/** With an encoder, so that both models are called. */
const begin = (): Story => story({ models: { ...sleepsSoundly, encoder: encodes } });

/** Takes a step from `first` to where its crash does not matter any more; resolves once it is taken. */
type Step = () => Promise<unknown>;

interface Scenario {
  /** Runs what comes before; gives the step that will crash. */
  prepare: (story: Story) => Promise<Step> | Step;
  /**
   * The calls whose effect may come a second time when the crash falls between them and the record of them: from
   * after the first call of a pair to before the end of the second.
   */
  repeated?: { effect: keyof Effects; from: string; to: string }[];
  /** Delivers, before the step is repeated, the events that the crashed process gave rise to. */
  eventsFirst?: boolean;
  /** Runs the sweep when all events have been delivered, as the schedule would. */
  swept?: boolean;
}

const uploadId = 'upload-0001';
const key = { uid, uploadId };
const small = json({ samples: [sentSample()] });

/** Nine days on the wrist and one night in bed without stages: both models have something to do. */
const week = json({
  deviceInfo: { timeZone: 'UTC' },
  samples: [
    ...Array.from({ length: 9 * 72 }, (_, i): Sent => {
      const start = at('2025-06-06T00:00') + i * 20 * minuteMs;
      return sentSample({
        startDate: new Date(start).toISOString(),
        endDate: new Date(start + 20 * minuteMs).toISOString(),
        value: (i * 7) % 400,
      });
    }),
    ...Array.from({ length: 96 }, (_, i): Sent => {
      const start = new Date(at('2025-06-13T22:00') + i * 5 * minuteMs).toISOString();
      return sentSample({
        sampleType: 'heartRate',
        startDate: start,
        endDate: start,
        value: 55,
        unit: 'count/min',
      });
    }),
    sentSample({
      sampleType: 'sleepAnalysis',
      startDate: '2025-06-13T22:00:00Z',
      endDate: '2025-06-14T06:00:00Z',
      value: undefined,
      unit: undefined,
      categoryValue: 0,
    }),
  ],
});

const unanalysable = json({ userId: 'somebody-else', samples: [sentSample()] });

const scenarios: Record<string, Scenario> = {
  receiveRecording: {
    // The client sends again until it has its 202.
    prepare: (there) => () => receive(there, small),
    eventsFirst: true,
  },
  'receiveRecording of an announced upload': {
    prepare: async (there) => {
      const { createHash } = await import('node:crypto');
      const sha256 = createHash('sha256').update(small).digest('hex');
      const input = { contentType: 'application/json', sizeBytes: small.length, sha256, uploadId } as const;
      await requestUpload(there.machine.ports, { uid }, input, traceparent);
      return () => receive(there, small);
    },
    eventsFirst: true,
  },
  requestUpload: {
    prepare:
      ({ machine, state }) =>
      async () => {
        const input = { contentType: 'application/json', sizeBytes: small.length, uploadId } as const;
        const { path } = await requestUpload(machine.ports, { uid }, input, traceparent);
        state.recordings.set(path, { contentType: input.contentType, traceparent, body: small });
      },
  },
  queueAnalysis: {
    prepare: async (there) => {
      await receive(there, small);
      return () => queueAnalysis(there.machine.ports, key, traceparent);
    },
    // Published from within the move, the last thing before it is written; of what came over HTTPS there is no other move.
    repeated: [{ effect: 'messages', from: 'requests.publish', to: 'the end' }],
  },
  'queueAnalysis of a recording that was given up as missing': {
    prepare: async (there) => {
      const input = { contentType: 'application/json', sizeBytes: small.length, uploadId } as const;
      const { path } = await requestUpload(there.machine.ports, { uid }, input, traceparent);
      await servePerson(there.machine.ports, { ...key, traceparent });
      await there.settle();
      there.state.recordings.set(path, { contentType: input.contentType, traceparent, body: small });
      there.lose();
      return () => queueAnalysis(there.machine.ports, key, traceparent);
    },
    swept: true,
  },
  servePerson: {
    prepare: async (there) => {
      await receive(there, week);
      return () => servePerson(there.machine.ports, { ...key, traceparent });
    },
  },
  'servePerson with deletions': {
    prepare: async (there) => {
      const uuid = '00000000-0000-4000-8000-000000000001';
      await receive(there, json({ samples: [sentSample({ uuid }), sentSample({ value: 7 })] }), 'before-it');
      await servePerson(there.machine.ports, { uid, uploadId: 'before-it', traceparent });
      await receive(there, json({ samples: [sentSample({ value: 8 })], deletedSamples: [uuid] }));
      return () => servePerson(there.machine.ports, { ...key, traceparent });
    },
  },
  'servePerson with a recording that cannot be used': {
    prepare: async (there) => {
      await receive(there, small);
      there.state.recordings.get(`recordings/${uid}/${uploadId}`)!.body = unanalysable;
      return () => servePerson(there.machine.ports, { ...key, traceparent });
    },
    repeated: [{ effect: 'letters', from: 'deadLetters.publish', to: 'histories.commit' }],
  },
  writeNarrative: {
    prepare: async (there) => {
      const analysis = await analysed(there, small);
      return () => writeNarrative(there.machine.ports, key, analysis);
    },
    repeated: [{ effect: 'asked', from: 'narrator.write', to: 'uploads.advance narrated' }],
  },
  refreshNarrative: {
    prepare: async (there) => {
      await writeNarrative(there.machine.ports, key, await analysed(there, small));
      return () => refreshNarrative(there.machine.ports, key, traceparent);
    },
    // A person who got no answer asks again, and gets a new text: the quota bounds it, nothing else has to.
    repeated: [
      { effect: 'asked', from: 'narrator.write', to: 'the end' },
      { effect: 'narratives', from: 'uploads.advance rewritten', to: 'the end' },
    ],
  },
  buryDeadLetter: {
    prepare: async (there) => {
      await receive(there, small);
      there.state.recordings.clear();
      const letter = { ...key, code: undefined, deliveries: 5, traceparent };
      return () => buryDeadLetter(there.machine.ports, letter);
    },
  },
  retryUpload: {
    prepare: async (there) => {
      await receive(there, small);
      await giveUp(there.machine.ports, key, there.clock.time);
      // Once it is queued again, whoever asks again is told that it has not failed; a lost message is the sweep's.
      return () =>
        retryUpload(there.machine.ports, key).catch((error: unknown) => {
          if (faultOf(error).code !== 'upload/illegal-move') throw error;
        });
    },
    swept: true,
  },
  deleteUpload: {
    prepare: async (there) => {
      await writeNarrative(there.machine.ports, key, await analysed(there, week));
      return () => deleteUpload(there.machine.ports, key, traceparent);
    },
    repeated: [{ effect: 'messages', from: 'requests.publish', to: 'the end' }],
  },
  'deleteUpload that nobody calls again': {
    prepare: async (there) => {
      await analysed(there, week);
      there.lose();
      return () =>
        deleteUpload(there.machine.ports, key, traceparent).catch((error: unknown) => {
          // Before it is noted, it has not been asked for.
          const upload = there.state.uploads.get(`users/${uid}/uploads/${uploadId}`);
          if (upload && upload.status !== 'deleting') throw error;
          there.machine.restart();
        });
    },
    swept: true,
  },
  deleteMyData: {
    prepare: async (there) => {
      await writeNarrative(there.machine.ports, key, await analysed(there, week));
      await exportMyData(there.machine.ports, uid, 'json');
      return () => deleteMyData(there.machine.ports, uid);
    },
  },
  'deleteMyData that nobody calls again': {
    prepare: async (there) => {
      await analysed(there, week);
      there.lose();
      return () =>
        deleteMyData(there.machine.ports, uid).catch((error: unknown) => {
          // Before it is noted, it has not been asked for.
          if (there.state.erasures.size === 0) throw error;
          there.machine.restart();
        });
    },
    swept: true,
  },
  exportMyData: {
    prepare: async (there) => {
      await writeNarrative(there.machine.ports, key, await analysed(there, week));
      return () => exportMyData(there.machine.ports, uid, 'json');
    },
  },
  sweepStalled: {
    prepare: async (there) => {
      const { machine, clock, state } = there;
      const { uploads } = machine.ports;
      // Which of them brings the text of the day is chance.
      state.people.set(uid, { timeZone: 'UTC' });
      const step = { at: clock.time };
      const announced = { contentType: 'application/json', sizeBytes: 9, uploadId: 'never-came' } as const;
      await requestUpload(machine.ports, { uid }, announced, traceparent);
      clock.time += dayMs - hourMs;
      // All the same samples: an analysis tells what was known of the person by then, and the order is not what matters.
      for (const id of ['no-event', 'no-message', 'dead-worker']) await receive(there, small, id);
      await uploads.advance({ uid, uploadId: 'no-message' }, { kind: 'stored', ...step });
      await uploads.advance({ uid, uploadId: 'dead-worker' }, { kind: 'begun', at: clock.time });
      there.lose();
      clock.time += 2 * hourMs;
      return () => sweepOnce(there);
    },
    // No message: the one that went out before the crash has done its work by the next run.
  },
  'sweepStalled with texts': {
    prepare: async (there) => {
      const { machine, clock } = there;
      const analysis = await analysed(there, small, 'template');
      const narrator = { write: () => Promise.reject(new Fault('narrator/unavailable')) };
      await writeNarrative({ ...machine.ports, narrator }, { uid, uploadId: 'template' }, analysis);
      clock.time += dayMs;
      await analysed(there, small, 'no-document-event');
      there.lose();
      clock.time += 2 * hourMs;
      return () => sweepOnce(there);
    },
    repeated: [
      { effect: 'asked', from: 'narrator.write', to: 'uploads.advance narrated' },
      { effect: 'asked', from: 'narrator.write', to: 'uploads.advance rewritten' },
    ],
  },
};

/** One run of the sweep. What breaks it is looked at again by the next run; until then, what this one has sent has long arrived. */
async function sweepOnce({ machine, clock, settle }: Story): Promise<unknown> {
  const swept = await sweepStalled(machine.ports).catch((error: unknown) => error);
  if (!machine.crashed) return swept;
  machine.restart();
  await settle();
  clock.time += 2 * hourMs;
  throw new Error('the next run goes on');
}

/**
 * The end of a story as it is told to people: everything but the times, the number of attempts (each redelivery is
 * one), what is left of a day's quota (a call that was not answered may have taken of it).
 */
function endOf({ state }: Story): object {
  const timeless = ({
    requestedAt,
    storedAt,
    analyzedAt,
    finishedAt,
    attempt,
    incarnation,
    trouble,
    nextLook,
    ...upload
  }: Upload) => ({
    ...upload,
    measured: [requestedAt, storedAt, analyzedAt, finishedAt].map((time) => time !== null),
  });
  const sorted = <T, U>(map: Map<string, T>, show: (value: T) => U) =>
    Object.fromEntries(
      [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, value]) => [path, show(value)]),
    );
  return {
    uploads: sorted(state.uploads, timeless),
    analyses: sorted(state.analyses, (analysis) => analysis),
    narratives: sorted(state.narratives, (narrative) => narrative),
    samples: sorted(state.samples, ({ bytes, origins }) => [bytes.toString('base64'), origins.uploads]),
    weeks: sorted(state.weeks, (week) => week),
    summaries: sorted(state.summaries, (summary) => summary),
    tombstones: sorted(state.tombstones, (ids) => ids),
    recordings: sorted(state.recordings, ({ body, settledAt, incarnation, ...rest }) => ({
      ...rest,
      settled: settledAt !== undefined,
      body: body.toString('base64'),
    })),
    exports: [...state.exports.keys(), ...state.announcedExports],
    erasures: [...state.erasures.keys()],
    letters: sorted(state.keptLetters, ({ letter }) => letter),
  };
}

interface CrashPoint {
  n: number;
  when: When;
  how: How;
}

/** Runs a scenario, each process of its step with the next crash, until a process comes through; then all the rest. */
async function run({ prepare, eventsFirst, swept }: Scenario, crashes: CrashPoint[]) {
  const there = begin();
  const { machine, clock, settle } = there;
  const step = await prepare(there);
  const before = { ...machine.effects };
  const processes: (readonly string[])[] = [];
  const arm = (): void => {
    machine.restart();
    const crash = crashes[processes.length];
    if (crash) machine.crashAt(crash.n, crash.when, crash.how);
  };
  arm();
  const start = clock.time;
  await deliverUntilTaken(step, clock, {
    onRefused: async () => {
      processes.push([...machine.calls]);
      if (eventsFirst) {
        machine.restart();
        await settle();
      }
      arm();
    },
  });
  processes.push(machine.calls);
  machine.restart();
  await settle();
  if (swept) {
    clock.time = Math.max(clock.time, start) + 20 * minuteMs;
    await sweepStalled(machine.ports);
    await settle();
  }
  const names = Object.keys(before) as (keyof Effects)[];
  const effects = Object.fromEntries(
    names.map((name) => [name, machine.effects[name] - before[name]]),
  ) as unknown as Effects;
  return { end: endOf(there), effects, calls: processes[0]!, state: there.state };
}

/** How often an effect comes once more because of one crash: only where nobody could know that it had come. */
function repetitions({ repeated = [] }: Scenario, calls: readonly string[], crash: CrashPoint): Effects {
  const more: Effects = { messages: 0, letters: 0, asked: 0, analyses: 0, narratives: 0 };
  for (const { effect, from, to } of repeated) {
    calls.forEach((name, i) => {
      if (name !== from) return;
      const next = to === 'the end' ? calls.length : calls.indexOf(to, i);
      const another = calls.indexOf(from, i + 1);
      if (next < 0 || (another >= 0 && another < next)) return;
      const known = crash.n > next + 1 || (crash.n === next + 1 && crash.when === 'after');
      const had = crash.n > i + 1 || (crash.n === i + 1 && crash.when === 'after');
      if (had && !known) more[effect]++;
    });
  }
  return more;
}

function plus(a: Effects, b: Effects): Effects {
  return Object.fromEntries(
    Object.entries(a).map(([name, n]) => [name, n + b[name as keyof Effects]]),
  ) as unknown as Effects;
}

const kinds = (['before', 'after'] as const).flatMap((when) =>
  (['fails', 'dies'] as const).map((how) => ({ when, how })),
);

/** Every call with every kind of crash; in the quick tier with one each, the four of them in turn. */
function pointsOf(calls: readonly string[]): CrashPoint[] {
  return calls.flatMap((_, i) =>
    byTier(kinds, [kinds[i % kinds.length]!]).map((kind) => ({ n: i + 1, ...kind })),
  );
}

describe('a crash at any call of a workflow, and the delivery that follows', () => {
  for (const [name, scenario] of Object.entries(scenarios)) {
    it(`${name}: ends as if there had been none, and repeats only what could not be known`, async () => {
      const clean = await run(scenario, []);
      assert.ok(clean.calls.length > 0);
      for (const crash of pointsOf(clean.calls)) {
        const where = `${crash.how} ${crash.when} call ${crash.n}, ${clean.calls[crash.n - 1]}`;
        const { end, effects } = await run(scenario, [crash]);
        assert.deepEqual(end, clean.end, where);
        const expected = plus(clean.effects, repetitions(scenario, clean.calls, crash));
        // Whoever comes for a person serves all that waits: a message that was lost may never be needed.
        const messages = Math.min(effects.messages, expected.messages);
        assert.deepEqual(effects, { ...expected, messages }, where);
      }
    });
  }

  it('finds every call there is, down to the models and the bytes of the recording', async () => {
    const { calls } = await run(scenarios['servePerson']!, []);
    const [first, last] = [calls.slice(0, 8), calls.slice(-3)];
    assert.deepEqual(first, [
      'uploads.find',
      'histories.state',
      'histories.commit',
      'people.find',
      // Once for its envelope, and once for its samples.
      'recordings.open',
      'recordings.open read',
      'recordings.open',
      'recordings.open read',
    ]);
    for (const call of [
      'models.encoder.embed',
      'models.sleep.stage',
      'recordings.settle',
      'histories.samples',
    ])
      assert.ok(calls.includes(call), call);
    assert.deepEqual(last, ['histories.week', 'histories.commit', 'uploads.waiting']);
  });

  it('two crashes in a row change nothing either', async () => {
    const crash = fc.record({
      n: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom<When>('before', 'after'),
      how: fc.constantFrom<How>('fails', 'dies'),
    });
    const clean = new Map<string, Awaited<ReturnType<typeof run>>>();
    for (const [name, scenario] of Object.entries(scenarios)) clean.set(name, await run(scenario, []));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(scenarios)),
        crash,
        crash,
        async (name, first, second) => {
          const { end, effects, calls } = clean.get(name)!;
          const within = ({ n, ...rest }: CrashPoint) => ({ n: ((n - 1) % calls.length) + 1, ...rest });
          const twice = await run(scenarios[name]!, [within(first), within(second)]);
          assert.deepEqual(twice.end, end);
          for (const effect of Object.keys(effects) as (keyof Effects)[]) {
            assert.ok(twice.effects[effect] <= effects[effect] + 2, effect);
          }
        },
      ),
      { numRuns: byTier(300, 15) },
    );
  });
});
