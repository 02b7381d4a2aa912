import * as v from 'valibot';
import type { Analysis } from '../domain/analysis/analysis.ts';
import type { DaySummary } from '../domain/analysis/day-summary.ts';
import type { UnavailableCode } from '../domain/fault.ts';
import { nightMeasures } from '../domain/history/typical-range.ts';
import type { WeekMark } from '../domain/person/person-state.ts';
import { languages } from '../domain/languages.ts';
import { sampleTypeNames } from '../domain/samples/sample-types.ts';
import type { Narrative } from '../domain/narrative/narrative.ts';
import type { Upload } from '../domain/upload/upload.ts';
import { NarrativeSource, ProblemCode, progress, Receipt, UploadStage, UploadStatus } from './answers.ts';
import { UploadId } from './upload.ts';

/**
 * The documents that clients read in Firestore. The types are the domain's own; these schemas say the same to
 * languages that have no TypeScript, and the checks at the end keep them from saying anything else. No function
 * loads them. Instants that Firestore keeps as timestamps are dates here, the others ISO 8601 in UTC.
 */

const number = v.number();
const orNull = v.nullable(number);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.pipe(v.string(), v.isoTimestamp());
const instantOrNull = v.nullable(instant);
const day = v.pipe(v.string(), v.isoDate());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const clockTime = v.pipe(v.string(), v.regex(/^\d\d:\d\d$/));

export const Average = v.object({
  mean: number,
  sd: v.pipe(orNull, v.description('Standard deviation (n - 1); null for a single value.')),
  n: count,
});
const averageOrNull = v.nullable(Average);

export const UnavailableReason = v.picklist([
  'no-samples',
  'recording/not-enough-wear',
  'recording/no-wearable',
  'recording/unresolved-minutes',
  'recording/not-enough-nights',
  'model/not-installed',
  'model/too-uncertain',
  'watch-off',
  'night-not-found',
  'partial',
  'too-sparse',
] satisfies UnavailableCode[]);

export const Unavailable = v.object({ unavailable: UnavailableReason });

export const Model = v.object({ name: v.string(), version: v.string(), sha256: v.string() });

export const CoverageDay = v.object({
  day,
  timeZone: v.string(),
  minutes: number,
  wornMinutes: v.pipe(orNull, v.description('Null where nothing tells when a wearable was worn.')),
  valid: v.boolean(),
});
export const Gap = v.object({ start: instant, end: instant, minutes: number });
export const SourceKind = v.picklist(['watch', 'phone', 'other']);
export const Coverage = v.object({
  days: v.array(CoverageDay),
  validDays: count,
  gaps: v.array(Gap),
  sources: v.array(SourceKind),
  samples: count,
  userEnteredSamples: count,
});

export const ActivityDay = v.object({
  day,
  steps: orNull,
  distanceMeters: orNull,
  activeEnergyKcal: orNull,
  basalEnergyKcal: orNull,
  exerciseMinutes: orNull,
  flightsClimbed: orNull,
  minutesOver60StepsPerMinute: orNull,
  minutesOver100StepsPerMinute: orNull,
  sedentaryBouts: orNull,
  longestSedentaryMinutes: orNull,
  complete: v.pipe(v.boolean(), v.description('Over, and measured for most of it: in the averages.')),
});
export const Activity = v.object({
  days: v.array(ActivityDay),
  steps: averageOrNull,
  distanceMeters: averageOrNull,
  activeEnergyKcal: averageOrNull,
  exerciseMinutes: averageOrNull,
});

export const RhythmStretch = v.object({ mean: number, onset: v.nullable(clockTime) });
export const Cosinor = v.object({
  mesor: number,
  amplitude: number,
  acrophaseHour: orNull,
  r2: orNull,
});
export const Rhythm = v.object({
  basis: v.picklist(['activityCount', 'stepCount']),
  is: orNull,
  iv: orNull,
  ra: orNull,
  l5: v.nullable(RhythmStretch),
  m10: v.nullable(RhythmStretch),
  adat: orNull,
  kRa: orNull,
  kAr: orNull,
  cosinor: v.nullable(Cosinor),
  sri: orNull,
  sriBasis: v.nullable(v.picklist(['sleep', 'coleKripke'])),
});

export const StageMinutes = v.object({
  core: v.exactOptional(number),
  deep: v.exactOptional(number),
  rem: v.exactOptional(number),
  nrem: v.exactOptional(number),
  awake: v.exactOptional(number),
});
export const SleepSource = v.picklist(['healthkit-stages', 'healthkit-asleep', 'app-total', 'sleep-model']);
export const Estimate = v.object({
  tstMinutes: v.object({ low: number, high: number }),
  midpoint: v.object({ low: instant, high: instant }),
});
export const Night = v.object({
  day: v.pipe(day, v.description('The local day that it ends on.')),
  source: SleepSource,
  bedtime: v.pipe(
    v.picklist(['healthkit', 'estimated', 'unknown']),
    v.description('Who told when the person was in bed; unknown where nobody did.'),
  ),
  start: v.pipe(instant, v.description('Of the stay in bed where it is known, else of the sleep.')),
  end: instant,
  onset: instantOrNull,
  wake: instantOrNull,
  midpoint: instantOrNull,
  tibMinutes: orNull,
  tstMinutes: v.pipe(orNull, v.description('Null where an estimate is too wide to be told.')),
  solMinutes: orNull,
  wasoMinutes: orNull,
  se: v.pipe(
    v.nullable(share),
    v.description('Sleep efficiency: time asleep by time in bed, where a source told that.'),
  ),
  sleepMaintenance: v.pipe(v.nullable(share), v.description('Time asleep by the time from onset to waking.')),
  awakenings: orNull,
  awakeningsOver5Minutes: orNull,
  stageMinutes: v.nullable(StageMinutes),
  unscoredMinutes: orNull,
  silentMinutes: number,
  partial: v.pipe(
    v.nullable(v.object({ from: instant, to: instant })),
    v.description(
      'What was not measured, where that is too much to know the rest; such a night is in no average.',
    ),
  ),
  estimated: v.pipe(
    v.nullable(Estimate),
    v.description(
      '90 % intervals of a night whose bedtime was found from heart rate; it is not a measured one.',
    ),
  ),
  confidence: v.pipe(
    v.nullable(share),
    v.description('Mean probability of the chosen stages; null where no model was used.'),
  ),
});
export const Nap = v.object({ day, start: instant, end: instant, tstMinutes: number });
export const MissingNight = v.object({ day, code: UnavailableReason });
export const SocialJetLag = v.object({
  minutes: v.pipe(number, v.description('Positive where sleep is later on free days.')),
  freeNights: count,
  workNights: count,
});
export const SleepSummary = v.object({
  nights: v.pipe(count, v.description('In the averages: whole, and of one kind.')),
  kind: v.nullable(v.picklist([...SleepSource.options, 'estimated'])),
  tstMinutes: averageOrNull,
  sleep24hMinutes: averageOrNull,
  se: averageOrNull,
  sleepMaintenance: averageOrNull,
  solMinutes: averageOrNull,
  wasoMinutes: averageOrNull,
  midpoint: v.nullable(v.object({ clock: clockTime, minutes: Average })),
  socialJetLag: v.nullable(SocialJetLag),
});
export const Sleep = v.object({
  nights: v.array(Night),
  naps: v.array(Nap),
  missingNights: v.array(MissingNight),
  summary: SleepSummary,
});

export const RestingHeartRate = v.object({ bpm: number, average: Average });
export const LowestSleepingHeartRate = v.object({
  bpm: number,
  average: Average,
  nights: v.array(v.object({ day, bpm: number })),
});
export const HeartRate = v.object({ meanBpm: number, minBpm: number, maxBpm: number, minutes: count });
export const HeartRateVariability = v.object({ medianMs: number, cv: orNull, n: count });
export const NightVariability = v.object({ ...HeartRateVariability.entries, average: averageOrNull });
export const Cardio = v.object({
  restingHeartRate: v.union([RestingHeartRate, Unavailable]),
  lowestSleepingHeartRate: v.union([LowestSleepingHeartRate, Unavailable]),
  heartRate: v.union([HeartRate, Unavailable]),
  hrv: v.object({
    night: v.union([NightVariability, Unavailable]),
    day: v.union([HeartRateVariability, Unavailable]),
  }),
});

export const Spread = v.object({ median: number, sd: orNull, min: number, max: number, n: count });
export const Oxygen = v.object({ ...Spread.entries, shareBelow90: share });
export const NightRespiration = v.object({ day, breathing: v.nullable(Spread), oxygen: v.nullable(Oxygen) });
export const Respiration = v.object({
  nights: v.array(NightRespiration),
  breathing: v.union([Spread, Unavailable]),
  oxygen: v.union([Oxygen, Unavailable]),
});

export const SampleTypeName = v.picklist(sampleTypeNames);
export const MeasureDay = v.object({ day, value: number, n: count, source: SourceKind });
export const Measure = v.object({
  type: SampleTypeName,
  unit: v.string(),
  days: v.array(MeasureDay),
  average: Average,
});

export const NightMeasure = v.picklist(nightMeasures);
export const TypicalRange = v.object({
  median: number,
  low: number,
  high: number,
  p10: number,
  p90: number,
  nights: count,
});
export const TypicalRanges = v.object({
  tstMinutes: v.nullable(TypicalRange),
  midpointMinutes: v.nullable(TypicalRange),
  lowestHeartRateBpm: v.nullable(TypicalRange),
  hrvMs: v.nullable(TypicalRange),
  breathsPerMinute: v.nullable(TypicalRange),
  oxygen: v.nullable(TypicalRange),
  wristCelsius: v.nullable(TypicalRange),
});
export const Flag = v.object({
  day,
  measure: NightMeasure,
  value: number,
  side: v.picklist(['above', 'below']),
  low: number,
  high: number,
  nights: count,
});
export const Typical = v.object({ ranges: TypicalRanges, flags: v.array(Flag) });

export const Embedding = v.object({
  values: v.array(number),
  model: Model,
  days: v.array(day),
  input: v.picklist(['stepCount', 'activityCount']),
  standardisation: v.literal('person-week'),
  note: v.string(),
});

export const ActigraphySleep = v.object({
  coleKripke: number,
  coleKripkeRescored: number,
  sadeh: number,
  scripps: number,
  oakley40: number,
});

export const AnalysisWindow = v.object({
  start: instant,
  end: instant,
  timeZone: v.string(),
  days: v.array(day),
});

/** `users/{uid}/analyses/{uploadId}` */
export const AnalysisDocument = v.object({
  schemaVersion: v.literal(2),
  formulaVersion: count,
  uploadId: UploadId,
  window: AnalysisWindow,
  coverage: Coverage,
  activity: v.union([Activity, Unavailable]),
  rhythm: v.union([Rhythm, Unavailable]),
  sleep: v.union([Sleep, Unavailable]),
  cardio: v.union([Cardio, Unavailable]),
  respiration: v.union([Respiration, Unavailable]),
  measures: v.array(Measure),
  typical: Typical,
  embedding: v.union([Embedding, Unavailable]),
  actigraphySleep: v.exactOptional(ActigraphySleep),
  provisional: v.exactOptional(
    v.pipe(v.literal(true), v.description('A model could not be loaded; the analysis is made again.')),
  ),
  models: v.array(Model),
  daysVersion: v.exactOptional(
    v.pipe(count, v.description('Raised with every change of the samples: which of them it knows.')),
  ),
  latest: v.exactOptional(
    v.pipe(v.boolean(), v.description('Whether it is of the latest week of its time.')),
  ),
  textWanted: v.exactOptional(
    v.pipe(v.boolean(), v.description('Whether Gemini is asked for a text of it.')),
  ),
  traceparent: v.string(),
  createdAt: v.date(),
});
export type AnalysisDocument = v.InferOutput<typeof AnalysisDocument>;

export const Workout = v.object({ activityType: count, start: instant, minutes: number });
export const MeasuredValue = v.object({ value: number, n: count, source: SourceKind, unit: v.string() });

/** When and from what something was computed; not part of what is compared. */
export const ResultMeta = v.object({
  version: v.pipe(count, v.description('Raised with every change of the samples: which of them it knows.')),
  traceparent: v.string(),
  computedAt: v.date(),
});

/** `users/{uid}/summaries/{yyyy-mm-dd}`: one local day. */
export const SummaryDocument = v.object({
  meta: ResultMeta,
  schemaVersion: v.literal(1),
  formulaVersion: count,
  day,
  timeZone: v.string(),
  complete: v.boolean(),
  wornMinutes: orNull,
  sources: v.array(SourceKind),
  steps: orNull,
  distanceMeters: orNull,
  activeMinutes: orNull,
  exerciseMinutes: orNull,
  flightsClimbed: orNull,
  activeEnergyKcal: orNull,
  basalEnergyKcal: orNull,
  night: v.pipe(v.nullable(Night), v.description('The night that ended on the day.')),
  missingNight: v.pipe(
    v.nullable(UnavailableReason),
    v.description('Why there is no night; null while its time is not over.'),
  ),
  naps: v.array(v.omit(Nap, ['day'])),
  sleep24hMinutes: orNull,
  restingHeartRateBpm: orNull,
  lowestSleepingHeartRateBpm: orNull,
  hrvMs: orNull,
  breathsPerMinute: orNull,
  oxygen: v.nullable(share),
  wristCelsius: orNull,
  workouts: v.array(Workout),
  measures: v.pipe(
    v.record(v.string(), MeasuredValue),
    v.description('Types that have no field of their own, by the name of the sample type.'),
  ),
});
export type SummaryDocument = v.InferOutput<typeof SummaryDocument>;

export const NightValues = v.object({
  day,
  tstMinutes: orNull,
  midpointMinutes: orNull,
  lowestHeartRateBpm: orNull,
  hrvMs: orNull,
  breathsPerMinute: orNull,
  oxygen: orNull,
  wristCelsius: orNull,
});

/** What a week leaves behind for those after it; no client reads it. */
export const WeekDigestDocument = v.object({
  monday: day,
  sleepBins: v.pipe(v.array(number), v.length(48)),
  sleepDays: count,
  nights: v.array(NightValues),
});

export const Fact = v.object({
  id: v.string(),
  label: v.string(),
  value: v.pipe(
    v.union([number, v.string()]),
    v.description('A number, a clock time HH:MM, a weekday in English, or the code of a reason.'),
  ),
  unit: v.string(),
  about: v.exactOptional(
    v.pipe(v.picklist(['night', 'day']), v.description('What it is about; the week where this is missing.')),
  ),
  day: v.exactOptional(day),
  earlier: v.exactOptional(number),
  change: v.exactOptional(v.picklist(['higher', 'lower', 'same'])),
});
export const Tokens = v.object({ input: count, output: count });
export const Language = v.picklist(languages);

/** What Gemini chose for a text, see `domain/narrative/draft.ts`. */
export const Draft = v.object({
  insights: v.array(v.object({ id: v.string(), frame: v.string() })),
  order: v.array(v.string()),
  connectives: v.array(v.string()),
  opening: v.string(),
  suggestions: v.array(v.string()),
});

/** `users/{uid}/narratives/{uploadId}` */
export const NarrativeDocument = v.object({
  schemaVersion: v.literal(1),
  uploadId: UploadId,
  status: v.literal('written'),
  source: NarrativeSource,
  reason: v.pipe(
    v.nullable(v.union([v.picklist(['no-consent', 'pending', 'not-due', 'check-failed']), ProblemCode])),
    v.description('Why the template stands; null for a generated text.'),
  ),
  replaceable: v.boolean(),
  language: Language,
  summary: v.string(),
  highlights: v.array(v.string()),
  suggestions: v.array(v.string()),
  facts: v.pipe(v.array(Fact), v.readonly()),
  modelVersion: v.nullable(v.string()),
  promptVersion: v.nullable(v.string()),
  draft: v.exactOptional(Draft),
  tokens: v.nullable(Tokens),
  traceparent: v.string(),
  createdAt: v.date(),
});
export type NarrativeDocument = v.InferOutput<typeof NarrativeDocument>;

/** What stands about an ISO week, as far as its neighbours and the next computation need it; no client reads it. */
export const WeekMarkDocument = v.object({
  monday: day,
  digest: WeekDigestDocument,
  content: v.string(),
  summaries: v.record(v.string(), v.string()),
});

/** `users/{uid}/weeks/{monday}`: one ISO week. */
export const WeekDocument = v.object({
  schemaVersion: v.literal(2),
  monday: day,
  content: v.omit(AnalysisDocument, [
    'uploadId',
    'traceparent',
    'createdAt',
    'daysVersion',
    'latest',
    'textWanted',
  ]),
  text: v.omit(NarrativeDocument, ['uploadId', 'createdAt']),
  mark: WeekMarkDocument,
  meta: ResultMeta,
});
export type WeekDocument = v.InferOutput<typeof WeekDocument>;

export const Announcement = v.object({
  contentType: v.string(),
  sizeBytes: count,
  sha256: v.nullable(v.string()),
});
export const Lease = v.object({ holder: v.string(), until: v.date() });

/** `users/{uid}/uploads/{uploadId}` */
export const UploadDocument = v.object({
  schemaVersion: v.literal(1),
  uploadId: UploadId,
  status: UploadStatus,
  stage: UploadStage,
  ...progress,
  incarnation: v.pipe(v.string(), v.description('Another for every upload, also of the same id.')),
  attempt: count,
  lease: v.nullable(Lease),
  trouble: v.object({ crashes: count, since: v.nullable(v.date()) }),
  provisional: v.boolean(),
  shard: v.exactOptional(count),
  nextLookAt: v.exactOptional(v.date()),
  looks: v.exactOptional(count),
  code: v.nullable(ProblemCode),
  message: v.nullable(v.string()),
  announced: Announcement,
  receipt: v.nullable(Receipt),
  traceparent: v.string(),
  attemptTraceparent: v.nullable(v.string()),
  earlierTraceparent: v.nullable(v.string()),
  requestedAt: v.date(),
  storedAt: v.nullable(v.date()),
  analyzedAt: v.nullable(v.date()),
  finishedAt: v.nullable(v.date()),
  createdAt: v.date(),
  updatedAt: v.date(),
});
export type UploadDocument = v.InferOutput<typeof UploadDocument>;

export const Consent = v.object({
  generatedText: v.boolean(),
  processing: v.exactOptional(v.boolean()),
  version: v.pipe(v.string(), v.maxLength(32)),
  at: v.date(),
});

/** `users/{uid}`, the one document that clients write; `firestore.rules` hold it to this. */
export const PersonDocument = v.object({
  timeZone: v.exactOptional(v.pipe(v.string(), v.maxLength(64), v.description('IANA'))),
  language: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z]{2}$/))),
  units: v.exactOptional(v.picklist(['metric', 'imperial'])),
  consent: v.exactOptional(Consent),
});
export type PersonDocument = v.InferOutput<typeof PersonDocument>;

/** What the adapter adds to the domain's own type when it stores one. */
type Stored<T> = T & { uploadId: string; createdAt: Date };
type Dates = 'lease' | 'trouble' | 'nextLook' | 'requestedAt' | 'storedAt' | 'analyzedAt' | 'finishedAt';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Held<Sameness extends true> = Sameness;

/** Does not compile once a schema and its type have drifted apart. */
export type SchemasAreTheTypes = [
  Held<
    Same<
      AnalysisDocument,
      Stored<Analysis> & { traceparent: string; daysVersion?: number; latest?: boolean; textWanted?: boolean }
    >
  >,
  Held<Same<Omit<SummaryDocument, 'meta'>, DaySummary>>,
  Held<Same<v.InferOutput<typeof WeekMarkDocument>, WeekMark>>,
  Held<Same<WeekDocument['content'], Analysis>>,
  Held<Same<WeekDocument['text'], Narrative>>,
  Held<Same<NarrativeDocument, Stored<Narrative>>>,
  Held<Same<Pick<UploadDocument, Exclude<keyof Upload, Dates>>, Omit<Upload, Dates>>>,
  Held<Same<v.InferOutput<typeof UnavailableReason>, UnavailableCode>>,
];
