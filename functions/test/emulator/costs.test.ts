import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { firestorePorts } from '../../src/adapters/firestore/firestore.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { onnxModels } from '../../src/adapters/onnx.ts';
import { pubsubRequests } from '../../src/adapters/pubsub.ts';
import { storageRecordings } from '../../src/adapters/storage.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import { analyzeRecording } from '../../src/workflows/analyze-recording.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { receiveRecording } from '../../src/workflows/receive-recording.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';
import { sampleWeek } from '../../../scripts/sample-data/sample-week.ts';
import { inPieces, json, traceparent } from '../support/build.ts';
import { bucket, project, storageOrigin } from '../support/emulators.ts';
import { meterFirestore, meterHttp } from '../support/meters.ts';
import { calmAnswer } from '../support/stand-ins.ts';

const hub = `http://${process.env.FIREBASE_EMULATOR_HUB!}`;

/** Whether the emulators' own functions get events: what they do is not counted here, and would come in between. */
async function triggers(state: 'enable' | 'disable'): Promise<void> {
  const { ok } = await fetch(`${hub}/functions/${state}BackgroundTriggers`, { method: 'PUT' });
  assert.ok(ok);
}

interface Cost {
  reads: number;
  writes: number;
  storage: number;
  messages: number;
  gemini: number;
}

const none: Cost = { reads: 0, writes: 0, storage: 0, messages: 0, gemini: 0 };

/** The real clients on the emulators, with meters at each; Gemini is a stand-in that is counted by its calls. */
async function meteredPorts() {
  const sdk = await import('firebase-admin/firestore');
  const { PubSub } = await import('@google-cloud/pubsub');
  const { Storage } = await import('@google-cloud/storage');
  const db = new sdk.Firestore({ projectId: project, ignoreUndefinedProperties: true });
  const firestore = meterFirestore(db);
  const storage = meterHttp(new URL(storageOrigin).host);
  const rest = { messages: 0, gemini: 0 };
  const topic = new PubSub({ projectId: project }).topic('analysis-requested', {
    batching: { maxMessages: 1 },
  });
  const requests = pubsubRequests(() => Promise.resolve(topic));
  const ports = {
    ...firestorePorts(() => Promise.resolve({ sdk, db })),
    clock: systemClock,
    recordings: storageRecordings(() => Promise.resolve(new Storage({ projectId: project }).bucket(bucket))),
    requests: {
      publish: (request) => {
        rest.messages++;
        return requests.publish(request);
      },
    },
    deadLetters: { publish: () => Promise.reject(new Error('nothing is given up here')) } as never,
    models: onnxModels(new URL('../../models', import.meta.url).pathname),
    narrator: {
      write: () => {
        rest.gemini++;
        return Promise.resolve(calmAnswer);
      },
    },
  } satisfies Partial<Ports>;
  const total = (): Cost => ({ ...firestore, storage: storage.count.requests, ...rest });
  return { ports, db, total, stop: storage.stop };
}

type Metered = Awaited<ReturnType<typeof meteredPorts>>;

/** Takes a recording from its upload to its narrative; gives what each function cost. */
async function journey(
  { ports, total }: Metered,
  key: UploadKey,
  recording: object,
): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost>();
  const measure = async (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    const before = total();
    const outcome = await work();
    const after = total();
    const names = Object.keys(none) as (keyof Cost)[];
    costs.set(
      name,
      Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Cost,
    );
    return outcome;
  };
  const contentType = 'application/json';
  const body = json(recording);
  const input = { ...key, address: randomUUID(), contentType, traceparent } as const;
  await measure('uploadRecording', () =>
    receiveRecording(ports, { ...input, body: inPieces(body), sizeBytes: body.length }),
  );
  assert.equal(await measure('onRecordingFinalized', () => queueAnalysis(ports, key, traceparent)), 'queued');
  assert.equal(
    await measure('onAnalysisRequested', () => analyzeRecording(ports, { ...key, traceparent })),
    'analyzed',
  );
  const analysis = (await ports.analyses.find(key))!;
  assert.equal(await measure('onAnalysisWritten', () => writeNarrative(ports, key, analysis)), 'gemini');
  return costs;
}

function sum(costs: Iterable<Cost>): Cost {
  const all = { ...none };
  for (const cost of costs) for (const name of Object.keys(all) as (keyof Cost)[]) all[name] += cost[name];
  return all;
}

function show(title: string, costs: Map<string, Cost>): void {
  const rows = [...costs, ['together', sum(costs.values())] as const];
  console.log(`\n    ${title}`);
  console.log(
    `    ${''.padEnd(22)}${Object.keys(none)
      .map((name) => name.padStart(10))
      .join('')}`,
  );
  for (const [name, cost] of rows) {
    console.log(
      `    ${name.padEnd(22)}${Object.values(cost)
        .map((n) => String(n).padStart(10))
        .join('')}`,
    );
  }
}

describe('what an upload costs', () => {
  let metered: Metered;
  before(async () => {
    await triggers('disable');
    metered = await meteredPorts();
  });
  after(async () => {
    metered.stop();
    await metered.db.terminate();
    await triggers('enable');
  });

  /** Somebody of whom `days` days are known; the next upload is of the day after them. */
  const person = async (days: number): Promise<string> => {
    const uid = randomUUID();
    const settings = { timeZone: 'Europe/Berlin', consent: { generatedText: true } };
    await metered.db.doc(`users/${uid}`).set(settings);
    if (days > 0)
      await journey(metered, { uid, uploadId: 'history-1' }, sampleWeek({ days, endDay: '2025-06-14' }));
    return uid;
  };
  const dayOf = (day: string): object => {
    const recording = sampleWeek({ days: 1, endDay: day });
    const samples = recording.samples.filter(({ startDate }) => startDate >= `${day}T00:00:00`);
    return { ...recording, samples };
  };

  // The seven other days of the window are six reads more than the one that an empty search costs; one read is the gate for
  // documents of a newer release.
  for (const { title, days, most } of [
    { title: 'a day of somebody new', days: 0, most: 26 },
    { title: 'a day after two weeks', days: 14, most: 32 },
  ]) {
    it(`${title}: at most ${most} operations of Firestore, one message, one call to Gemini`, async () => {
      const uid = await person(days);
      const costs = await journey(metered, { uid, uploadId: 'measured-1' }, dayOf('2025-06-15'));
      show(title, costs);
      const { reads, writes, storage, messages, gemini } = sum(costs.values());
      assert.ok(reads > 0 && writes > 0, 'nothing was counted');
      assert.ok(reads + writes <= most, `${reads} reads and ${writes} writes`);
      assert.deepEqual({ storage, messages, gemini }, { storage: 6, messages: 1, gemini: 1 });
    });
  }
});
