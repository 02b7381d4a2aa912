import type { Readable } from 'node:stream';
import type { Analysis } from '../domain/analysis.ts';
import type { DaySamples } from '../domain/day.ts';
import type { Fact } from '../domain/facts.ts';
import type { FaultCode } from '../domain/fault.ts';
import type { Language } from '../domain/languages.ts';
import type { Narrative, NarrativeDraft } from '../domain/narrative.ts';
import type { NarrativeProblem } from '../domain/narrativeCheck.ts';
import type { StageThresholds } from '../domain/staging.ts';
import type { Upload, UploadEvent, UploadKey } from '../domain/upload.ts';

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
  days: Days;
  models: Models;
  narrator: Narrator;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Tokens {
  /** The uid of a valid, unrevoked Firebase ID token. @throws Fault `auth/invalid-token` */
  verify(token: string): Promise<string>;
}

/** What a person has told us about themselves in `users/{uid}`; absent fields were not told. */
export interface Person {
  timeZone?: string;
  language?: string;
  units?: string;
  consent?: { generatedText: boolean };
}

export interface People {
  find(uid: string): Promise<Person>;
}

/** Documents that are written in the same transaction as the move of the upload that produced them. */
export interface Outcome {
  analysis?: Analysis;
  narrative?: Narrative;
}

export type WaitingStatus = 'requested' | 'queued' | 'processing';

export interface Uploads {
  find(key: UploadKey): Promise<Upload | undefined>;
  /** Creates the status document unless it is there; gives the one that is there afterwards. */
  open(key: UploadKey, upload: Upload): Promise<{ upload: Upload; created: boolean }>;
  /**
   * Uploads of all people that have been in a status since `before` (ms) or longer, longest first: `requested` since
   * they were announced, `queued` and `processing` since they were stored.
   */
  waiting(
    status: WaitingStatus,
    before: number,
    limit: number,
  ): Promise<{ key: UploadKey; upload: Upload }[]>;
  /**
   * Applies `advance` in a transaction, together with the outcome's documents; `retried` removes the dead letter.
   *
   * @throws Fault `upload/not-found`
   */
  advance(key: UploadKey, event: UploadEvent, outcome?: Outcome): Promise<Upload>;
}

export interface Analyses {
  find(key: UploadKey): Promise<Analysis | undefined>;
  /** The analysis that was written last, and the upload it is of. */
  latest(uid: string): Promise<{ uploadId: string; analysis: Analysis } | undefined>;
  /** The person's latest analysis whose window ended at or before `instant` (ISO 8601). */
  latestBefore(uid: string, instant: string): Promise<Analysis | undefined>;
}

export interface Narratives {
  find(key: UploadKey): Promise<Narrative | undefined>;
  /** Uploads whose template may give way to a generated text. */
  replaceable(limit: number): Promise<UploadKey[]>;
}

export interface Quotas {
  /** Takes one of the `limit` uses of `name` that a person has on a day; false when there is none left. */
  take(uid: string, name: string, day: string, limit: number): Promise<boolean>;
}

export interface StoredRecording {
  contentType: string;
  /** The bytes as sent; gzip-encoded if they were sent so. */
  body: Readable;
}

export interface Recordings {
  /** Create only: false when an object is already there, which is then left as it is. */
  create(
    key: UploadKey,
    body: Uint8Array,
    about: { contentType: string; traceparent: string },
  ): Promise<boolean>;
  exists(key: UploadKey): Promise<boolean>;
  /** @throws Fault `recording/missing` */
  open(key: UploadKey): Promise<StoredRecording>;
}

/** The message on the topic `analysis-requested`: ids only, never a health value. */
export interface AnalysisRequest extends UploadKey {
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

export interface DeadLetters {
  /** Hands a letter to the topic `dead-letters`. */
  publish(letter: DeadLetter): Promise<void>;
  /** Keeps the evidence, one letter an upload, until the upload is `retried`. */
  keep(letter: DeadLetter, at: number): Promise<void>;
  /** The kept letters, oldest first. */
  list(limit: number): Promise<{ letter: DeadLetter; at: number }[]>;
}

export interface Days {
  /**
   * Merges samples into a person's days by sample identity, and remembers deletions, so that a deleted sample
   * that arrives again stays deleted. The result does not depend on order or repetition.
   *
   * @throws Fault `recording/too-many-samples` when a day would outgrow its document
   */
  merge(uid: string, samples: readonly DaySamples[], deleted: readonly string[]): Promise<void>;
  /** The latest `count` days that hold samples, oldest first. */
  latest(uid: string, count: number): Promise<DaySamples[]>;
  /** The days from `first` to `last` (`yyyy-mm-dd`, both included) that hold samples, oldest first. */
  between(uid: string, first: string, last: string): Promise<DaySamples[]>;
}

export interface ModelCard {
  name: string;
  version: string;
  sha256: string;
}

export interface SleepModel {
  card: ModelCard;
  /** By the modality of the input. */
  thresholds: Record<string, StageThresholds>;
  /**
   * @param features row-major [5 x minutes], see domain/sleepFeatures.ts
   * @returns probabilities [minutes x 3]: wake, NREM, REM
   */
  stage(features: Float32Array, minutes: number): Promise<Float32Array>;
}

export interface ActivityEncoder {
  card: ModelCard;
  /**
   * Loads the encoder on first use.
   *
   * @param week 10,080 z-scores, see domain/embedding.ts
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

/** What the narrator may know: facts and a language, no identifiers. */
export interface NarrativeRequest {
  facts: readonly Fact[];
  language: Language;
  /** Why the text of the first call could not stand; empty for the first call. */
  problems: readonly NarrativeProblem[];
  traceparent: string;
}

export interface NarratorAnswer {
  draft: NarrativeDraft;
  modelVersion: string;
  promptVersion: string;
  tokens: { input: number; output: number };
}

export interface Narrator {
  /** @throws Fault `narrator/unavailable` (may help later), `narrator/refused`, `narrator/invalid` */
  write(request: NarrativeRequest): Promise<NarratorAnswer>;
}
