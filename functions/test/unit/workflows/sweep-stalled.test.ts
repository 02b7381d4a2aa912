import assert from 'node:assert/strict';
import { Fault } from '../../../src/domain/fault.ts';
import type { Narrator } from '../../../src/workflows/ports.ts';
import { requested } from '../../../src/domain/upload/upload.ts';
import { crashingPorts } from '../../support/crashing-ports.ts';
import { requestUpload } from '../../../src/workflows/request-upload.ts';
import { servePerson } from '../../../src/workflows/serve-person.ts';
import { sweepStalled } from '../../../src/workflows/sweep-stalled.ts';
import { writeNarrative } from '../../../src/workflows/write-narrative.ts';
import { dayMs, json, minuteMs, sentSample, traceparent, uid, world } from '../../support/build.ts';
import { calmAnswer, calmNarrator } from '../../support/stand-ins.ts';

const nothing = { expired: 0, requeued: 0, narrated: 0, replaced: 0, deleted: 0, failed: 0 };

function start() {
  const there = world();
  let asked = 0;
  let behave = calmNarrator.write;
  const narrator: Narrator = {
    write: (request) => {
      asked++;
      return behave(request);
    },
  };
  const ports = { ...there.ports, narrator };
  there.state.people.set(uid, { consent: { generatedText: true } });
  const upload = (uploadId: string) => there.state.uploads.get(`users/${uid}/uploads/${uploadId}`)!;
  const narrative = (uploadId: string) => there.state.narratives.get(`users/${uid}/narratives/${uploadId}`)!;
  const narrate = (uploadId: string) =>
    writeNarrative(ports, { uid, uploadId }, there.state.analyses.get(`users/${uid}/analyses/${uploadId}`)!);
  return {
    ...there,
    ports,
    upload,
    narrative,
    narrate,
    asked: () => asked,
    behave: (how: typeof behave) => (behave = how),
    receive: async (sample = {}) => (await there.receive(json({ samples: [sentSample(sample)] }))).uploadId,
    /** A worker takes the text for a minute. */
    claim: (uploadId: string) => {
      const { time } = there.clock;
      const claim = { kind: 'claimed', holder: 'me', at: time, until: time + minuteMs } as const;
      return ports.uploads.advance({ uid, uploadId }, claim);
    },
    sweep: () => sweepStalled(ports),
  };
}

const away = () => Promise.reject(new Fault('narrator/unavailable'));

describe('the sweep', () => {
  it('leaves alone what is under way', async () => {
    const { receive, sweep, clock, state } = start();
    await receive();
    clock.time += 7 * minuteMs;
    assert.deepEqual(await sweep(), nothing);
    assert.equal(state.requests.length, 0);
  });

  it('queues a recording whose storage event was lost, and it succeeds', async () => {
    const { receive, sweep, clock, state, ports, upload } = start();
    const uploadId = await receive();
    clock.time += 15 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, requeued: 1 });
    assert.equal(upload(uploadId).status, 'queued');
    assert.equal(await servePerson(ports, state.requests[0]!), 'analyzed');
  });

  it('lets an announced recording that never came expire after a day, and not before', async () => {
    const { ports, sweep, clock, upload } = start();
    const input = { contentType: 'application/json', sizeBytes: 9 } as const;
    const { uploadId } = await requestUpload(ports, { uid }, input, traceparent);
    clock.time += dayMs - minuteMs;
    assert.deepEqual(await sweep(), nothing);
    // It is looked at less and less often.
    clock.time += 6 * 60 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, expired: 1 });
    assert.deepEqual([upload(uploadId).status, upload(uploadId).code], ['failed', 'upload/expired']);
  });

  it('asks again for an analysis whose message was lost', async () => {
    const { receive, sweep, clock, state, ports, upload } = start();
    const uploadId = await receive();
    await ports.uploads.advance({ uid, uploadId }, { kind: 'stored', at: clock.time });
    clock.time += 15 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, requeued: 1 });
    assert.equal(await servePerson(ports, state.requests[0]!), 'analyzed');
    assert.equal(upload(uploadId).stage, 'narrative');
  });

  it('does not disturb a worker that holds a live lease', async () => {
    const { receive, analyze, claim, sweep, clock } = start();
    const uploadId = await receive();
    await analyze(uploadId);
    clock.time += 20 * minuteMs;
    await claim(uploadId);
    clock.time += minuteMs - 1;
    assert.deepEqual(await sweep(), nothing);
  });

  it('asks again for an analysis whose worker died', async () => {
    const { receive, sweep, clock, ports, state } = start();
    const uploadId = await receive();
    await ports.uploads.advance({ uid, uploadId }, { kind: 'begun', at: clock.time });
    clock.time += 15 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, requeued: 1 });
    assert.equal(await servePerson(ports, state.requests[0]!), 'analyzed');
  });

  it('writes a narrative whose document event was lost', async () => {
    const { receive, analyze, sweep, clock, upload, narrative } = start();
    const uploadId = await receive();
    await analyze(uploadId);
    clock.time += 15 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, narrated: 1 });
    assert.deepEqual([upload(uploadId).status, narrative(uploadId).source], ['succeeded', 'gemini']);
  });

  async function withTemplate() {
    const there = start();
    const uploadId = await there.receive();
    await there.analyze(uploadId);
    there.behave(away);
    await there.narrate(uploadId);
    assert.equal(there.narrative(uploadId).source, 'template');
    return { ...there, uploadId };
  }

  it('replaces a template when Vertex is back, once', async () => {
    const { uploadId, sweep, behave, narrative, asked } = await withTemplate();
    behave(calmNarrator.write);
    assert.deepEqual(await sweep(), { ...nothing, replaced: 1 });
    assert.equal(narrative(uploadId).source, 'gemini');
    const calls = asked();
    assert.deepEqual(await sweep(), nothing);
    assert.equal(asked(), calls);
  });

  it('leaves the templates while Vertex is still away, and asks only once a run', async () => {
    const { uploadId, sweep, narrative, asked, receive, analyze, narrate } = await withTemplate();
    const second = await receive({ value: 7 });
    await analyze(second);
    await narrate(second);
    const before = asked();
    assert.deepEqual(await sweep(), nothing);
    assert.equal(asked() - before, 1);
    assert.deepEqual([narrative(uploadId).source, narrative(second).source], ['template', 'template']);
  });

  it('gives up on a text that fails its check again', async () => {
    const { uploadId, sweep, behave, narrative, asked } = await withTemplate();
    behave((request) => {
      const calm = calmAnswer(request);
      return Promise.resolve({ ...calm, draft: { ...calm.draft, opening: 'You slept for 99 hours.' } });
    });
    assert.deepEqual(await sweep(), nothing);
    assert.deepEqual([narrative(uploadId).source, narrative(uploadId).replaceable], ['template', false]);
    const calls = asked();
    await sweep();
    assert.equal(asked(), calls);
  });

  it('does not replace what stands because there is no consent', async () => {
    const { receive, analyze, narrate, sweep, state, asked } = start();
    state.people.clear();
    const uploadId = await receive();
    await analyze(uploadId);
    await narrate(uploadId);
    assert.deepEqual(await sweep(), nothing);
    assert.equal(asked(), 0);
  });

  it('goes on with the others when one upload cannot be helped, and says so', async () => {
    const { receive, sweep, clock, state, ports } = start();
    await receive();
    clock.time += 15 * minuteMs;
    const { publish } = ports.requests;
    let first = true;
    ports.requests.publish = (request) => {
      if (first) {
        first = false;
        return Promise.reject(new Error('Pub/Sub is away'));
      }
      return publish(request);
    };
    assert.deepEqual(await sweep(), { ...nothing, failed: 1 });
    assert.deepEqual(await sweep(), nothing, 'not at once');
    clock.time += 16 * minuteMs;
    assert.deepEqual(await sweep(), { ...nothing, requeued: 1 });
    assert.equal(state.requests.length, 1);
  });

  it('looks at what is due, whatever else is open or has ended: the same calls for 10,000 as for 100', async () => {
    const calls = async (open: number): Promise<number> => {
      const { ports, state, clock } = start();
      const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
      for (let i = 0; i < open; i++)
        state.uploads.set(
          `users/${uid}/uploads/upload-${i}`,
          requested(announced, traceparent, clock.time, `${i}`),
        );
      const counted = crashingPorts(ports);
      await sweepStalled({ ...ports, ...counted.ports });
      return counted.calls.length;
    };
    assert.equal(await calls(10_000), await calls(100));
  });

  it('is not kept from the others by a deletion that hangs', async () => {
    const { ports, clock, receive, state } = start();
    for (let i = 0; i < 5; i++) await ports.erasures.begin(`erased-${i}`, clock.time);
    await receive();
    clock.time += 10 * minuteMs;
    const waits: (() => void)[] = [];
    const erasures = { ...ports.erasures, removeDocuments: () => new Promise<void>(() => {}) };
    const impatient = {
      now: () => clock.time,
      wait: () => new Promise<void>((resolve) => waits.push(resolve)),
    };
    const running = sweepStalled({ ...ports, erasures, clock: impatient });
    for (let turn = 0; turn < 50; turn++) {
      await new Promise(setImmediate);
      if (turn > 10) for (const late of waits.splice(0)) late();
    }
    const { requeued, failed } = await running;
    assert.deepEqual([requeued, failed, state.erasures.size], [1, 5, 5]);
    assert.deepEqual(await ports.erasures.unfinished(clock.time, 10), [], 'they wait for their next try');
  });

  it('does no harm when it runs twice at once', async () => {
    const { receive, analyze, sweep, clock, upload, narrative } = start();
    const uploadId = await receive();
    await analyze(uploadId);
    clock.time += 15 * minuteMs;
    const runs = await Promise.all([sweep(), sweep()]);
    assert.equal(
      runs.reduce((sum, { narrated }) => sum + narrated, 0),
      1,
    );
    assert.deepEqual([upload(uploadId).status, narrative(uploadId).source], ['succeeded', 'gemini']);
  });
});
