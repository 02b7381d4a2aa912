// A person's uploads, calls and deletions through the real platform on ports in memory, again and again, each time with
// another call of a port that fails with words that nobody may ever read. Prints everything that left the functions but
// for what they log and send, as one line of JSON behind "left:".
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { CallableRequest } from 'firebase-functions/v2/https';
import type * as v from 'valibot';
import { memoryPorts, memoryState } from '../../src/adapters/memory/memory.ts';
import { contentTypeOf, idempotencyKeyOf, statusAnswer, uploadAnswer } from '../../src/contract/http.ts';
import {
  DeleteMyDataInput,
  ExportInput,
  RequestUploadInput,
  UploadIdInput,
} from '../../src/contract/upload.ts';
import { observations } from '../../src/observations.ts';
import { callable, type Call } from '../../src/platform/callable.ts';
import { credentialsOf } from '../../src/platform/credentials.ts';
import { handleEvent } from '../../src/platform/event.ts';
import { answerRequest } from '../../src/platform/http.ts';
import { observed } from '../../src/telemetry/instrument.ts';
import { authorize } from '../../src/workflows/authorize.ts';
import { deleteMyData } from '../../src/workflows/delete-my-data.ts';
import { deleteUpload } from '../../src/workflows/delete-upload.ts';
import { exportMyData } from '../../src/workflows/export-my-data.ts';
import type { Ports } from '../../src/workflows/ports.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { receiveRecording } from '../../src/workflows/receive-recording.ts';
import { refreshNarrative } from '../../src/workflows/refresh-narrative.ts';
import { requestUpload } from '../../src/workflows/request-upload.ts';
import { retryUpload } from '../../src/workflows/retry-upload.ts';
import { inPieces, json, sentSample, stillClock, traceparent } from './build.ts';
import { calmAnswer, sleepsSoundly } from './stand-ins.ts';
import { canaries, uid } from './canaries.ts';
import { eventsOf } from './platform.ts';

/** A recording full of them, with a good sample and bad ones. */
const recording = json({
  deviceInfo: { deviceModel: canaries.name, timeZone: 'UTC', systemName: canaries.email },
  samples: [
    sentSample({ value: Number(canaries.value), metadata: { HKTimeZone: 'UTC', note: canaries.name } }),
    sentSample({ value: canaries.value, unit: canaries.name }),
    sentSample({ sampleType: canaries.name }),
    sentSample({ sampleType: 'heartRate', unit: 'count/min', value: Number(`9${canaries.value}`) }),
    sentSample({ startDate: canaries.email }),
  ],
});

const left = { answers: [] as unknown[], messages: [] as unknown[], names: [] as string[] };

/** Ports whose `n`-th call fails after all. */
function failingAt(n: number) {
  const state = memoryState();
  let calls = 0;
  const memory: Ports = {
    ...memoryPorts(state),
    // Whoever waits for the end of a deletion would wait in vain: nobody delivers its message here.
    clock: stillClock(Date.now),
    models: sleepsSoundly,
    tokens: {
      verify: (token) => (token === canaries.token ? Promise.resolve(uid) : Promise.reject(new Error(token))),
      verifyApp: () => Promise.resolve(),
    },
    narrator: {
      write: (request) => {
        const calm = calmAnswer(request);
        return Promise.resolve({ ...calm, draft: { ...calm.draft, opening: canaries.name } });
      },
    },
  };
  state.people.set(uid, { timeZone: 'UTC', consent: { generatedText: true } });
  const told = observations(
    { handOn: (handed) => handed, invocation: () => traceparent },
    { analysisTopic: 'analysis-requested', deadLetterTopic: 'dead-letters', model: 'gemini' },
  );
  const breaking = <P extends object>(port: P): P =>
    Object.fromEntries(
      Object.entries(port).map(([name, call]) => [
        name,
        (...inputs: unknown[]): unknown => {
          if (++calls === n)
            throw new TypeError(Object.values(canaries).join(' '), { cause: recording.toString() });
          return (call as (...inputs: unknown[]) => unknown).apply(port, inputs);
        },
      ]),
    ) as P;
  const names = (Object.keys(memory) as (keyof Ports)[]).filter((name) => name !== 'clock');
  const ports = {
    clock: memory.clock,
    ...Object.fromEntries(names.map((name) => [name, observed(name, breaking(memory[name]), told[name])])),
  } as unknown as Ports;
  return { state, ports, count: () => calls };
}

const headers = {
  authorization: `Bearer ${canaries.token}`,
  'x-request-id': canaries.email,
  'idempotency-key': 'upload-0001',
  traceparent,
};

async function request(work: Parameters<typeof answerRequest>[2], given: object = headers): Promise<void> {
  const answer: unknown[] = [];
  const response = {
    statusCode: 0,
    setHeader: (name: string, value: unknown) => answer.push(name, value),
    end: (body: string) => answer.push(body),
  };
  const asked = {
    method: 'POST',
    headers: given as Record<string, string>,
    resume: () => undefined,
    destroy: () => undefined,
  };
  await answerRequest(asked, response as unknown as ServerResponse, work);
  left.answers.push(answer);
}

async function call<Schema extends v.GenericSchema>(
  ports: Ports,
  schema: Schema,
  data: unknown,
  work: (made: Call<v.InferOutput<Schema>>) => Promise<unknown>,
): Promise<void> {
  const rawRequest = {
    headers,
    get: () => traceparent,
    res: Object.assign(new EventEmitter(), { setHeader() {} }),
  };
  const admit = (credentials: Parameters<typeof authorize>[1]) => authorize(ports, credentials);
  const asked = { data, rawRequest } as unknown as CallableRequest<unknown>;
  const answer = await callable(schema, admit, work)(asked).catch((error: unknown) => JSON.stringify(error));
  left.answers.push(answer);
}

/** Everything that may happen, in the order in which it does. */
async function live(n: number): Promise<number> {
  const { state, ports, count } = failingAt(n);
  const events = eventsOf(state);
  const receive = (body: Buffer, given: object = headers) =>
    request(async (handed) => {
      const credentials = credentialsOf({ headers: given as Record<string, string> });
      const received = await receiveRecording(ports, {
        uid: await authorize(ports, credentials),
        contentType: contentTypeOf('application/json', undefined),
        body: inPieces(body),
        uploadId: idempotencyKeyOf((given as Record<string, unknown>)['idempotency-key']),
        traceparent: handed,
      });
      return { status: 202, body: uploadAnswer(received), uploadId: received.uploadId };
    }, given);
  await receive(recording);
  await receive(recording, { ...headers, authorization: 'Bearer forged' });
  await receive(recording, { ...headers, authorization: canaries.token });
  await receive(recording, { ...headers, 'idempotency-key': canaries.email });
  await receive(Buffer.from(`{"samples": "${canaries.value}"`));
  await receive(json({ userId: canaries.email, samples: [sentSample()] }));
  const key = { uid, uploadId: 'upload-0001' };
  for (let found = events(); found.length > 0; found = events()) {
    for (const { kind, deliver } of found) {
      for (let delivery = 0; delivery < 2; delivery++) {
        const about = { id: `event-${kind}`, type: kind === 'message' ? 'x.pubsub.y' : 'x.storage.y' };
        const step = { event: `on-${kind}`, delivery: about, uploadId: key.uploadId, traceparent };
        await handleEvent(step, async () => String(await deliver(ports))).catch((error: unknown) => {
          left.answers.push(String(error));
        });
      }
    }
  }
  await request(async () => ({
    status: 200,
    body: statusAnswer(key.uploadId, await readStatus(ports, key)),
  }));
  const id = { uploadId: key.uploadId };
  await call(
    ports,
    RequestUploadInput,
    { contentType: 'application/json', sizeBytes: 5, uploadId: 'upload-0002' },
    (made) => requestUpload(ports, made, made.input, traceparent),
  );
  await call(ports, RequestUploadInput, { contentType: canaries.name, sizeBytes: canaries.value }, () =>
    Promise.resolve(),
  );
  await call(ports, UploadIdInput, id, () => refreshNarrative(ports, key, traceparent));
  await call(ports, UploadIdInput, id, () => retryUpload(ports, key));
  await call(ports, ExportInput, {}, () => exportMyData(ports, uid, 'json'));
  left.messages.push(...state.requests, ...state.publishedLetters, ...state.keptLetters.values());
  left.names.push(...state.recordings.keys(), ...state.exports.keys(), ...state.quotas.keys());
  left.answers.push([...state.uploads.values()].map((upload) => ({ ...upload, announced: null })));
  await call(ports, UploadIdInput, id, () => deleteUpload(ports, key, traceparent));
  await call(ports, DeleteMyDataInput, { confirm: 'delete everything' }, () => deleteMyData(ports, uid));
  return count();
}

let calls = Infinity;
for (let n = 0; n <= calls; n++) {
  const made = await live(n);
  if (n === 0) calls = made;
}
console.log(`left:${JSON.stringify({ ...left, calls })}`);
