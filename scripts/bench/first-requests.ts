// For each function the first request of a fresh instance, one that succeeds: what it needs is made on the emulators before.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { paths } from '../../functions/src/contract/upload.ts';
import type { UploadKey } from '../../functions/src/domain/upload/upload.ts';
import { servePerson } from '../../functions/src/workflows/serve-person.ts';
import type { Ports } from '../../functions/src/workflows/ports.ts';
import { receiveRecording } from '../../functions/src/workflows/receive-recording.ts';
import { writeNarrative } from '../../functions/src/workflows/write-narrative.ts';
import { onEmulators } from '../client/place.ts';
import { signUp } from '../client/session.ts';
import type { Stack } from '../local-stack/emulators.ts';
import { samplePerson } from '../sample-data/sample-person.ts';
import { sampleWeek } from '../sample-data/sample-week.ts';

export interface FirstRequest {
  /** POST where there is a body. */
  method?: 'GET';
  headers: Record<string, string>;
  body?: string;
}

/** Somebody new with an upload as far as `received`, `analysed` or `narrated`. */
interface Story {
  key: UploadKey;
  idToken: string;
  received(): Promise<void>;
  analysed(): Promise<void>;
  narrated(): Promise<void>;
}

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const contentType = 'application/json';
/** A day without HealthKit's stages, so that the model has a night to stage. */
const recording = JSON.stringify(sampleWeek({ days: 1, withStages: false }));

async function story(stack: Stack, ports: Ports): Promise<Story> {
  const session = await signUp(onEmulators(stack.origins));
  await session.loop.setPerson(samplePerson());
  const idToken = await session.idToken();
  await session.end();
  const key = { uid: session.uid, uploadId: `bench-${randomUUID()}` };
  const received = async (): Promise<void> => {
    const body = Readable.from([Buffer.from(recording)]);
    await receiveRecording(ports, { ...key, contentType, body, traceparent });
  };
  const analysed = async (): Promise<void> => {
    await received();
    await servePerson(ports, { ...key, traceparent });
  };
  const narrated = async (): Promise<void> => {
    await analysed();
    await writeNarrative(ports, key, (await ports.analyses.find(key))!);
  };
  return { key, idToken, received, analysed, narrated };
}

const json = { 'content-type': contentType };

function called({ idToken }: Story, input: object | null): FirstRequest {
  return {
    headers: { ...json, authorization: `Bearer ${idToken}` },
    body: JSON.stringify({ data: input }),
  };
}

/** A CloudEvent in structured form. */
function event(type: string, source: string, data: object, rest: Record<string, string> = {}): FirstRequest {
  const time = new Date().toISOString();
  const attributes = {
    specversion: '1.0',
    id: randomUUID(),
    time,
    type,
    source,
    datacontenttype: contentType,
  };
  return {
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({ ...attributes, ...rest, data }),
  };
}

function message(project: string, topic: string, content: object): FirstRequest {
  const message = {
    data: Buffer.from(JSON.stringify(content)).toString('base64'),
    messageId: '1',
    attributes: { traceparent },
  };
  const source = `//pubsub.googleapis.com/projects/${project}/topics/${topic}`;
  return event('google.cloud.pubsub.topic.v1.messagePublished', source, { message, subscription: 's' });
}

/** The event of a document that was created. In production its content is protobuf, which costs less to read. */
async function created({ project, origins }: Stack, path: string): Promise<FirstRequest> {
  const database = `projects/${project}/databases/(default)`;
  const response = await fetch(`${origins.firestore}/v1/${database}/documents/${path}`, {
    headers: { authorization: 'Bearer owner' },
  });
  if (!response.ok) throw new Error(`There is no ${path}: ${response.status}`);
  const content = { value: (await response.json()) as object };
  const rest = {
    subject: `documents/${path}`,
    document: path,
    database: '(default)',
    namespace: '(default)',
    project,
  };
  return event(
    'google.cloud.firestore.document.v1.created',
    `//firestore.googleapis.com/${database}`,
    content,
    rest,
  );
}

type Make = (story: Story, stack: Stack, ports: Ports) => Promise<FirstRequest> | FirstRequest;

const makers: Record<string, Make> = {
  uploadRecording: ({ idToken }) => ({
    headers: { ...json, authorization: `Bearer ${idToken}` },
    body: recording,
  }),
  requestUpload: (story) => called(story, { contentType, sizeBytes: recording.length }),
  retryUpload: async (story, _stack, { uploads, clock }) => {
    await story.received();
    const at = clock.now();
    await uploads.advance(story.key, { kind: 'failed', code: 'analysis/gave-up', issues: [], at });
    return called(story, { uploadId: story.key.uploadId });
  },
  refreshNarrative: async (story) => {
    await story.narrated();
    return called(story, { uploadId: story.key.uploadId });
  },
  deleteUpload: async (story) => {
    await story.narrated();
    return called(story, { uploadId: story.key.uploadId });
  },
  exportMyData: async (story) => {
    await story.narrated();
    return called(story, null);
  },
  deleteMyData: async (story) => {
    await story.narrated();
    return called(story, { confirm: 'delete everything' });
  },
  weeklyReport: async (story) => {
    await story.narrated();
    return { method: 'GET', headers: { authorization: `Bearer ${story.idToken}` } };
  },
  sweepStalled: () => ({ headers: json, body: '{}' }),
  onRecordingFinalized: async (story, { project }) => {
    await story.received();
    const bucket = `${project}.appspot.com`;
    const name = paths.recording(story.key.uid, story.key.uploadId);
    const content = { bucket, name, contentType, metadata: { traceparent } };
    return event(
      'google.cloud.storage.object.v1.finalized',
      `//storage.googleapis.com/projects/_/buckets/${bucket}`,
      content,
      {
        bucket,
        subject: `objects/${name}`,
      },
    );
  },
  onAnalysisRequested: async (story, { project }) => {
    await story.received();
    return message(project, 'analysis-requested', story.key);
  },
  onAnalysisWritten: async (story, stack) => {
    await story.analysed();
    return created(stack, paths.analysis(story.key.uid, story.key.uploadId));
  },
  onDeadLetter: async (story, { project }) => {
    await story.received();
    return message(project, 'dead-letters', { ...story.key, code: 'analysis/gave-up' });
  },
};

/** Functions for which nobody has written a first request. */
export function withoutFirstRequest(names: readonly string[]): string[] {
  return names.filter((name) => !(name in makers));
}

/** @param ports the real ones, on the emulators of `stack` */
export async function firstRequest(name: string, stack: Stack, ports: Ports): Promise<FirstRequest> {
  return makers[name]!(await story(stack, ports), stack, ports);
}
