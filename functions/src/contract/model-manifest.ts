import * as v from 'valibot';
import { embeddingSize, weekMinutes } from '../domain/metrics/embedding.ts';

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

const figures = {
  aucWake: share,
  /** Without the first 45 minutes in bed. */
  aucWakeSettled: share,
  accuracy: share,
  balancedAccuracy: share,
  kappaWake: v.number(),
  sensitivitySleep: share,
  specificityWake: share,
  /** At the threshold where 93 % of the minutes asleep are called sleep. */
  specificityAtSensitivity93: share,
  /** Mean absolute error of the total sleep time. */
  totalSleepErrorMinutes: v.number(),
  /** Mean of estimated minus true total sleep time. */
  totalSleepBiasMinutes: v.number(),
  accuracyThreeClasses: share,
  kappaThreeClasses: v.number(),
  /** Mean absolute error of the REM sleep. */
  remErrorMinutes: v.number(),
  /** Mean of estimated minus true REM sleep. */
  remBiasMinutes: v.number(),
  /** Mean squared error of P(wake). */
  brierWake: share,
  /** Summed over the three classes: 0 to 2. */
  brierThreeClasses: v.number(),
  /** Mean gap between P(wake) and the share awake, in ten bins. */
  calibrationError: share,
};
const names = Object.keys(figures) as (keyof typeof figures)[];
const heldOutFigures = v.object({
  ...figures,
  /** 95 %, bootstrap over subjects. */
  intervals: v.object(v.entriesFromList(names, v.tuple([v.number(), v.number()]))),
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

const figure = v.object({ value: v.number(), interval: v.tuple([v.number(), v.number()]) });
const errors = v.object({ meanAbsolute: figure, bias: figure, lowerLimit: figure, upperLimit: figure });
const interval = v.object({ biasMinutes: v.number(), halfWidthMinutes: v.number(), coverage: figure });

/** What the product makes of the model, by the modality of the input: `npm run evaluate-sleep` writes it. Minutes. */
const product = v.object({
  byModality: v.record(
    text,
    v.object({
      /** See ModelRange. */
      range: v.object({
        wakeProbability: v.tuple([share, share]),
        spreadBpm: v.number(),
        missingShare: share,
      }),
      refusedInBed: figure,
      /** Of people without any sleep sample, whose time in bed is found from heart rate. */
      estimated: v.object({
        people: count,
        found: count,
        refused: figure,
        errors: v.object({ tst: errors, midpoint: errors, onset: errors, wake: errors }),
        /** See HeldOutError. */
        intervals: v.object({ tst: interval, midpoint: interval }),
        toldAsDuration: figure,
      }),
      /** Of minutes, where the time in bed is known; and the same through a hidden Markov model, which is not used. */
      inBed: v.record(text, figure),
      smoothed: v.record(text, figure),
    }),
  ),
  /** Other people than those of the training: all of their nights, and those within the range. */
  external: v.array(
    v.object({
      dataset: text,
      people: count,
      nights: count,
      minutes: count,
      byModality: v.record(
        text,
        v.object({ refused: figure, all: v.record(text, figure), within: v.record(text, figure) }),
      ),
    }),
  ),
});

/** Wake, NREM or REM for every minute of a window in bed. */
export const sleepManifest = v.object({
  ...anyModel,
  task: v.literal('sleep-staging'),
  /** File for people: what it was trained on, for whom it may fail, every figure. */
  card: name,
  input: v.object({
    name: text,
    type: v.literal('float32'),
    shape,
    channels: v.array(v.object({ name: text, unit: text, meaning: text })),
  }),
  output: v.object({ name: text, type: v.literal('float32'), shape, classes: v.array(text) }),
  /** Lengths of a window that the model may be run on. */
  minutes: v.object({ least: count, most: count }),
  /** Of P(wake), and of the share of P(REM) in P(asleep), by the modality of the input: see StageThresholds. */
  thresholds: v.record(text, v.object({ wake: share, rem: share })),
  /** What the file does to its logits, by the modality of the input, so that its probabilities are chances. */
  calibration: v.object({
    method: text,
    byModality: v.record(
      text,
      v.object({ temperature: v.number(), shift: v.tuple([v.number(), v.number(), v.number()]) }),
    ),
  }),
  trainedOn: v.object({
    dataset: text,
    doi: text,
    subjects: count,
    minutes: count,
    licence: text,
    attribution: text,
  }),
  heldOut: v.object({ method: text, byModality: v.record(text, heldOutFigures) }),
  /** Absent from a model that has just been trained; its answers are then told of every night. */
  product: v.optional(product),
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

export type ProductFigures = v.InferOutput<typeof product>;
export type SleepManifest = v.InferOutput<typeof sleepManifest>;
export type EncoderManifest = v.InferOutput<typeof encoderManifest>;
export type ModelManifest = v.InferOutput<typeof modelManifest>;
