import * as v from 'valibot';
import { Fault } from '../domain/fault.ts';
import type { PersonState } from '../domain/person/person-state.ts';
import { ProblemCode } from './answers.ts';
import {
  AnalysisDocument,
  Average,
  Draft,
  NarrativeDocument,
  UploadDocument,
  WeekDocument,
  WeekMarkDocument,
} from './documents.ts';
import { liftAnalysis } from './lift-analysis.ts';
import { Uid, UploadId } from './upload.ts';

/**
 * How stored documents are read back: parsed, never cast. A document of an older version is lifted first; one of a newer version,
 * which a release after this one has written and a rollback has left behind, is refused as transient, so that nothing of it is
 * lost and the release that knows it goes on.
 */
export interface StoredKind<Schema extends v.GenericSchema> {
  /** The version that this code writes. */
  version: number;
  schema: Schema;
  /** Lifts a document of version n to version n + 1. */
  lift: Record<number, (fields: Fields) => Fields>;
}

export type Fields = Record<string, unknown>;

/**
 * What a stored document says, in the domain's own types.
 *
 * @param fields instants as dates
 * @throws Fault `schema/newer`, `internal` for a document that is not what its version says (without its values)
 */
export function parseStored<Schema extends v.GenericSchema>(
  { version, schema, lift }: StoredKind<Schema>,
  fields: Fields,
): v.InferOutput<Schema> {
  let lifted = fields;
  for (let at = versionOf(fields); at !== version; at++) {
    if (at > version) throw new Fault('schema/newer');
    const next = lift[at];
    if (!next) throw new Fault('internal', { cause: new Error(`No document has version ${at}.`) });
    lifted = next(lifted);
  }
  const { success, output, issues } = v.safeParse(schema, lifted);
  if (success) return output;
  const places = issues.map((issue) => v.getDotPath(issue) ?? 'the document').join(', ');
  throw new Fault('internal', {
    cause: new Error(`A stored document is not as its version says: ${places}.`),
  });
}

function versionOf({ schemaVersion }: Fields): number {
  if (Number.isSafeInteger(schemaVersion)) return schemaVersion as number;
  throw new Fault('internal', { cause: new Error('A stored document has no schemaVersion.') });
}

const milliseconds = v.pipe(
  v.date(),
  v.transform((date) => date.getTime()),
);
const millisecondsOrNull = v.nullable(milliseconds);

/** `users/{uid}/uploads/{uploadId}` as `Upload`. */
export const storedUpload = {
  version: 1,
  schema: v.pipe(
    v.object({
      ...v.omit(UploadDocument, [
        'schemaVersion',
        'uploadId',
        'progress',
        'sentence',
        'nextStep',
        'shard',
        'nextLookAt',
        'looks',
        'createdAt',
        'updatedAt',
      ]).entries,
      nextLookAt: v.optional(millisecondsOrNull, null),
      looks: v.optional(v.number(), 0),
      // Documents of the first releases do not have these two.
      attemptTraceparent: v.optional(v.nullable(v.string()), null),
      earlierTraceparent: v.optional(v.nullable(v.string()), null),
      // Nor do those of the first releases have these.
      incarnation: v.optional(v.string(), ''),
      trouble: v.optional(v.object({ crashes: v.number(), since: millisecondsOrNull }), {
        crashes: 0,
        since: null,
      }),
      provisional: v.optional(v.boolean(), false),
      lease: v.nullable(v.object({ holder: v.string(), until: milliseconds })),
      requestedAt: milliseconds,
      storedAt: millisecondsOrNull,
      analyzedAt: millisecondsOrNull,
      finishedAt: millisecondsOrNull,
    }),
    v.transform(({ nextLookAt, looks, ...upload }) => ({
      ...upload,
      nextLook: nextLookAt === null ? null : { at: nextLookAt, looks },
    })),
  ),
  lift: {},
};

/** `users/{uid}/analyses/{uploadId}` as `Analysis`. */
export const storedAnalysis = {
  version: 2,
  schema: v.omit(AnalysisDocument, [
    'uploadId',
    'traceparent',
    'createdAt',
    'daysVersion',
    'latest',
    'textWanted',
  ]),
  lift: { 1: liftAnalysis },
};

/** `users/{uid}/narratives/{uploadId}` as `Narrative`. */
export const storedNarrative = {
  version: 1,
  schema: v.omit(NarrativeDocument, ['uploadId', 'createdAt']),
  lift: {},
};

/** `users/{uid}/deadLetters/{uploadId}` as a `DeadLetter` and when it was kept (ms). */
export const storedDeadLetter = {
  version: 1,
  schema: v.pipe(
    v.object({
      uid: Uid,
      uploadId: UploadId,
      code: ProblemCode,
      deliveries: v.nullable(v.number()),
      traceparent: v.string(),
      at: milliseconds,
    }),
    v.transform(({ at, ...letter }) => ({ letter, at })),
  ),
  lift: {},
};

/**
 * `users/{uid}`, which clients write and which has no version: the rules hold its shape. A choice that this code does not know
 * stays as it is; consent is never guessed.
 */
export const StoredPerson = v.object({
  timeZone: v.exactOptional(v.string()),
  language: v.exactOptional(v.string()),
  units: v.exactOptional(v.string()),
  consent: v.exactOptional(
    v.object({ generatedText: v.boolean(), processing: v.exactOptional(v.boolean()) }),
  ),
});

const ComparedWeek = v.object({
  formulaVersion: v.number(),
  numbers: v.record(
    v.string(),
    v.object({ said: v.number(), average: Average, matters: v.number(), basis: v.string() }),
  ),
});

/** `users/{uid}/private/state` as `PersonState`. */
export const storedPersonState = {
  version: 2,
  schema: v.pipe(
    v.object({
      version: v.number(),
      lastWrite: v.string(),
      traceparent: v.string(),
      lease: v.nullable(v.object({ holder: v.string(), until: milliseconds, uploads: v.array(v.string()) })),
      dirty: v.array(v.string()),
      provisional: v.array(v.string()),
      marks: v.object({ since: v.string(), latest: v.array(WeekMarkDocument) }),
      earlier: v.array(v.object({ day: v.string(), compared: ComparedWeek })),
      tombstones: v.number(),
      walk: v.nullable(v.string()),
      takeOver: v.nullable(v.string()),
      text: v.nullable(
        v.object({
          askedAt: milliseconds,
          language: v.string(),
          units: v.string(),
          uploadId: v.nullable(v.string()),
          chosen: v.nullable(v.object({ draft: Draft, modelVersion: v.string(), promptVersion: v.string() })),
        }),
      ),
      nextLookAt: v.optional(millisecondsOrNull, null),
      looks: v.optional(v.number(), 0),
    }),
    v.transform(({ nextLookAt, looks, ...state }): PersonState => ({
      ...state,
      nextLook: nextLookAt === null ? null : { at: nextLookAt, looks },
    })),
  ),
  lift: {},
};

/** `users/{uid}/samples/{monday}`, and the documents beside it that hold the rest of its bytes. */
export const storedSamples = {
  version: 2,
  schema: v.object({
    week: v.string(),
    bytes: v.instance(Uint8Array),
    origins: v.instance(Uint8Array),
    uploads: v.array(v.string()),
    parts: v.number(),
  }),
  lift: {},
};

/** What of `users/{uid}/weeks/{monday}` its neighbours need. */
export const storedMark = { version: 2, schema: v.pick(WeekDocument, ['mark']), lift: {} };

/** `users/{uid}/weeks/{monday}` as `WeekResult`. */
export const storedWeek = {
  version: 2,
  schema: v.pipe(
    v.pick(WeekDocument, ['content', 'text', 'mark']),
    v.transform(({ content, text, mark }) => ({ analysis: content, narrative: text, mark })),
  ),
  lift: {},
};
