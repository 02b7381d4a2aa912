import { memoryPorts, memoryState, type MemoryState } from '../../src/adapters/memory/memory.ts';
import type { ContentType } from '../../src/contract/upload.ts';
import type { SampleType } from '../../src/domain/samples/sample-types.ts';
import { sampleId, type Sample, type Source } from '../../src/domain/samples/sample.ts';
import { Fault } from '../../src/domain/fault.ts';
import { advance, requested, type UploadKey } from '../../src/domain/upload/upload.ts';
import type { Changes, Ports } from '../../src/workflows/ports.ts';
import { queueAnalysis } from '../../src/workflows/queue-analysis.ts';
import { receiveRecording, type Received } from '../../src/workflows/receive-recording.ts';
import { servePerson, type Served } from '../../src/workflows/serve-person.ts';
import { sleepsSoundly } from './stand-ins.ts';

export { dayMs, hourMs, minuteMs } from '../../src/domain/time.ts';

export const watch: Source = { kind: 'watch', key: 'com.apple.health|Watch7,1' };
export const phone: Source = { kind: 'phone', key: 'com.apple.health|iPhone15,2' };
export const other: Source = { kind: 'other', key: 'com.example.band|Band' };

/** ms since 1970 of an instant in ISO 8601; without a zone, in UTC. */
export function at(instant: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(instant) ? instant : `${instant}Z`);
}

let made = 0;

/** A sample of the domain, in UTC, of the watch; `end` is `start` unless it is told. */
export function sampleOf(type: SampleType, start: string | number, rest: Partial<Sample> = {}): Sample {
  const from = typeof start === 'string' ? at(start) : start;
  return {
    id: sampleId(`made ${made++}`),
    type,
    start: from,
    end: from,
    value: 0,
    source: watch,
    timeZone: 'UTC',
    userEntered: false,
    ...rest,
  };
}

/** A sample of the domain from one instant to another. */
export function span(
  type: SampleType,
  start: string | number,
  end: string | number,
  value: number,
  rest: Partial<Sample> = {},
): Sample {
  const until = typeof end === 'string' ? at(end) : end;
  return sampleOf(type, start, { end: until, value, ...rest });
}

/** A sample as a client sends it. */
export type Sent = Record<string, unknown>;

/** Steps of a watch over one minute, as a client sends them; `rest` overrides. */
export function sentSample(rest: Sent = {}): Sent {
  return {
    sampleType: 'stepCount',
    startDate: '2025-06-10T10:00:00Z',
    endDate: '2025-06-10T10:01:00Z',
    value: 100,
    unit: 'count',
    metadata: { HKTimeZone: 'UTC' },
    sourceRevision: {
      source: { name: 'Apple Watch', bundleIdentifier: 'com.apple.health' },
      productType: 'Watch7,1',
    },
    ...rest,
  };
}

export function json(recording: object): Buffer {
  return Buffer.from(JSON.stringify(recording));
}

/** Bytes in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Lets nobody in. */
export const nobody: Ports['tokens'] = {
  verify: () => Promise.reject(new Fault('auth/invalid-token')),
  verifyApp: () => Promise.reject(new Fault('auth/invalid-app-check')),
};

/** An upload whose recording has arrived. */
export async function openUpload(ports: Pick<Ports, 'uploads'>, key: UploadKey): Promise<UploadKey> {
  const announced = { contentType: 'application/json', sizeBytes: 1, sha256: null };
  const upload = requested(announced, traceparent, 0, 'incarnation-1');
  await ports.uploads.open(key, advance(upload, { kind: 'stored', at: 0 }));
  return key;
}

/** Writes changes of a person whom nobody holds. */
export async function commit(ports: Pick<Ports, 'histories'>, who: string, changes: Changes): Promise<void> {
  const stored = await ports.histories.state(who);
  const next = { ...stored.state, version: stored.state.version + 1 };
  if (!(await ports.histories.commit(who, stored, next, changes))) throw new Error('somebody was faster');
}

/** Removes an upload with what belongs to it, as whoever holds the person does. */
export async function remove(ports: Pick<Ports, 'uploads' | 'histories'>, key: UploadKey): Promise<void> {
  const { uid, uploadId } = key;
  const deleting = await ports.uploads.advance(key, { kind: 'deleting', at: 0 });
  await commit(ports, uid, { uploads: [{ uploadId, ...deleting, next: null }] });
}

/** A clock that a test moves: of what waits for it, only short pauses come to pass. */
export const stillClock = (now: () => number): Ports['clock'] => ({
  now,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (ms < 5000) resolve();
      else
        signal.addEventListener('abort', () => {
          resolve();
        });
    }),
});

export interface World {
  state: MemoryState;
  ports: ReturnType<typeof memoryPorts> & Pick<Ports, 'models'>;
  clock: { time: number };
  receive: (
    body: Uint8Array,
    options?: { contentType?: ContentType; uploadId?: string },
  ) => Promise<Received>;
  /** What the platform does once the object is there: the storage event, then the message. */
  analyze: (uploadId: string) => Promise<Served>;
}

export const uid = 'person-1';

/** The workflows on ports in memory, with a clock that stands still unless a test moves it. */
export function world(now = '2025-06-16T08:00:00Z'): World {
  const state = memoryState();
  const clock = { time: at(now) };
  const ports = { ...memoryPorts(state), clock: stillClock(() => clock.time), models: sleepsSoundly };
  return {
    state,
    ports,
    clock,
    receive: (body, { contentType = 'application/json', uploadId } = {}) =>
      receiveRecording(ports, {
        uid,
        contentType,
        body: inPieces(body),
        sizeBytes: body.length,
        uploadId,
        traceparent,
      }),
    analyze: async (uploadId) => {
      await queueAnalysis(ports, { uid, uploadId }, traceparent);
      return servePerson(ports, { uid, uploadId, traceparent });
    },
  };
}
