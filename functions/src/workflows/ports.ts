import type { Readable } from 'node:stream';
import type { Analysis } from '../domain/analysis/analysis.ts';
import type { PersonState, WeekMark } from '../domain/person/person-state.ts';
import type { StoredWeek } from '../domain/samples/week.ts';
import type { Sample } from '../domain/samples/sample.ts';
import type { FaultCode } from '../domain/fault.ts';
import type { Language } from '../domain/languages.ts';
import type { DaySummary } from '../domain/analysis/day-summary.ts';
import type { Choices, Draft } from '../domain/narrative/draft.ts';
import type { DraftProblem } from '../domain/narrative/draft-check.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { QuotaName } from '../domain/upload/quota.ts';
import type { StagingRule } from '../domain/metrics/staging.ts';
import type { Upload, UploadEvent, UploadKey } from '../domain/upload/upload.ts';

/** What a workflow may touch. Adapters implement these; tests and the offline command use the ones in memory. */
export interface Ports {
  clock: Clock;
  tokens: Tokens;
  people: People;
  uploads: Uploads;
  recordings: Recordings;
  requests: AnalysisRequests;
  deadLetters: DeadLetters;
  analyses: Analyses;
  narratives: Narratives;
  quotas: Quotas;
  erasures: Erasures;
  exports: Exports;
  histories: Histories;
  models: Models;
  narrator: Narrator;
  spending: Spending;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Tokens {
  /** The uid of a valid, unrevoked Firebase ID token. @throws Fault `auth/invalid-token` */
  verify(token: string): Promise<string>;
  /**
   * Whether a request comes from the app itself (Firebase App Check).
   *
   * @param consume makes the token worthless for the next request that consumes it
   * @throws Fault `auth/invalid-app-check`, `auth/replayed-app-check` where it was consumed before
   */
  verifyApp(token: string | undefined, consume: boolean): Promise<void>;
}

/** What a person has told us about themselves in `users/{uid}`; absent fields were not told. */
export interface Person {
  timeZone?: string;
  language?: string;
  units?: string;
  consent?: { generatedText: boolean; processing?: boolean };
}

/** A document of a person, as it is handed out: times in ISO 8601, samples readable. */
export interface PersonalDocument {
  /** Below the person's own document, `uploads/{uploadId}` for example; empty for that document itself. */
  path: string;
  fields: Record<string, unknown>;
  /** The samples, where it holds them. */
  samples?: readonly Sample[];
}

export interface People {
  find(uid: string): Promise<Person>;
  /** Every document there is about a person, whatever its kind. */
  documents(uid: string): Promise<AsyncIterable<PersonalDocument>>;
}

/** Documents that are written in one commit with the move of the upload that they are of. */
export interface Outcome {
  narrative?: Narrative;
  /** The text of a week, for its own document. */
  weekText?: { monday: string; narrative: Narrative };
}

/** Which version of its document an upload was read or written as; only its own adapter looks inside. */
export type Revision = string;

export interface StoredUpload {
  upload: Upload;
  revision: Revision;
}

export interface NamedUpload extends StoredUpload {
  uploadId: string;
}

export interface MoveOptions {
  /** What an earlier move gave: the upload need not be read again unless it has changed since. */
  from?: StoredUpload;
  /** Done once before the move is written, if there is anything to write: a crash in between repeats the message. */
  publishFirst?: (upload: Upload) => Promise<void>;
}

export interface Uploads {
  find(key: UploadKey): Promise<StoredUpload | undefined>;
  /** Uploads of a person that wait for whoever holds the person, at most `limit`. */
  waiting(uid: string, limit: number): Promise<NamedUpload[]>;
  /**
   * Creates the status document unless it is there; gives the one that is there afterwards.
   *
   * @throws Fault `person/erasing` while everything of the person is being deleted
   */
  open(key: UploadKey, upload: Upload): Promise<{ upload: Upload; created: boolean }>;
  /** Uploads of all people in one shard that are to be looked at, those that have waited longest first. */
  due(shard: number, now: number, limit: number): Promise<{ key: UploadKey; upload: Upload }[]>;
  /**
   * Applies `advance` in one conditional write, together with the outcome's documents; `retried` removes the dead letter.
   *
   * @throws Fault `upload/not-found`, `schema/newer` when a newer release has written the upload
   */
  advance(key: UploadKey, event: UploadEvent, outcome?: Outcome, how?: MoveOptions): Promise<StoredUpload>;
}

export interface Analyses {
  find(key: UploadKey): Promise<Analysis | undefined>;
  /** Analyses of the person's latest week, at most `limit`, the one that knows most first. */
  newest(
    uid: string,
    limit: number,
  ): Promise<{ uploadId: string; analysis: Analysis; traceparent: string }[]>;
}

export interface Narratives {
  find(key: UploadKey): Promise<Narrative | undefined>;
  /** Uploads whose template may give way to a generated text. */
  replaceable(limit: number): Promise<UploadKey[]>;
}

/** Who pays: a person or a network address, each with counters of its own. */
export type QuotaSubject = `person:${string}` | `address:${string}`;

export interface Quotas {
  /**
   * Takes all of the amounts, or none of them where one quota would be exceeded; whoever comes at the same time cannot
   * take the same.
   *
   * @throws Fault `quota/exceeded` with `retryAfterS`
   */
  take(
    charges: readonly { subject: QuotaSubject; amounts: Partial<Record<QuotaName, number>> }[],
    now: number,
  ): Promise<void>;
}

/** Deletions of everything that is stored about a person. */
export interface Erasures {
  /** From now on nothing new can be opened for the person. */
  begin(uid: string, at: number): Promise<void>;
  /** Those that have begun, not ended, and are not postponed, longest first. */
  unfinished(now: number, limit: number): Promise<string[]>;
  /** Not to be tried before `until`: one that hangs must not keep the others waiting. */
  postpone(uid: string, until: number): Promise<void>;
  /** Deletes every document below `users/{uid}` and that document, the uploads first: without them nothing is written. */
  removeDocuments(uid: string): Promise<void>;
  end(uid: string): Promise<void>;
}

/** Archives that a person may fetch for a day. */
export interface Exports {
  /** Notes among the person's documents that an archive will be there. @throws Fault `person/erasing` */
  announce(uid: string, name: string, expiresAt: number): Promise<void>;
  announced(uid: string, name: string): Promise<boolean>;
  /** Writes an archive, in the place of one of that name; gives the name of the object. */
  write(
    uid: string,
    name: string,
    about: { contentType: string; expiresAt: number },
    body: AsyncIterable<Uint8Array>,
  ): Promise<string>;
  remove(uid: string, name: string): Promise<void>;
  removeAll(uid: string): Promise<void>;
}

export interface StoredRecording {
  contentType: string;
  /** Whether the time from which it is kept on has been set. */
  settled: boolean;
  /** The bytes as sent; gzip-encoded if they were sent so. */
  body: Readable;
}

/** A recording in storage, as whoever goes through all of them finds it. */
export interface FoundRecording {
  key: UploadKey;
  contentType: string;
  sizeBytes: number;
  /** ms since 1970 */
  createdAt: number;
  /** What it was stored with; absent where a client stored it. */
  traceparent?: string | undefined;
  incarnation?: string | undefined;
}

export interface Recordings {
  /** Create only: false when an object is already there, which is then left as it is. */
  create(
    key: UploadKey,
    body: Uint8Array,
    about: { contentType: string; traceparent: string; incarnation?: string | undefined },
  ): Promise<boolean>;
  exists(key: UploadKey): Promise<boolean>;
  /** @throws Fault `recording/missing` */
  open(key: UploadKey): Promise<StoredRecording>;
  /** Sets the time from which the bucket's lifecycle counts how long the recording is still kept. */
  settle(key: UploadKey, at: number): Promise<void>;
  /** Which of several recordings that were stored under the key one after the other is there; undefined for none. */
  version(key: UploadKey): Promise<string | undefined>;
  /** Does nothing where there is none, or not that version. */
  remove(key: UploadKey, version?: string): Promise<void>;
  /** The ids of a person's uploads whose recordings are stored. */
  list(uid: string): Promise<string[]>;
  /** The recordings of all people. */
  all(): Promise<AsyncIterable<FoundRecording>>;
  removeAll(uid: string): Promise<void>;
}

/** The message on the topic `analysis-requested`: ids only, never a health value. */
export interface AnalysisRequest {
  uid: string;
  /** The upload that waits; absent where there is other work. */
  uploadId?: string | undefined;
  /** Of the upload that is meant; messages of an earlier release do not say. */
  incarnation?: string | undefined;
  traceparent: string;
}

export interface AnalysisRequests {
  publish(request: AnalysisRequest): Promise<void>;
}

/** An upload that was given up, for the people who look after the service: ids and a code, never a health value. */
export interface DeadLetter extends UploadKey {
  code: FaultCode;
  /** How often the message was delivered before it was given up; null where it was given up at once. */
  deliveries: number | null;
  traceparent: string;
}

export interface KeptLetter {
  letter: DeadLetter;
  /** When it was kept, in ms since 1970. */
  at: number;
}

export interface DeadLetters {
  /** Hands a letter to the topic `dead-letters`. */
  publish(letter: DeadLetter): Promise<void>;
  /** Keeps the evidence, one letter an upload, until the upload is `retried`. */
  keep(letter: DeadLetter, at: number): Promise<void>;
  /** The kept letters, oldest first: the first `limit`, or those that follow `after`, the last of another page. */
  list(limit: number, after?: KeptLetter): Promise<KeptLetter[]>;
}

export interface StoredState {
  state: PersonState;
  /** Null while nothing is stored of the person. */
  revision: Revision | null;
}

/** How an upload leaves the hands of whoever holds the person. */
export interface UploadMove extends NamedUpload {
  /** What it becomes; null removes it, with its analysis, narrative and dead letter. */
  next: Upload | null;
  told?: AnalysisWrite;
}

/** What is written about a trailing week, in the name of an upload. */
export interface AnalysisWrite {
  uploadId: string;
  analysis: Analysis;
  /** Whether it is the person's latest week. */
  latest: boolean;
  /** The text, where it changes. */
  narrative?: Narrative;
  traceparent: string;
}

/** What is computed of a whole ISO week. */
export interface WeekResult {
  mark: WeekMark;
  analysis: Analysis;
  narrative: Narrative;
}

/** What one commit writes beside the person's state. */
export interface Changes {
  /** One without samples is removed. */
  samples?: readonly StoredWeek[];
  /** All deletions that are remembered. */
  tombstones?: readonly string[];
  /** By Monday; null where a week has no samples any more. */
  weeks?: ReadonlyMap<string, WeekResult | null>;
  /** By day; null where a day has no samples any more. */
  summaries?: ReadonlyMap<string, DaySummary | null>;
  uploads?: readonly UploadMove[];
  /** Analyses that are told anew while their uploads stay as they are. */
  analyses?: readonly AnalysisWrite[];
  /** Days of the first releases that have been taken over. */
  takenOver?: readonly string[];
}

/** What is kept of people: samples, what is computed from them, and one state that every commit depends on. */
export interface Histories {
  /** @throws Fault `schema/newer` */
  state(uid: string): Promise<StoredState>;
  /**
   * Writes the state and the changes in one commit, on the condition that neither the state nor any of the uploads has been
   * written since it was read.
   *
   * @returns the state as it is stored now; undefined where the condition does not hold: nothing was written
   */
  commit(
    uid: string,
    from: StoredState,
    next: PersonState,
    changes: Changes,
  ): Promise<StoredState | undefined>;
  /** The stored weeks from `first` to `last` (Mondays, both included) that hold samples, oldest first. */
  samples(uid: string, first: string, last: string): Promise<StoredWeek[]>;
  /** The Mondays of all stored weeks. */
  weeksWithSamples(uid: string): Promise<string[]>;
  /** Some of the stored weeks that hold samples of an upload, at most `limit`. */
  samplesOf(uid: string, uploadId: string, limit: number): Promise<StoredWeek[]>;
  tombstones(uid: string): Promise<string[]>;
  /** The marks of those of the weeks that have results. */
  marks(uid: string, mondays: readonly string[]): Promise<WeekMark[]>;
  week(uid: string, monday: string): Promise<WeekResult | undefined>;
  /**
   * Samples that the first releases kept by day: of at most `limit` weeks of UTC before `before` (a Monday), the latest first.
   *
   * @returns the names of their days, and before which week more of them lie; null where there are none
   */
  legacySamples(
    uid: string,
    before: string,
    limit: number,
  ): Promise<{ weeks: StoredWeek[]; days: string[]; next: string | null }>;
  /** People in one shard with work that nobody has taken up, those that have waited longest first. */
  due(shard: number, now: number, limit: number): Promise<string[]>;
  /** The ids of people of whom a state is stored, in their order: the first `limit`, or those that follow `after`. */
  people(limit: number, after?: string): Promise<string[]>;
}

export interface ModelCard {
  name: string;
  version: string;
  sha256: string;
}

export interface SleepModel {
  card: ModelCard;
  /** By the modality of the input. */
  thresholds: Record<string, StagingRule>;
  /**
   * @param features row-major [5 x minutes], see domain/metrics/sleep-features.ts
   * @returns probabilities [minutes x 3]: wake, NREM, REM
   */
  stage(features: Float32Array, minutes: number): Promise<Float32Array>;
}

export interface ActivityEncoder {
  card: ModelCard;
  /**
   * Loads the encoder on first use.
   *
   * @param week 10,080 z-scores, see domain/metrics/embedding.ts
   * @returns 96 numbers
   * @throws Fault `model/...` when it is not what it says it is
   */
  embed(week: Float32Array): Promise<Float32Array>;
}

export interface Models {
  /** Loads the sleep model on first use. @throws Fault `model/...` when it is absent or not what it says it is */
  sleep(): Promise<SleepModel>;
  /** The encoder whose weights the operator has installed, if any. @throws Fault `model/invalid-manifest` */
  encoder(): Promise<ActivityEncoder | undefined>;
}

/** What the narrator may know: the sentences that it chooses from, and a language; no identifiers. */
export interface NarrativeRequest {
  choices: Choices;
  language: Language;
  /** Why the draft of the first call could not stand; empty for the first call. */
  problems: readonly DraftProblem[];
  traceparent: string;
}

export interface NarratorAnswer {
  draft: Draft;
  modelVersion: string;
  promptVersion: string;
  tokens: { input: number; output: number };
}

export interface Narrator {
  /** @throws Fault `narrator/unavailable`, `narrator/cap-reached` (may help later), `narrator/rejected`, `narrator/refused`, `narrator/invalid` */
  write(request: NarrativeRequest): Promise<NarratorAnswer>;
}

/** What is asked of the narrator by everybody together in a day of UTC, and how much may be. */
export interface Spending {
  /** Texts that were asked for, and how many may be: as an operator has set it, else as it was deployed. */
  of(day: string): Promise<{ asked: number; most: number }>;
  /** Counts one more. */
  count(day: string): Promise<void>;
  /** Lets `most` texts a day be asked for from now on; null: as many as was deployed. */
  limit(most: number | null): Promise<void>;
}
