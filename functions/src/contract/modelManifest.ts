import * as v from 'valibot';

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

export const modelManifest = v.object({
  name,
  version: text,
  file: name,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  task: text,
  input: v.object({
    name: text,
    type: v.literal('float32'),
    shape,
    channels: v.array(v.object({ name: text, unit: text, meaning: text })),
  }),
  output: v.object({ name: text, type: v.literal('float32'), shape, classes: v.array(text) }),
  /** Lengths of a window that the model may be run on. */
  minutes: v.object({
    least: v.pipe(v.number(), v.integer(), v.minValue(1)),
    most: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  /** P(wake) above which a minute is wake, by the modality of the input. */
  thresholdsWake: v.record(text, share),
  trainedOn: v.object({
    dataset: text,
    doi: text,
    subjects: v.pipe(v.number(), v.integer(), v.minValue(1)),
    minutes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    licence: text,
    attribution: text,
  }),
  heldOut: v.object({ method: text, byModality: v.record(text, heldOutFigures) }),
  limits: v.pipe(v.array(text), v.minLength(1)),
  golden: name,
});

export type ModelManifest = v.InferOutput<typeof modelManifest>;
