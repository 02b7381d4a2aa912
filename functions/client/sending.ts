import { ref, uploadBytesResumable, type FirebaseStorage, type UploadTask } from 'firebase/storage';
import type { RequestUploadAnswer } from '../src/contract/answers.ts';
import type { Recording } from '../src/contract/recording.ts';
import type { ContentType, RequestUploadInput } from '../src/contract/upload.ts';
import { ClientError, clientErrorOf } from './client-error.ts';
import { gzip } from './gzip.ts';
import type { HealthSample } from './sample-table.ts';

/** A recording whose types and units the compiler checks; a type that nobody knows is skipped without a word. */
export type HealthRecording = Omit<Recording, 'samples'> & { samples: HealthSample[] };

/** What goes to Storage: a recording, or one that is written already as JSON or NDJSON, with gzip or without. */
export type Body =
  HealthRecording | Recording | { contentType: ContentType; bytes: Blob | Uint8Array<ArrayBuffer> };

export interface Progress {
  sentBytes: number;
  totalBytes: number;
  state: 'running' | 'paused';
}

export interface SendOptions {
  /**
   * Your own id of the upload: 8 to 64 letters, digits, "_" or "-". Sending again under the same id, after the app was
   * closed for example, is the same upload, and is done at once where it had arrived.
   */
  uploadId?: string;
  /** Of the bytes, in hexadecimal: an object with another one fails with `recording/changed`. */
  sha256?: string;
  onProgress?: (progress: Progress) => void;
}

/** A recording on its way. Each of the three says whether it had an effect. */
export interface Sending<Result = string> {
  /** Resolves with the upload's id once the recording has arrived. @throws ClientError */
  readonly sent: Promise<Result>;
  pause(): boolean;
  resume(): boolean;
  /** `sent` rejects with the code `client/canceled`, once nothing is left of an upload that had not arrived. */
  cancel(): boolean;
}

/** What sending needs of the client. */
export interface SendPorts {
  storage: () => FirebaseStorage;
  requestUpload: (input: RequestUploadInput) => Promise<RequestUploadAnswer>;
  /** Resolves where the rules refuse an object because it has arrived before; throws what it was refused for otherwise. */
  mustHaveArrived: (uploadId: string, refusal: ClientError) => Promise<void>;
  /** Deletes an upload that was announced and has not arrived. */
  takeBack: (uploadId: string) => Promise<void>;
}

type State = 'running' | 'paused' | 'canceled';
type Steered = Pick<Sending, 'pause' | 'resume' | 'cancel'>;

/** What is steered is under way, or will be: `steer` notes what is asked for, and says whether that had an effect. */
function steered<Result>(
  sent: Promise<Result>,
  steer: (next: State, act: (running: Steered) => boolean) => boolean,
): Sending<Result> {
  return {
    sent,
    pause: () => steer('paused', (running) => running.pause()),
    resume: () => steer('running', (running) => running.resume()),
    cancel: () => steer('canceled', (running) => running.cancel()),
  };
}

/** Announces a recording and sends it straight to Storage, in pieces: a lost connection costs the last piece. */
export function send(ports: SendPorts, body: Body, { uploadId, sha256, onProgress }: SendOptions): Sending {
  let task: UploadTask | undefined;
  let state: State = 'running';

  async function sending(): Promise<string> {
    const { contentType, bytes } = await written(body);
    const announced = await ports.requestUpload({
      contentType,
      sizeBytes: bytes instanceof Blob ? bytes.size : bytes.byteLength,
      ...(uploadId ? { uploadId } : {}),
      ...(sha256 ? { sha256 } : {}),
    });
    try {
      if (state === 'canceled') throw new ClientError('client/canceled');
      task = uploadBytesResumable(ref(ports.storage(), announced.path), bytes, { contentType });
      task.on('state_changed', ({ bytesTransferred, totalBytes, state: now }) => {
        if (now !== 'running' && now !== 'paused') return;
        onProgress?.({ sentBytes: bytesTransferred, totalBytes, state: now });
      });
      if (state === 'paused') task.pause();
      await task;
    } catch (error) {
      const fault = clientErrorOf(error);
      if (fault.code === 'client/canceled') await ports.takeBack(announced.uploadId);
      if (fault.code !== 'client/refused') throw fault;
      await ports.mustHaveArrived(announced.uploadId, fault);
    }
    return announced.uploadId;
  }

  /** Before the first byte there is no task yet: what is asked for then is done when there is one. */
  function steer(next: State, act: (running: Steered) => boolean): boolean {
    if (task) return act(task);
    if (state === next || state === 'canceled') return false;
    state = next;
    return true;
  }

  return steered(sending(), steer);
}

/** As many samples as are of one recording of a history. */
const samplesAtOnce = 20_000;

/**
 * Sends a long history as several recordings, the newest first, one after the other. Called off, it takes back the one
 * that is under way; those that have arrived stay.
 */
export function sendHistory(
  ports: SendPorts,
  recording: HealthRecording | Recording,
  onProgress?: (progress: { sentSamples: number; totalSamples: number }) => void,
): Sending<string[]> {
  const { samples, deletedSamples, ...envelope } = recording;
  const newestFirst = [...samples].sort((a, b) => Date.parse(b.startDate) - Date.parse(a.startDate));
  let current: Sending | undefined;
  let state: State = 'running';
  let go = (): void => undefined;

  const isCanceled = (): boolean => state === 'canceled';

  async function sending(): Promise<string[]> {
    const uploadIds: string[] = [];
    for (let at = 0; at === 0 || at < newestFirst.length; at += samplesAtOnce) {
      if (state === 'paused') await new Promise<void>((resolve) => (go = resolve));
      // Between two of them a pause and a cancel are ours.
      if (isCanceled()) throw new ClientError('client/canceled');
      const part = {
        ...envelope,
        ...(at === 0 && deletedSamples ? { deletedSamples } : {}),
        samples: newestFirst.slice(at, at + samplesAtOnce),
      };
      current = send(ports, part, {});
      uploadIds.push(await current.sent);
      onProgress?.({
        sentSamples: Math.min(at + samplesAtOnce, samples.length),
        totalSamples: samples.length,
      });
    }
    return uploadIds;
  }

  function steer(next: State, act: (running: Steered) => boolean): boolean {
    if (state === next || state === 'canceled') return false;
    state = next;
    if (current) act(current);
    go();
    return true;
  }

  return steered(sending(), steer);
}

async function written(
  body: Body,
): Promise<{ contentType: ContentType; bytes: Blob | Uint8Array<ArrayBuffer> }> {
  if ('bytes' in body) return body;
  return {
    contentType: 'application/json',
    bytes: await gzip(new TextEncoder().encode(JSON.stringify(body))),
  };
}
