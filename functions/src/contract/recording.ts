import * as v from 'valibot';
import type { Issue } from '../domain/fault.ts';
import { issuesOf } from '../validation/issues.ts';
import { UploadId } from './upload.ts';

/** Twice as many as are remembered of one person. */
const mostDeletions = 100_000;

/** The identity of a sample that the person deleted. */
const Deletion = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const ShortText = v.pipe(v.string(), v.maxLength(200));

export const DeviceInfo = v.object({
  deviceModel: v.optional(ShortText),
  systemName: v.optional(ShortText),
  systemVersion: v.optional(ShortText),
  appVersion: v.optional(ShortText),
  /** IANA. An unknown one costs only the samples that name none of their own; see ingest/read-recording.ts. */
  timeZone: v.optional(ShortText),
});

/** A recording without its samples: the whole of the first line in NDJSON, the object around `samples` in JSON. */
export const RecordingEnvelope = v.object({
  schemaVersion: v.optional(v.literal(1)),
  userId: v.optional(v.pipe(v.string(), v.maxLength(128))),
  uploadId: v.optional(UploadId),
  deviceInfo: v.optional(DeviceInfo),
  timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp('an ISO 8601 timestamp'))),
  deletedSamples: v.optional(
    v.pipe(
      v.array(v.unknown()),
      // Before each of them is looked at.
      v.maxLength(mostDeletions, `at most ${mostDeletions} deletions`),
      v.array(Deletion),
    ),
    [],
  ),
});
export type RecordingEnvelope = v.InferOutput<typeof RecordingEnvelope>;

/** The envelope in `value`, or why there is none. */
export function readEnvelope(value: unknown): { envelope: RecordingEnvelope } | { issues: Issue[] } {
  const parsed = v.safeParse(RecordingEnvelope, value);
  return parsed.success ? { envelope: parsed.output } : { issues: issuesOf(parsed.issues) };
}

/** One sample as clients send it; what its numbers may be is told by `domain/samples/sample-types.ts`. */
export const RecordingSample = v.object({
  uuid: v.optional(v.pipe(v.string(), v.maxLength(200))),
  sampleType: v.string(),
  startDate: v.string(),
  endDate: v.string(),
  value: v.optional(v.number()),
  unit: v.optional(v.string()),
  categoryValue: v.optional(v.pipe(v.number(), v.integer())),
  metadata: v.optional(v.record(v.string(), v.unknown())),
  sourceRevision: v.optional(
    v.object({
      source: v.optional(
        v.object({ name: v.optional(v.string()), bundleIdentifier: v.optional(v.string()) }),
      ),
      version: v.optional(v.string()),
      productType: v.optional(v.string()),
      operatingSystemVersion: v.optional(v.string()),
    }),
  ),
});
export type RecordingSample = v.InferOutput<typeof RecordingSample>;

/** A whole recording, as a client builds it. The functions never hold one as a whole: they read it piece by piece. */
export const Recording = v.object({
  ...RecordingEnvelope.entries,
  deletedSamples: v.optional(v.pipe(v.array(Deletion), v.maxLength(mostDeletions))),
  samples: v.array(RecordingSample),
});
export type Recording = v.InferInput<typeof Recording>;
