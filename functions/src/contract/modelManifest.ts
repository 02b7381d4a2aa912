import * as v from 'valibot';
import { embeddingSize, weekMinutes } from '../domain/embedding.ts';

/**
 * What lies beside every model in `functions/models`. The part that the code relies on is checked here; the
 * rest (limits, licence, held-out figures) is for people, and must be there all the same: a model that nobody
 * says anything about is not run.
 */

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/));
/** Numbers are fixed sizes; names are free ones. */
const shape = v.array(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), name]));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const heldOutFigures = v.object({
  aucWake: share,
  /** 95 %, bootstrap over subjects. */
  aucWakeInterval: v.tuple([share, share]),
  accuracy: share,
  balancedAccuracy: share,
  kappaWake: v.number(),
  sensitivitySleep: share,
  specificityWake: share,
  /** Mean absolute error of the total sleep time. */
  totalSleepErrorMinutes: v.number(),
  /** Mean of estimated minus true total sleep time. */
  totalSleepBiasMinutes: v.number(),
  accuracyThreeClasses: share,
  kappaThreeClasses: v.number(),
});

/** Of a model of any task. */
const anyModel = {
  name,
  version: text,
  file: name,
  sha256,
  bytes: count,
  description: text,
  limits: v.pipe(v.array(text), v.minLength(1)),
  /** File with inputs, and the outputs that they gave where the model comes from. */
  golden: name,
};

/** Wake, NREM or REM for every minute of a window in bed. */
export const sleepManifest = v.object({
  ...anyModel,
  task: v.literal('sleep-staging'),
  input: v.object({
    name: text,
    type: v.literal('float32'),
    shape,
    channels: v.array(v.object({ name: text, unit: text, meaning: text })),
  }),
  output: v.object({ name: text, type: v.literal('float32'), shape, classes: v.array(text) }),
  /** Lengths of a window that the model may be run on. */
  minutes: v.object({ least: count, most: count }),
  /** P(wake) above which a minute is wake, by the modality of the input. */
  thresholdsWake: v.record(text, share),
  trainedOn: v.object({
    dataset: text,
    doi: text,
    subjects: count,
    minutes: count,
    licence: text,
    attribution: text,
  }),
  heldOut: v.object({ method: text, byModality: v.record(text, heldOutFigures) }),
});

/** A week of activity to numbers without a meaning of their own. */
export const encoderManifest = v.object({
  ...anyModel,
  task: v.literal('actigraphy-embedding'),
  input: v.object({
    name: text,
    type: v.literal('float32'),
    shape: v.tuple([name, v.literal(weekMinutes)]),
    meaning: text,
  }),
  output: v.object({
    name: text,
    type: v.literal('float32'),
    shape: v.tuple([name, v.literal(embeddingSize)]),
    meaning: text,
  }),
  /** The file that the model was made from. */
  weights: v.object({ sha256, parameters: count }),
  trainedOn: v.object({ dataset: text, paper: text, licence: text, attribution: text }),
  /** Nothing is estimated, so there is no figure; why, in a sentence. */
  heldOut: v.strictObject({ none: text }),
});

export const modelManifest = v.variant('task', [sleepManifest, encoderManifest]);

export type SleepManifest = v.InferOutput<typeof sleepManifest>;
export type EncoderManifest = v.InferOutput<typeof encoderManifest>;
export type ModelManifest = v.InferOutput<typeof modelManifest>;
