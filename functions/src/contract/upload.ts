import * as v from 'valibot';

/** 8 to 64 characters that are safe in every path. */
export const UploadId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, "_" or "-"'),
);

export const Uid = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[^/]+$/));

/** W3C Trace Context, version 00. */
export const Traceparent = v.pipe(v.string(), v.regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/));

/** Formats of a recording; either may be gzip-encoded. */
export const contentTypes = ['application/json', 'application/x-ndjson'] as const;
export type ContentType = (typeof contentTypes)[number];

/** Largest object that may be uploaded straight to Storage. */
export const maxObjectBytes = 256 * 1024 * 1024;
/** Largest body of `uploadRecording`, as sent; Cloud Run takes no more. */
export const maxRequestBytes = 32 * 1024 * 1024;

/** Input of the callable `requestUpload`. */
export const RequestUploadInput = v.strictObject({
  contentType: v.picklist(contentTypes),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxObjectBytes)),
  sha256: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal, small letters')),
  ),
  uploadId: v.optional(UploadId),
});
export type RequestUploadInput = v.InferOutput<typeof RequestUploadInput>;

/** Input of the callables `retryUpload`, `deleteUpload` and `refreshNarrative`. */
export const UploadIdInput = v.strictObject({ uploadId: UploadId });

export const exportFormats = ['json', 'fhir'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Input of the callable `exportMyData`: everything as JSON, or a FHIR R4 Bundle. */
export const ExportInput = v.pipe(
  v.nullish(v.strictObject({ format: v.optional(v.picklist(exportFormats), 'json') })),
  v.transform((input) => ({ format: input?.format ?? ('json' as const) })),
);

/** Input of the callable `deleteMyData`: the word, so that no stray call deletes anything. */
export const DeleteMyDataInput = v.strictObject({ confirm: v.literal('delete everything') });

/** The message on the topic `analysis-requested`. */
export const AnalysisRequestMessage = v.object({
  uid: Uid,
  uploadId: v.optional(UploadId),
  incarnation: v.optional(v.string()),
});

/** A message on the topic `dead-letters`: our own, or an analysis request that Pub/Sub gave up. */
export const DeadLetterMessage = v.object({ uid: Uid, uploadId: UploadId, code: v.optional(v.string()) });

/** Where things live, for clients and functions alike. */
export const paths = {
  person: (uid: string) => `users/${uid}`,
  /** What every commit of a person's samples and results depends on. */
  personState: (uid: string) => `users/${uid}/private/state`,
  upload: (uid: string, uploadId: string) => `users/${uid}/uploads/${uploadId}`,
  analysis: (uid: string, uploadId: string) => `users/${uid}/analyses/${uploadId}`,
  narrative: (uid: string, uploadId: string) => `users/${uid}/narratives/${uploadId}`,
  /** The samples of a week of UTC, by its Monday; what does not fit into one document is in others beside it. */
  samples: (uid: string, week: string) => `users/${uid}/samples/${week}`,
  allSamples: (uid: string) => `users/${uid}/samples`,
  week: (uid: string, monday: string) => `users/${uid}/weeks/${monday}`,
  weeks: (uid: string) => `users/${uid}/weeks`,
  summary: (uid: string, day: string) => `users/${uid}/summaries/${day}`,
  summaries: (uid: string) => `users/${uid}/summaries`,
  /** Samples as the first releases kept them. */
  days: (uid: string) => `users/${uid}/days`,
  analyses: (uid: string) => `users/${uid}/analyses`,
  /** Counters of a person or a network address, under a hash: they outlive the person's documents by a day. */
  quota: (subjectHash: string) => `quotas/${subjectHash}`,
  /** How often the narrator was asked in a day, in one of several documents. */
  spent: (day: string, shard: number) => `spending/${day}-${shard}`,
  /** What an operator has set while the functions run. */
  narratorSettings: 'settings/narrator',
  /** Stands while everything of a person is being deleted. */
  erasure: (uid: string) => `erasures/${uid}`,
  uploads: (uid: string) => `users/${uid}/uploads`,
  deadLetter: (uid: string, uploadId: string) => `users/${uid}/deadLetters/${uploadId}`,
  /** The samples that a person deleted, by identity. */
  tombstones: (uid: string) => `users/${uid}/deletions/samples`,
  recording: (uid: string, uploadId: string) => `recordings/${uid}/${uploadId}`,
  recordings: (uid: string) => `recordings/${uid}/`,
  export: (uid: string, name: string) => `exports/${uid}/${name}`,
  exports: (uid: string) => `exports/${uid}/`,
  /** Says that an archive is being or has been written. */
  announcedExport: (uid: string, name: string) => `users/${uid}/exports/${name}`,
} as const;

/** The upload that a path below `users/{uid}` belongs to. */
export function keyOfPath(path: string): { uid: string; uploadId: string } {
  const [, uid, , uploadId] = path.split('/');
  return { uid: uid!, uploadId: uploadId! };
}

/** The upload that an object name belongs to, or undefined for other objects. */
export function uploadOfObject(name: string): { uid: string; uploadId: string } | undefined {
  const [folder, uid, uploadId, ...rest] = name.split('/');
  if (folder !== 'recordings' || rest.length > 0) return undefined;
  if (!v.is(Uid, uid) || !v.is(UploadId, uploadId)) return undefined;
  return { uid, uploadId };
}
