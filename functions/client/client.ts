import type { FirebaseApp } from 'firebase/app';
import { getAuth } from 'firebase/auth';
import {
  collection,
  doc,
  documentId,
  getDoc,
  getDocs,
  getFirestore,
  limit,
  orderBy,
  query,
  setDoc,
  where,
} from 'firebase/firestore';
import { getFunctions, httpsCallable } from 'firebase/functions';
import { getBytes, getStorage, ref } from 'firebase/storage';
import type * as v from 'valibot';
import type {
  DeletedAnswer,
  ExportAnswer,
  RefreshNarrativeAnswer,
  RequestUploadAnswer,
  RetryUploadAnswer,
} from '../src/contract/answers.ts';
import { mondayOf } from '../src/domain/history/week-digest.ts';
import type { Language } from '../src/domain/languages.ts';
import { ClientError, clientErrorOf, problemOf } from './client-error.ts';
import type {
  AnalysisDocument,
  NarrativeDocument,
  PersonDocument,
  SummaryDocument,
  WeekDocument,
} from '../src/contract/documents.ts';
import type { Recording } from '../src/contract/recording.ts';
import { paths, type ExportInput, type RequestUploadInput } from '../src/contract/upload.ts';
import type { Open } from './open.ts';
import {
  send,
  sendHistory,
  type Body,
  type HealthRecording,
  type Sending,
  type SendOptions,
  type SendPorts,
} from './sending.ts';
import { statesOf, withDates } from './states.ts';
import type { UploadState } from './upload-state.ts';

export { ClientError, type ClientErrorCode } from './client-error.ts';

export type { Body, HealthRecording, Progress, Sending, SendOptions } from './sending.ts';
export type { UploadState } from './upload-state.ts';
export { actions, personSentences, type Action, type KnownCode } from './what-to-do.ts';

export interface ClientOptions {
  /** Where the functions are. */
  region?: string;
  /**
   * Under which the HTTPS functions are, without a slash at its end: for the emulators
   * `http://127.0.0.1:5001/demo-clarity-loop/europe-west4`. What is called by the SDK does not need it.
   */
  functionsUrl?: string;
  /** Gives a token of App Check to the HTTPS functions: `async () => (await getToken(appCheck)).token`. */
  appCheckToken?: () => Promise<string>;
}

/** An object may be stored some seconds before its status document says so. */
const arrivalTimeoutMs = 15_000;

export type ClarityLoop = ReturnType<typeof clarityLoop>;

/**
 * What an app does with Clarity Loop, as the person who is signed in to `app`. It uses the app's own instances of the
 * Firebase SDK, so emulators, persistence and App Check are what you have set them to. Every error is a ClientError.
 */
export function clarityLoop(
  app: FirebaseApp,
  {
    region = 'europe-west4',
    functionsUrl = `https://${region}-${app.options.projectId}.cloudfunctions.net`,
    appCheckToken,
  }: ClientOptions = {},
) {
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

  /** Documents whose names are dates, from one to another. */
  async function between<Document>(path: string, from: string, to: string): Promise<Document[]> {
    try {
      const named = where(documentId(), '>=', from);
      const { docs } = await getDocs(
        query(collection(firestore, path), named, where(documentId(), '<=', to)),
      );
      return docs.map((found) => withDates(found.data()) as Document);
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

  const sendPorts: SendPorts = {
    storage: () => getStorage(app),
    requestUpload,
    mustHaveArrived,
    async takeBack(uploadId) {
      try {
        const upload = await read<UploadState>(paths.upload(uid(), uploadId));
        // Under an id of the app's own it may have arrived before.
        if (upload?.status === 'requested') await call<DeletedAnswer>('deleteUpload', { uploadId });
      } catch {
        // Whoever calls off may be offline; what was announced and never came is gone after a day.
      }
    },
  };

  return {
    /** Who is signed in. @throws ClientError `auth/missing-token` */
    uid,

    /** Stores the zone, language and units of the person; what is not named stays as it was. */
    async setPreferences(preferences: Omit<PersonDocument, 'consent'>): Promise<void> {
      try {
        await setDoc(doc(firestore, paths.person(uid())), preferences, { merge: true });
      } catch (error) {
        throw clientErrorOf(error);
      }
    },

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
    uploadRecording: (body: Body, options: SendOptions = {}): Sending => send(sendPorts, body, options),

    /** Sends a long history in several recordings, the newest first. */
    uploadHistory: (
      recording: HealthRecording | Recording,
      { onProgress }: { onProgress?: (progress: { sentSamples: number; totalSamples: number }) => void } = {},
    ): Sending<string[]> => sendHistory(sendPorts, recording, onProgress),

    /**
     * The states of an upload as the server has them, from now until it has succeeded or failed, or is gone. Who is slow
     * to read sees the newest, not every one. Leaving the loop ends the subscription; `signal` ends it from outside.
     *
     * @throws ClientError `upload/not-found`, `client/canceled` by the signal
     */
    async *uploadStatus(
      uploadId: string,
      { signal }: { signal?: AbortSignal } = {},
    ): AsyncGenerator<UploadState, void, undefined> {
      yield* statesOf(doc(firestore, paths.upload(uid(), uploadId)), signal);
    },

    /** The state of an upload now; undefined where there is none. */
    upload: (uploadId: string) => read<UploadState>(paths.upload(uid(), uploadId)),
    /** The states of the uploads that were requested last, newest first. */
    async uploads({ most = 20 }: { most?: number } = {}): Promise<UploadState[]> {
      try {
        const all = collection(firestore, paths.uploads(uid()));
        const { docs } = await getDocs(query(all, orderBy('requestedAt', 'desc'), limit(most)));
        return docs.map((found) => withDates(found.data()) as UploadState);
      } catch (error) {
        throw clientErrorOf(error);
      }
    },
    /** The analysis of an upload; undefined while there is none. */
    analysis: (uploadId: string) => read<Open<AnalysisDocument>>(paths.analysis(uid(), uploadId)),
    /** The text about an analysis; undefined while there is none. */
    narrative: (uploadId: string) => read<Open<NarrativeDocument>>(paths.narrative(uid(), uploadId)),

    /** The summaries of the days from one to another (`yyyy-mm-dd`, both included) that have any, oldest first. */
    summaries: (days: { from: string; to: string }) =>
      between<Open<SummaryDocument>>(paths.summaries(uid()), days.from, days.to),
    /** The ISO weeks that the days from one to another lie in (`yyyy-mm-dd`, both included), those that have data, oldest first. */
    weeks: (days: { from: string; to: string }) =>
      between<Open<WeekDocument>>(paths.weeks(uid()), mondayOf(days.from), days.to),
    /** The ISO week that a day lies in; undefined where it has no data. */
    week: (day: string) => read<Open<WeekDocument>>(paths.week(uid(), mondayOf(day))),

    /**
     * A week as a page with its pictures in it: the latest, that of an upload, or the ISO week that a day lies in; in the
     * person's language, or another.
     *
     * @throws ClientError `report/not-found`
     */
    async weeklyReport(query: { uploadId?: string; week?: string; language?: Language } = {}): Promise<Blob> {
      const person = getAuth(app).currentUser;
      if (!person) throw new ClientError('auth/missing-token');
      const headers = {
        authorization: `Bearer ${await person.getIdToken()}`,
        ...(appCheckToken ? { 'x-firebase-appcheck': await appCheckToken() } : {}),
      };
      const address = `${functionsUrl}/weeklyReport?${new URLSearchParams(query).toString()}`;
      const response = await fetch(address, { headers }).catch((cause: unknown) => {
        throw new ClientError('client/offline', { cause });
      });
      if (response.ok) return response.blob();
      throw problemOf(await response.text(), response.headers.get('retry-after'));
    },

    /** Takes a failed upload up again. */
    retryUpload: (uploadId: string) => call<Open<RetryUploadAnswer>>('retryUpload', { uploadId }),
    /** Deletes an upload with everything that only it brought. */
    deleteUpload: (uploadId: string) => call<DeletedAnswer>('deleteUpload', { uploadId }),
    /** Writes the text anew, after a change of language for example. */
    refreshNarrative: (uploadId: string) =>
      call<Open<RefreshNarrativeAnswer>>('refreshNarrative', { uploadId }),
    /** Writes all that is stored about the person into one object, readable for 24 hours. */
    exportMyData: (input: v.InferInput<typeof ExportInput> = {}) =>
      call<ExportAnswer>('exportMyData', input, true),
    /** The bytes of an archive that `exportMyData` has written. */
    async downloadExport({ path }: Pick<ExportAnswer, 'path'>): Promise<ArrayBuffer> {
      try {
        return await getBytes(ref(getStorage(app), path));
      } catch (error) {
        throw clientErrorOf(error);
      }
    },
    /** Deletes all that is stored about the person. */
    deleteMyData: () => call<DeletedAnswer>('deleteMyData', { confirm: 'delete everything' }, true),
  };
}
