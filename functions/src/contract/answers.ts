import * as v from 'valibot';
import { faults, type FaultCode } from '../domain/fault.ts';
import { UploadId } from './upload.ts';

/** What the functions answer. Kept apart from the schemas of what they are sent: no function loads these. */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.pipe(v.string(), v.isoTimestamp());

/** Every code of `domain/fault.ts`: an app may switch on them. */
export const ProblemCode = v.picklist(Object.keys(faults) as FaultCode[]);
export type ProblemCode = FaultCode;

export const UploadStatus = v.picklist([
  'requested',
  'queued',
  'processing',
  'succeeded',
  'failed',
  'deleting',
]);
export const UploadStage = v.picklist(['upload', 'analysis', 'narrative']);

export const Issue = v.object({
  pointer: v.pipe(v.string(), v.description('JSON pointer (RFC 6901) into what was sent.')),
  expected: v.string(),
  received: v.pipe(v.string(), v.description('What kind of value was received, never the value itself.')),
});

export const Receipt = v.object({
  processedSamples: count,
  skippedSamples: count,
  issues: v.pipe(v.array(Issue), v.readonly()),
});

/** The answer of `uploadRecording` to an accepted recording. */
export const UploadAnswer = v.object({
  success: v.literal(true),
  uploadId: UploadId,
  status: v.pipe(
    v.literal('queued'),
    v.description('The same call again gets the same answer. Watch the status document for more.'),
  ),
  processedSamples: count,
  skippedSamples: count,
  errors: v.pipe(
    v.array(Issue),
    v.readonly(),
    v.description('The first samples that were left out, and why.'),
  ),
  message: v.string(),
});
export type UploadAnswer = v.InferOutput<typeof UploadAnswer>;

/** What a status tells a person. */
export const progress = {
  progress: v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(1),
    v.description('From 0 to 1; never falls while one try lasts.'),
  ),
  sentence: v.pipe(v.string(), v.description('What is happening, in English.')),
  nextStep: v.pipe(v.string(), v.description('What the person can do about it, in English.')),
};

/** The answer of `uploadRecording` about an upload, for clients without Firestore. */
export const StatusAnswer = v.object({
  schemaVersion: v.literal(1),
  uploadId: UploadId,
  status: UploadStatus,
  stage: UploadStage,
  ...progress,
  attempt: v.pipe(count, v.description('How often a worker has taken it up.')),
  code: v.pipe(v.nullable(ProblemCode), v.description('Why it failed; null unless it has.')),
  message: v.nullable(v.string()),
  receipt: v.nullable(Receipt),
  requestedAt: instant,
  storedAt: v.nullable(instant),
  analyzedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
});
export type StatusAnswer = v.InferOutput<typeof StatusAnswer>;

/** Every error of an HTTPS function: RFC 9457. */
export const Problem = v.object({
  type: v.pipe(v.string(), v.description('The code as a URN; there is no page behind it.')),
  title: v.pipe(v.string(), v.description('One sentence that a person may read, in English.')),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  code: ProblemCode,
  requestId: v.pipe(
    v.string(),
    v.description('Also in the header X-Request-Id; name it when you ask about it.'),
  ),
  issues: v.optional(v.pipe(v.array(Issue), v.readonly())),
});
export type Problem = v.InferOutput<typeof Problem>;

/** The `details` of a callable's error. */
export const CallableProblem = v.object({
  code: ProblemCode,
  requestId: v.optional(v.pipe(v.string(), v.description('Name it when you ask about it.'))),
  issues: v.optional(v.pipe(v.array(Issue), v.readonly())),
  retryAfterS: v.optional(
    v.pipe(v.number(), v.minValue(0), v.description('Seconds after which to try again.')),
  ),
});
export type CallableProblem = v.InferOutput<typeof CallableProblem>;

export const RequestUploadAnswer = v.object({
  uploadId: UploadId,
  path: v.pipe(v.string(), v.description("Object name in the project's default bucket.")),
  maxBytes: count,
});
export type RequestUploadAnswer = v.InferOutput<typeof RequestUploadAnswer>;

export const RetryUploadAnswer = v.object({ status: v.literal('queued') });
export type RetryUploadAnswer = v.InferOutput<typeof RetryUploadAnswer>;

/** The answer of `deleteUpload` and `deleteMyData`. */
export const DeletedAnswer = v.object({
  deleted: v.pipe(v.boolean(), v.description('Whether it is gone; if not, it will be within minutes.')),
});
export type DeletedAnswer = v.InferOutput<typeof DeletedAnswer>;

export const NarrativeSource = v.picklist(['gemini', 'template']);

export const RefreshNarrativeAnswer = v.object({ source: NarrativeSource });
export type RefreshNarrativeAnswer = v.InferOutput<typeof RefreshNarrativeAnswer>;

export const ExportAnswer = v.object({
  path: v.pipe(
    v.string(),
    v.description("Object name in the project's default bucket; the owner may read it until `expiresAt`."),
  ),
  contentType: v.string(),
  expiresAt: instant,
});
export type ExportAnswer = v.InferOutput<typeof ExportAnswer>;
