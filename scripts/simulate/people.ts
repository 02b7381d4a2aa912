// People and their apps: they send, announce, delete, retry and withdraw; an app keeps a recording until it was accepted.
import { Readable } from 'node:stream';
import { paths } from '../../functions/src/contract/upload.ts';
import { Fault, faultOf, type FaultCode } from '../../functions/src/domain/fault.ts';
import type { UploadKey } from '../../functions/src/domain/upload/upload.ts';
import { deleteMyData } from '../../functions/src/workflows/delete-my-data.ts';
import { deleteUpload } from '../../functions/src/workflows/delete-upload.ts';
import type { Ports } from '../../functions/src/workflows/ports.ts';
import { receiveRecording } from '../../functions/src/workflows/receive-recording.ts';
import { refreshNarrative } from '../../functions/src/workflows/refresh-narrative.ts';
import { requestUpload } from '../../functions/src/workflows/request-upload.ts';
import { retryUpload } from '../../functions/src/workflows/retry-upload.ts';
import { hourMs, minuteMs } from '../../functions/src/domain/time.ts';
import { keyOf, start, type Act, type History } from './history.ts';
import { whenKilled, type Run } from './platform.ts';
import { traceparent, type World } from './world.ts';

/** What has been promised to whom, as the apps have heard it. */
export interface Promises {
  /** Uploads whose recording was accepted. */
  accepted: Set<string>;
  /** Uploads that were asked to be deleted, and answered so. */
  deleted: Set<string>;
  erased: Set<string>;
  /** People of whom a recording was accepted after they had deleted everything. */
  cameBack: Set<string>;
  /** Recordings that were not taken, and why. */
  refused: { path: string; code: FaultCode }[];
}

export const promises = (): Promises => ({
  accepted: new Set(),
  deleted: new Set(),
  erased: new Set(),
  cameBack: new Set(),
  refused: [],
});

/** The identity of the n-th sample of an upload. */
export const sampleOf = (person: number, upload: number, n: number): string => `${person} ${upload} ${n}`;

/** Weeks that an import reaches back. */
const importedWeeks = 12;

/**
 * Three samples of one person, another hour with every upload, and also a night in bed with a heart rate and no stages; the same of
 * a dozen weeks; or no samples, but those of the upload before are deleted.
 */
function recordingOf({ person, upload, does }: Act, nights: boolean): Buffer {
  if (does === 'delete-samples') {
    const deletedSamples = [0, 1, 2].map((n) => sampleOf(person, upload - 1, n));
    return Buffer.from(JSON.stringify({ deletedSamples }));
  }
  const at = (minute: number): string =>
    new Date(start - 20 * hourMs + (upload * 60 + (person % 50) + minute) * minuteMs).toISOString();
  const sample = (rest: object) => ({
    metadata: { HKTimeZone: 'UTC' },
    sourceRevision: {
      source: { name: 'Watch', bundleIdentifier: 'com.apple.health' },
      productType: 'Watch7,1',
    },
    ...rest,
  });
  const steps = Array.from({ length: does === 'import' ? importedWeeks : 3 }, (_, i) =>
    sample({
      uuid: sampleOf(person, upload, i),
      sampleType: 'stepCount',
      startDate: at(2 * i - (does === 'import' ? i * 7 * 1440 : 0)),
      endDate: at(2 * i + 1 - (does === 'import' ? i * 7 * 1440 : 0)),
      value: 100 + upload,
      unit: 'count',
    }),
  );
  if (!nights) return Buffer.from(JSON.stringify({ samples: steps }));
  const night = (minute: number): string => new Date(start - 9 * hourMs + minute * minuteMs).toISOString();
  const samples = [
    ...steps,
    sample({ sampleType: 'sleepAnalysis', startDate: night(0), endDate: night(420), categoryValue: 0 }),
    ...Array.from({ length: 84 }, (_, i) =>
      sample({
        sampleType: 'heartRate',
        startDate: night(5 * i),
        endDate: night(5 * i),
        value: 52,
        unit: 'count/min',
      }),
    ),
  ];
  return Buffer.from(JSON.stringify({ samples }));
}

const mostTries = 200;

/** Does what the act says, again and again until the service has answered it for good. */
export async function perform(
  world: World,
  heard: Promises,
  act: Act,
  { nights }: Pick<History, 'nights'>,
): Promise<void> {
  const body = recordingOf(act, nights);
  const key = keyOf(act);
  const path = paths.upload(key.uid, key.uploadId);
  for (let tries = 1; tries <= mostTries; tries++) {
    const run: Run = { dead: false };
    const broken = new Promise<never>((_, reject) => {
      whenKilled(run, () => {
        reject(new Error('socket hang up'));
      });
    });
    try {
      const done = await Promise.race([answer(world.portsOf(run), act, key, body), broken]);
      if (done === 'accepted') {
        heard.accepted.add(path);
        heard.deleted.delete(path);
        heard.cameBack.add(key.uid);
      }
      if (done === 'deleted') heard.deleted.add(path);
      if (done === 'erased') {
        heard.erased.add(key.uid);
        heard.cameBack.delete(key.uid);
      }
      return;
    } catch (error) {
      // What the service refuses by name is an answer; anything else is tried again, as an app does.
      const { code, retry } = faultOf(error);
      if (!retry) {
        if (!['delete-upload', 'retry', 'refresh', 'delete-everything'].includes(act.does))
          heard.refused.push({ path, code });
        return;
      }
    }
    await world.time.wait(world.random.between(1, 2) * Math.min(600_000, 2000 * 2 ** tries));
  }
}

async function answer(
  ports: Ports,
  act: Act,
  key: UploadKey,
  body: Buffer,
): Promise<'accepted' | 'deleted' | 'erased' | undefined> {
  const { uid, uploadId } = key;
  switch (act.does) {
    case 'send':
    case 'import':
    case 'delete-samples':
      await receiveRecording(ports, {
        uid,
        contentType: 'application/json',
        body: Readable.from([body]),
        uploadId,
        traceparent,
      });
      return 'accepted';
    case 'abandon':
    case 'announce': {
      const input = { contentType: 'application/json', sizeBytes: body.length, uploadId } as const;
      await requestUpload(ports, { uid }, input, traceparent);
      if (act.does === 'abandon') return undefined;
      // The rules of Storage let the object in only where it was announced.
      const upload = (await ports.uploads.find(key))?.upload;
      if (upload?.status === 'deleting') throw new Fault('upload/deleting');
      if (upload?.status !== 'requested') return 'accepted';
      await ports.recordings.create(key, body, {
        contentType: 'application/json',
        traceparent,
        incarnation: '',
      });
      return 'accepted';
    }
    case 'delete-upload':
      if ((await deleteUpload(ports, key, traceparent)).deleted) return 'deleted';
      // An app looks again.
      throw new Fault('service/unavailable');
    case 'retry':
      await retryUpload(ports, key);
      return undefined;
    case 'refresh':
      await refreshNarrative(ports, key, traceparent);
      return undefined;
    case 'delete-everything':
      await deleteMyData(ports, uid);
      return 'erased';
  }
}
