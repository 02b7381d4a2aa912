import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { randomNumbers } from '../../../scripts/models/pat/generated-week.ts';
import type { Analysis } from '../../src/domain/analysis/analysis.ts';
import { faultOf } from '../../src/domain/fault.ts';
import { buryDeadLetter } from '../../src/workflows/bury-dead-letter.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { receiveRecording } from '../../src/workflows/receive-recording.ts';
import { requestUpload } from '../../src/workflows/request-upload.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { sweepStalled } from '../../src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';
import { dayMs, inPieces, json, minuteMs, sentSample, traceparent, uid } from '../support/build.ts';
import { eventsOf, type PlatformEvent } from '../support/platform.ts';
import { recomputed } from '../support/recomputed.ts';
import { story } from '../support/story.ts';
import { byTier, seed } from '../support/tier.ts';

/** Fifty copies of every request are more than a person may send. */
function start() {
  const { machine, ...there } = story({ quotas: { take: () => Promise.resolve() } });
  return { ...there, ports: machine.ports, effects: machine.effects };
}

/** Ports each of whose calls waits for a random while before and after it is done, as across a network. */
function yielding(ports: Ports, random: () => number): Ports {
  const pause = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await turn();
  };
  const slow = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...inputs: unknown[]) => {
          await pause();
          const result: unknown = await (member as (...inputs: unknown[]) => unknown).apply(target, inputs);
          await pause();
          return result;
        };
      },
    });
  const entries = Object.entries(ports) as [string, object][];
  return Object.fromEntries(
    entries.map(([name, port]) => [name, name === 'clock' ? port : slow(port)]),
  ) as unknown as Ports;
}

const at = Date.UTC(2025, 5, 10, 6);
const people = ['ada', 'ben', 'cy'];
const uploads = Array.from({ length: 20 }, (_, i) => ({
  uid: people[i % people.length]!,
  uploadId: `upload-${String(i).padStart(4, '0')}`,
  body: json({
    // Each overlaps with those before it, on days that several of them share.
    samples: Array.from({ length: 6 }, (_, k) => {
      const minute = at + (i * 5 + k) * 97 * minuteMs;
      return sentSample({
        startDate: new Date(minute).toISOString(),
        endDate: new Date(minute + minuteMs).toISOString(),
        value: 10 + k,
      });
    }),
  }),
}));

const copies = 50;

describe('a storm: 50 copies of every event, shuffled and at once, for 20 uploads of 3 people', () => {
  for (const one of Array.from({ length: byTier(10, 1) }, (_, i) => seed + i)) {
    it(`ends with one analysis for each, and one call to Gemini for each person, seed ${one}`, async () => {
      const calm = start();
      for (const { uid, uploadId, body } of uploads) {
        const input = { uid, uploadId, contentType: 'application/json', traceparent } as const;
        await receiveRecording(calm.ports, { ...input, body: inPieces(body) });
        await queueAnalysis(calm.ports, { uid, uploadId }, traceparent);
        await servePerson(calm.ports, { uid, uploadId, traceparent });
      }

      const random = randomNumbers(one);
      const { state, ports: quick, effects } = start();
      for (const person of people) state.people.set(person, { consent: { generatedText: true } });
      const ports = yielding(quick, random);

      const refusals = new Set<string>();
      const flying = new Set<Promise<void>>();
      const messaged = new Set<string>();
      const events = eventsOf(state);
      const launch = (deliver: () => Promise<unknown>, times: number): void => {
        for (let copy = 0; copy < times; copy++) {
          const flight = fly(deliver).finally(() => flying.delete(flight));
          flying.add(flight);
        }
      };
      const fly = async (deliver: () => Promise<unknown>): Promise<void> => {
        for (;;) {
          for (let turns = Math.floor(random() * 300); turns > 0; turns--) await turn();
          try {
            await deliver();
            break;
          } catch (error) {
            refusals.add(faultOf(error).code);
          }
        }
        for (const event of events()) launch(() => event.deliver(ports), timesOf(event));
      };
      /** Several storage events may each have published a message: the copies are made of one of those. */
      const timesOf = ({ kind, key: { uid, uploadId } }: PlatformEvent): number => {
        if (kind !== 'message') return copies;
        const first = !messaged.has(`${uid}/${uploadId}`);
        messaged.add(`${uid}/${uploadId}`);
        return first ? copies : 1;
      };
      for (const { uid, uploadId, body } of uploads) {
        const input = { uid, uploadId, contentType: 'application/json', traceparent } as const;
        launch(() => receiveRecording(ports, { ...input, body: inPieces(body) }), copies);
      }
      while (flying.size > 0) await Promise.all(flying);

      assert.deepEqual([...refusals], ['upload/busy'], 'nothing else is ever in the way');
      assert.deepEqual(
        [...state.uploads.values()].map(({ status }) => status),
        uploads.map(() => 'succeeded'),
      );
      const { analyses, narratives, asked } = effects;
      const once = {
        analyses: uploads.length,
        narratives: uploads.length + people.length,
        asked: people.length,
      };
      assert.deepEqual({ analyses, narratives, asked }, once, 'Gemini is asked once for each person');
      assert.equal(state.recordings.size, 20);
      assert.equal(state.analyses.size, 20);
      assert.equal(state.narratives.size, 20);
      // A message goes out before it is recorded, so that it is never lost: copies at once may each send one.
      assert.ok(effects.messages <= 20 * copies);

      for (const kind of ['samples', 'summaries'] as const)
        assert.deepEqual(inOrder(state[kind]), inOrder(calm.state[kind]));
      for (const person of people) {
        const again = await recomputed(quick, quick.models, person);
        for (const [monday, mark] of again.weeks)
          assert.deepEqual(state.weeks.get(`users/${person}/weeks/${monday}`)!.mark, mark);
        const [newest] = await quick.analyses.newest(person, 1);
        assert.deepEqual(newest!.analysis, again.latest, 'the newest result knows the newest data');
      }
    }).timeout(90_000);
  }
});

const inOrder = (documents: ReadonlyMap<string, unknown>) =>
  [...documents].sort(([a], [b]) => (a < b ? -1 : 1));

describe('events in another order than they arise', () => {
  const key = { uid, uploadId: 'upload-0001' };
  const body = json({ samples: [sentSample()] });
  const send = (ports: Ports) =>
    receiveRecording(ports, { ...key, contentType: 'application/json', body: inPieces(body), traceparent });
  const analysisOf = (state: { analyses: Map<string, Analysis> }): Analysis =>
    state.analyses.get(`users/${uid}/analyses/${key.uploadId}`)!;
  const uploadOf = ({ state }: ReturnType<typeof start>) =>
    state.uploads.get(`users/${uid}/uploads/${key.uploadId}`)!;

  it('the document event before the message is acknowledged: the narrative is written, and once', async () => {
    const there = start();
    const { ports, state, effects } = there;
    await send(ports);
    const commit: Ports['histories']['commit'] = async (...inputs) => {
      const stored = await ports.histories.commit(...inputs);
      // It is through, and its event has been handled before the worker hears of it.
      if (inputs[3].weeks) await writeNarrative(ports, key, analysisOf(state));
      return stored;
    };
    const early = { ...ports, histories: { ...ports.histories, commit } };
    assert.equal(await servePerson(early, { ...key, traceparent }), 'analyzed');
    assert.equal(await servePerson(ports, { ...key, traceparent }), 'done-before');
    assert.equal(await writeNarrative(ports, key, analysisOf(state)), 'done-before');
    assert.deepEqual(
      [uploadOf(there).status, effects.analyses, effects.narratives, effects.asked],
      ['succeeded', 1, 2, 1],
    );
  });

  it('the message before the storage event is recorded: the analysis is made, and nothing goes back', async () => {
    const there = start();
    const { ports, state } = there;
    const announced = { contentType: 'application/json', sizeBytes: body.length } as const;
    await requestUpload(ports, { uid }, { ...announced, uploadId: key.uploadId }, traceparent);
    const recording = { contentType: 'application/json', traceparent, body };
    state.recordings.set(`recordings/${uid}/${key.uploadId}`, recording);
    const publish: Ports['requests']['publish'] = async (request) => {
      await ports.requests.publish(request);
      assert.equal(await servePerson(ports, request), 'analyzed');
    };
    await queueAnalysis({ ...ports, requests: { publish } }, key, traceparent);
    const { status, stage } = uploadOf(there);
    assert.deepEqual([status, stage], ['processing', 'narrative']);
  });

  it('the message before the object can be read: the storage event takes the upload up again', async () => {
    const there = start();
    const { ports, state, effects } = there;
    const input = { contentType: 'application/json', sizeBytes: body.length, ...key } as const;
    const { uid: _, ...announced } = input;
    await requestUpload(ports, { uid }, announced, traceparent);
    assert.equal(await servePerson(ports, { ...key, traceparent }), 'failed');
    assert.equal(uploadOf(there).code, 'recording/missing');

    state.recordings.set(`recordings/${uid}/${key.uploadId}`, {
      contentType: 'application/json',
      traceparent,
      body,
    });
    assert.equal(await queueAnalysis(ports, key, traceparent), 'queued');
    assert.equal(await queueAnalysis(ports, key, traceparent), 'already-queued');
    assert.equal(await servePerson(ports, state.requests[0]!), 'analyzed');
    assert.deepEqual([effects.messages, state.keptLetters.size], [1, 0]);
  });

  it('a storage event that comes again after the object was deleted takes nothing up', async () => {
    const { ports, state } = start();
    await send(ports);
    state.recordings.clear();
    assert.equal(await servePerson(ports, { ...key, traceparent }), 'failed');
    assert.equal(await queueAnalysis(ports, key, traceparent), 'already-queued');
    assert.equal(state.requests.length, 0);
  });

  it('a recording that comes after its upload has expired is analysed all the same', async () => {
    const there = start();
    const { ports, state, clock } = there;
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(body).digest('hex');
    const announced = { contentType: 'application/json', sizeBytes: body.length, sha256 } as const;
    await requestUpload(ports, { uid }, { ...announced, uploadId: key.uploadId }, traceparent);
    clock.time += 2 * dayMs;
    assert.equal((await sweepStalled(ports)).expired, 1);
    await send(ports);
    assert.equal(
      await queueAnalysis(ports, key, traceparent),
      'already-queued',
      'sending it took it up again',
    );
    assert.equal(state.requests.length, 1);
    assert.equal(await servePerson(ports, state.requests[0]!), 'analyzed');
  });

  it('nothing expires that came while the sweep was looking', async () => {
    const there = start();
    const { ports, state, clock } = there;
    const announced = { contentType: 'application/json', sizeBytes: body.length } as const;
    await requestUpload(ports, { uid }, { ...announced, uploadId: key.uploadId }, traceparent);
    clock.time += dayMs;
    const exists = async (): Promise<boolean> => {
      const path = `recordings/${uid}/${key.uploadId}`;
      state.recordings.set(path, { contentType: 'application/json', traceparent, body });
      await queueAnalysis(ports, key, traceparent);
      return false;
    };
    await sweepStalled({ ...ports, recordings: { ...ports.recordings, exists } });
    assert.equal(uploadOf(there).status, 'queued');
  });

  it("a dead letter of Pub/Sub's ends nothing: under work, between analysis and narrative, and afterwards", async () => {
    const there = start();
    const { ports, state } = there;
    await send(ports);
    const letter = { ...key, code: undefined, deliveries: 100, traceparent };
    const open: Ports['recordings']['open'] = async (asked) => {
      assert.equal(await buryDeadLetter(ports, letter), 'put-back');
      return ports.recordings.open(asked);
    };
    const work = servePerson(
      { ...ports, recordings: { ...ports.recordings, open } },
      { ...key, traceparent },
    );
    assert.equal(await work, 'analyzed');
    assert.equal(await buryDeadLetter(ports, letter), 'put-back');
    await writeNarrative(ports, key, analysisOf(state));
    await buryDeadLetter(ports, letter);
    assert.deepEqual([uploadOf(there).status, state.keptLetters.size], ['succeeded', 0]);
  });
});
