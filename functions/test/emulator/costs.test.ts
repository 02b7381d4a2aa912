import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { firestorePorts } from '../../src/adapters/firestore/firestore.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { onnxModels } from '../../src/adapters/onnx.ts';
import { pubsubRequests } from '../../src/adapters/pubsub.ts';
import { storageRecordings } from '../../src/adapters/storage.ts';
import type { UploadKey } from '../../src/domain/upload/upload.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { receiveRecording } from '../../src/workflows/receive-recording.ts';
import { requestUpload } from '../../src/workflows/request-upload.ts';
import { servePerson } from '../../src/workflows/serve-person.ts';
import { writeNarrative } from '../../src/workflows/write-narrative.ts';
import type { Cost } from '../../../scripts/capacity/capacity.ts';
import { countedCosts } from '../../../scripts/capacity/counted.ts';
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
      write: (request) => {
        rest.gemini++;
        return Promise.resolve(calmAnswer(request));
      },
    },
  } satisfies Partial<Ports>;
  const total = (): Cost => {
    const { reads, writes } = firestore;
    return { reads, writes, storage: storage.count.requests, ...rest };
  };
  return { ports, db, total, documents: firestore.documents, stop: storage.stop };
}

type Metered = Awaited<ReturnType<typeof meteredPorts>>;

/** What each function cost on the way of one upload, and the documents that it read and wrote. */
class Journey {
  readonly costs = new Map<string, Cost>();
  readonly documents = new Map<string, string[]>();
  readonly #metered: Metered;
  readonly #key: UploadKey;

  constructor(metered: Metered, key: UploadKey) {
    this.#metered = metered;
    this.#key = key;
  }

  async #measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { total, documents } = this.#metered;
    const [before, from] = [total(), documents.length];
    const outcome = await work();
    const after = total();
    const spent = { ...none };
    for (const one of Object.keys(none) as (keyof Cost)[]) spent[one] = after[one] - before[one];
    this.costs.set(name, spent);
    this.documents.set(name, documents.slice(from));
    return outcome;
  }

  /** Over HTTPS. */
  async send(recording: object): Promise<void> {
    const { ports } = this.#metered;
    const key = this.#key;
    const body = json(recording);
    const contentType = 'application/json';
    const input = {
      ...key,
      address: randomUUID(),
      contentType,
      traceparent,
      sizeBytes: body.length,
    } as const;
    await this.#measure('uploadRecording', () => receiveRecording(ports, { ...input, body: inPieces(body) }));
    const { incarnation } = (await ports.uploads.find(key))!.upload;
    await this.#analyze(incarnation);
  }

  /** Straight to Storage. */
  async store(recording: object): Promise<void> {
    const { ports } = this.#metered;
    const key = this.#key;
    const body = json(recording);
    const contentType = 'application/json';
    const announcement = { contentType, sizeBytes: body.length, uploadId: key.uploadId } as const;
    const sender = { uid: key.uid, address: randomUUID() };
    await this.#measure('requestUpload', () => requestUpload(ports, sender, announcement, traceparent));
    // As the client does it: the rules, which read the upload's document, are Storage's own.
    await ports.recordings.create(key, body, { contentType, traceparent });
    await this.#analyze(undefined);
  }

  async #analyze(incarnation: string | undefined): Promise<void> {
    const { ports } = this.#metered;
    const key = this.#key;
    const queue = () => queueAnalysis(ports, key, traceparent, incarnation);
    assert.equal(await this.#measure('onRecordingFinalized', queue), 'queued');
    const serve = () => servePerson(ports, { ...key, incarnation, traceparent });
    assert.equal(await this.#measure('onAnalysisRequested', serve), 'analyzed');
    if ((await ports.uploads.find(key))!.upload.status === 'succeeded') return;
    const analysis = (await ports.analyses.find(key))!;
    assert.equal(
      await this.#measure('onAnalysisWritten', () => writeNarrative(ports, key, analysis)),
      'gemini',
    );
  }

  get sum(): Cost {
    const all = { ...none };
    for (const cost of this.costs.values())
      for (const name of Object.keys(all) as (keyof Cost)[]) all[name] += cost[name];
    return all;
  }

  show(title: string): void {
    console.log(`\n    ${title}`);
    const columns = Object.keys(none).map((name) => name.padStart(10));
    console.log(`    ${''.padEnd(22)}${columns.join('')}`);
    for (const [name, cost] of [...this.costs, ['together', this.sum] as [string, Cost]]) {
      const numbers = Object.values(cost).map((n) => String(n).padStart(10));
      console.log(`    ${name.padEnd(22)}${numbers.join('')}`);
    }
    for (const [name, documents] of this.documents) {
      // The persons and the uploads have random names, and those of quotas are hashes.
      const plain = documents.map((one) =>
        one
          .replace(`users/${this.#key.uid}`, 'users/{uid}')
          .replace(/quotas.*/, 'quotas/{subject}')
          .replace(/erasures.*/, 'erasures/{uid}'),
      );
      console.log(`      ${name}: ${plain.join(', ')}`);
    }
  }
}

describe('what an upload costs', () => {
  const expected = countedCosts();
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

  const person = async (): Promise<string> => {
    const uid = randomUUID();
    const settings = { timeZone: 'Europe/Berlin', consent: { generatedText: true } };
    await metered.db.doc(`users/${uid}`).set(settings);
    return uid;
  };
  /**
   * Somebody of whom two weeks are known, up to a Tuesday, and a text was generated a moment ago, which an upload has looked up since:
   * that is one document more, once for each text.
   */
  const known = async (): Promise<string> => {
    const uid = await person();
    const journey = new Journey(metered, { uid, uploadId: 'history-1' });
    await journey.send(sampleWeek({ days: 14, endDay: '2025-06-10' }));
    assert.equal(journey.sum.gemini, 1);
    await new Journey(metered, { uid, uploadId: 'history-2' }).send(hourOf('2025-06-10', '11'));
    return uid;
  };
  /** What a phone sends of one hour. */
  const hourOf = (day: string, hour = '10'): object => {
    const recording = sampleWeek({ days: 1, endDay: day });
    const samples = recording.samples.filter(({ startDate }) => startDate.startsWith(`${day}T${hour}:`));
    assert.ok(samples.length > 5);
    return { ...recording, samples };
  };
  const assertCost = (title: string, journey: Journey, cost = journey.sum): void => {
    journey.show(title);
    // Where it has changed on purpose: scripts/capacity/costs.json, and npm run capacity.
    assert.deepEqual(cost, expected[title]);
  };

  it('an hour of somebody known, over HTTPS and without a new text', async () => {
    const journey = new Journey(metered, { uid: await known(), uploadId: 'measured-1' });
    await journey.send(hourOf('2025-06-11'));
    assertCost('an hour over HTTPS', journey);
  });

  it('another hour of that day, when what the week is compared with is known', async () => {
    const uid = await known();
    await new Journey(metered, { uid, uploadId: 'first-of-day' }).send(hourOf('2025-06-11'));
    const journey = new Journey(metered, { uid, uploadId: 'measured-1' });
    await journey.send(hourOf('2025-06-11', '11'));
    assertCost('an hour later the same day', journey);
  });

  it('an hour of a Sunday, whose night belongs to the next week', async () => {
    const uid = await known();
    await new Journey(metered, { uid, uploadId: 'on-saturday' }).send(hourOf('2025-06-14'));
    const journey = new Journey(metered, { uid, uploadId: 'measured-1' });
    await journey.send(hourOf('2025-06-15'));
    assertCost('an hour of a Sunday', journey);
  });

  it('an hour through Storage', async () => {
    const journey = new Journey(metered, { uid: await known(), uploadId: 'measured-1' });
    await journey.store(hourOf('2025-06-11'));
    assertCost('an hour through Storage', journey);
  });

  it('the first day of somebody new, with a text of Gemini', async () => {
    const journey = new Journey(metered, { uid: await person(), uploadId: 'measured-1' });
    await journey.send(sampleWeek({ days: 1, endDay: '2025-06-11' }));
    assertCost('a first day', journey);
    assertCost('a text of Gemini', journey, journey.costs.get('onAnalysisWritten'));
  });
});
