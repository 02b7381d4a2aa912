import type { FirebaseApp } from 'firebase/app';
import { getAuth } from 'firebase/auth';
import {
  doc,
  getDoc,
  getFirestore,
  onSnapshot,
  setDoc,
  Timestamp,
  type DocumentReference,
} from 'firebase/firestore';
import { getFunctions, httpsCallable } from 'firebase/functions';
import { getStorage, ref, uploadBytesResumable, type UploadTask } from 'firebase/storage';
import type * as v from 'valibot';
import type {
  DeletedAnswer,
  ExportAnswer,
  RefreshNarrativeAnswer,
  RequestUploadAnswer,
  RetryUploadAnswer,
} from '../src/contract/answers.ts';
import { ClientError, clientErrorOf } from './client-error.ts';
import type {
  AnalysisDocument,
  NarrativeDocument,
  PersonDocument,
  UploadDocument,
} from '../src/contract/documents.ts';
import type { Recording } from '../src/contract/recording.ts';
import {
  paths,
  type ContentType,
  type ExportInput,
  type RequestUploadInput,
} from '../src/contract/upload.ts';

export { ClientError, type ClientErrorCode } from './client-error.ts';

/** What goes to Storage: a recording, or one that is written already as JSON or NDJSON. */
export type Body = Recording | { contentType: ContentType; bytes: Blob | Uint8Array<ArrayBuffer> };

export interface SendOptions {
  /**
   * Your own id of the upload: 8 to 64 letters, digits, "_" or "-". Sending again under the same id, after the app was
   * closed for example, is the same upload, and is done at once where it had arrived.
   */
  uploadId?: string;
  /** Of the bytes, in hexadecimal: an object with another one fails with `recording/changed`. */
  sha256?: string;
  onProgress?: (progress: { sentBytes: number; totalBytes: number; state: 'running' | 'paused' }) => void;
}

/** A recording on its way. Each of the three says whether it had an effect. */
export interface Sending {
  /** Resolves with the upload's id once the recording has arrived. @throws ClientError */
  readonly sent: Promise<string>;
  pause(): boolean;
  resume(): boolean;
  /** `sent` rejects with the code `client/canceled`. */
  cancel(): boolean;
}

export interface ClientOptions {
  /** Where the functions are. */
  region?: string;
}

/** An object may be stored some seconds before its status document says so. */
const arrivalTimeoutMs = 15_000;

export type ClarityLoop = ReturnType<typeof clarityLoop>;

/**
 * What an app does with Clarity Loop, as the person who is signed in to `app`. It uses the app's own instances of the
 * Firebase SDK, so emulators, persistence and App Check are what you have set them to. Every error is a ClientError.
 */
export function clarityLoop(app: FirebaseApp, { region = 'europe-west4' }: ClientOptions = {}) {
  const firestore = getFirestore(app);

  function uid(): string {
    const person = getAuth(app).currentUser;
    if (!person) throw new ClientError('auth/missing-token');
    return person.uid;
  }

  /** @param limitedUse for the calls that take an App Check token once only */
  async function call<Answer>(name: string, input?: unknown, limitedUse = false): Promise<Answer> {
    try {
      const options = { limitedUseAppCheckTokens: limitedUse };
      const callable = httpsCallable<unknown, Answer>(getFunctions(app, region), name, options);
      return (await callable(input)).data;
    } catch (error) {
      throw clientErrorOf(error);
    }
  }

  async function read<Document>(path: string): Promise<Document | undefined> {
    try {
      const fields = (await getDoc(doc(firestore, path))).data();
      return fields && (withDates(fields) as Document);
    } catch (error) {
      throw clientErrorOf(error);
    }
  }

  const requestUpload = (input: RequestUploadInput) => call<RequestUploadAnswer>('requestUpload', input);

  /** The rules let an object in once, so one that has arrived before looks like any other refusal. @throws ClientError */
  async function mustHaveArrived(uploadId: string, refusal: ClientError): Promise<void> {
    const signal = AbortSignal.timeout(arrivalTimeoutMs);
    try {
      for await (const { storedAt, code } of statesOf(
        doc(firestore, paths.upload(uid(), uploadId)),
        signal,
      )) {
        if (storedAt) return;
        if (code) throw new ClientError(code, { cause: refusal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw refusal;
  }

  return {
    /** Who is signed in. @throws ClientError `auth/missing-token` */
    uid,

    /** Stores what a person decides about themselves, in place of what they had decided before. */
    async setPerson(person: PersonDocument): Promise<void> {
      try {
        await setDoc(doc(firestore, paths.person(uid())), person);
      } catch (error) {
        throw clientErrorOf(error);
      }
    },

    requestUpload,

    /** Announces a recording and sends it straight to Storage, in pieces: a lost connection costs the last piece. */
    uploadRecording(body: Body, { uploadId, sha256, onProgress }: SendOptions = {}): Sending {
      const { contentType, bytes } = written(body);
      let task: UploadTask | undefined;
      let state: 'running' | 'paused' | 'canceled' = 'running';

      async function send(): Promise<string> {
        const sizeBytes = bytes instanceof Blob ? bytes.size : bytes.byteLength;
        const announced = await requestUpload({
          contentType,
          sizeBytes,
          ...(uploadId ? { uploadId } : {}),
          ...(sha256 ? { sha256 } : {}),
        });
        if (state === 'canceled') throw new ClientError('client/canceled');
        task = uploadBytesResumable(ref(getStorage(app), announced.path), bytes, { contentType });
        task.on('state_changed', ({ bytesTransferred, totalBytes, state: now }) => {
          if (now !== 'running' && now !== 'paused') return;
          onProgress?.({ sentBytes: bytesTransferred, totalBytes, state: now });
        });
        if (state === 'paused') task.pause();
        try {
          await task;
        } catch (error) {
          const fault = clientErrorOf(error);
          if (fault.code !== 'client/refused') throw fault;
          await mustHaveArrived(announced.uploadId, fault);
        }
        return announced.uploadId;
      }

      /** Before the first byte there is no task yet: what is asked for then is done when there is one. */
      function steer(next: typeof state, act: (running: UploadTask) => boolean): boolean {
        if (task) return act(task);
        if (state === next || state === 'canceled') return false;
        state = next;
        return true;
      }

      return {
        sent: send(),
        pause: () => steer('paused', (running) => running.pause()),
        resume: () => steer('running', (running) => running.resume()),
        cancel: () => steer('canceled', (running) => running.cancel()),
      };
    },

    /**
     * The states of an upload as the server has them, from now until it has succeeded or failed, or is gone. Who is slow
     * to read sees the newest, not every one. Leaving the loop ends the subscription; `signal` ends it from outside.
     *
     * @throws ClientError `upload/not-found`, `client/canceled` by the signal
     */
    async *uploadStatus(
      uploadId: string,
      { signal }: { signal?: AbortSignal } = {},
    ): AsyncGenerator<UploadDocument, void, undefined> {
      yield* statesOf(doc(firestore, paths.upload(uid(), uploadId)), signal);
    },

    /** The state of an upload now; undefined where there is none. */
    upload: (uploadId: string) => read<UploadDocument>(paths.upload(uid(), uploadId)),
    /** The analysis of an upload; undefined while there is none. */
    analysis: (uploadId: string) => read<AnalysisDocument>(paths.analysis(uid(), uploadId)),
    /** The text about an analysis; undefined while there is none. */
    narrative: (uploadId: string) => read<NarrativeDocument>(paths.narrative(uid(), uploadId)),

    /** Takes a failed upload up again. */
    retryUpload: (uploadId: string) => call<RetryUploadAnswer>('retryUpload', { uploadId }),
    /** Deletes an upload with everything that only it brought. */
    deleteUpload: (uploadId: string) => call<DeletedAnswer>('deleteUpload', { uploadId }),
    /** Writes the text anew, after a change of language for example. */
    refreshNarrative: (uploadId: string) => call<RefreshNarrativeAnswer>('refreshNarrative', { uploadId }),
    /** Writes all that is stored about the person into one object, readable for 24 hours. */
    exportMyData: (input: v.InferInput<typeof ExportInput> = {}) =>
      call<ExportAnswer>('exportMyData', input, true),
    /** Deletes all that is stored about the person. */
    deleteMyData: () => call<DeletedAnswer>('deleteMyData', { confirm: 'delete everything' }, true),
  };
}

function written(body: Body): { contentType: ContentType; bytes: Blob | Uint8Array<ArrayBuffer> } {
  if ('bytes' in body) return body;
  return { contentType: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(body)) };
}

/** Timestamps of Firestore as dates, at any depth. */
function withDates(value: unknown): unknown {
  if (value instanceof Timestamp) return value.toDate();
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withDates(field)]));
}

type News = { upload: UploadDocument } | { gone: true } | { error: unknown };

async function* statesOf(
  document: DocumentReference,
  signal: AbortSignal | undefined,
): AsyncGenerator<UploadDocument, void, undefined> {
  let news: News | undefined;
  let wake = (): void => undefined;
  const tell = (latest: News): void => {
    news = latest;
    wake();
  };
  const abort = (): void => tell({ error: new ClientError('client/canceled', { cause: signal?.reason }) });
  const unsubscribe = onSnapshot(
    document,
    { includeMetadataChanges: true },
    (snapshot) => {
      // What is kept on the device may be long past: an upload that had failed then may be at work again.
      if (snapshot.metadata.fromCache) return;
      const fields = snapshot.data();
      tell(fields ? { upload: withDates(fields) as UploadDocument } : { gone: true });
    },
    (error) => tell({ error }),
  );
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();

  let last: UploadDocument | undefined;
  try {
    for (;;) {
      if (!news) await new Promise<void>((resolve) => (wake = resolve));
      const latest: News = news!;
      news = undefined;
      if ('error' in latest) throw clientErrorOf(latest.error);
      if ('gone' in latest) {
        if (last) return;
        throw new ClientError('upload/not-found');
      }
      const { upload } = latest;
      if (upload.updatedAt.getTime() === last?.updatedAt.getTime()) continue;
      last = upload;
      yield upload;
      if (upload.status === 'succeeded' || upload.status === 'failed') return;
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', abort);
  }
}
