import type { Unavailable } from '../fault.ts';
import { digestsBefore } from '../history/week-digest.ts';
import { flagsOf, typicalRanges, type Flag, type TypicalRanges } from '../history/typical-range.ts';
import { isoInstant } from '../instant.ts';
import { actigraphySleep, type ActigraphySleep, type Epochs } from '../metrics/actigraphy.ts';
import { coverageOf, type Coverage } from '../metrics/coverage.ts';
import type { Embedding } from '../metrics/embedding.ts';
import { minuteTotals, type Minutes } from '../samples/minutes.ts';
import type { Sample } from '../samples/sample.ts';
import { secondMs } from '../time.ts';
import { ofType, type ByType } from './by-type.ts';
import { formulaVersion } from './day-summary.ts';
import { nightValues, type Findings } from './findings.ts';
import { measuresOf, type Measure } from './measures.ts';
import { activitySection, type ActivitySection } from './sections/activity.ts';
import { cardioSection, type CardioSection } from './sections/cardio.ts';
import { respirationSection, type RespirationSection } from './sections/respiration.ts';
import { rhythmSection, type RhythmSection } from './sections/rhythm.ts';
import { sleepSection, type SleepSection } from './sections/sleep.ts';

/** An analysis as it is stored and shown. Instants are ISO 8601 in UTC; each section has its numbers or says why not. */
export interface Analysis {
  schemaVersion: 2;
  /** Of the formulas and definitions; 0 of an analysis from before they were counted. */
  formulaVersion: number;
  window: { start: string; end: string; timeZone: string; days: string[] };
  coverage: Coverage;
  activity: ActivitySection | Unavailable;
  rhythm: RhythmSection | Unavailable;
  sleep: SleepSection | Unavailable;
  cardio: CardioSection | Unavailable;
  respiration: RespirationSection | Unavailable;
  /** Types without formulas of their own. */
  measures: Measure[];
  /** What is usual for the person in the nights of the window's last ISO week, and what of the window's nights is outside. */
  typical: { ranges: TypicalRanges; flags: Flag[] };
  /** Of a whole week, where the operator has installed an encoder. */
  embedding: Embedding | Unavailable;
  /** Minutes asleep by the published algorithms; only where a research actigraph gave counts. */
  actigraphySleep?: ActigraphySleep;
  /** A model could not be loaded: the analysis is made again when it can. */
  provisional?: true;
  /** The models whose output is in this analysis. */
  models: { name: string; version: string; sha256: string }[];
}

/**
 * The analysis of what was found out.
 *
 * @param models those that staged the nights
 * @param freeDays days of the week, 0 Sunday to 6 Saturday, that are the person's free ones; Saturday and Sunday by default
 */
export function conclude(
  findings: Findings,
  models: Analysis['models'],
  embedding: Analysis['embedding'] = { unavailable: 'model/not-installed' },
  freeDays?: readonly number[],
): Analysis {
  const { preparation, byType, activity, byModel } = findings;
  const { window, minutes, samples } = preparation;
  const counts = countSeries(minutes, byType);
  const coverage = coverageOf(window, minutes, samples);
  const analysis: Analysis = {
    schemaVersion: 2,
    formulaVersion,
    window: {
      start: isoInstant(window.start),
      end: isoInstant(window.end),
      timeZone: window.days.at(-1)!.timeZone,
      days: window.days.map(({ day }) => day),
    },
    coverage,
    activity: activitySection(activity),
    rhythm: rhythmSection(findings, coverage, counts),
    sleep: sleepSection(findings, freeDays),
    cardio: cardioSection(findings),
    respiration: respirationSection(findings),
    measures: measuresOf(findings),
    typical: typicalOf(findings),
    embedding,
    models: [...(byModel ? models : []), ...('model' in embedding ? [embedding.model] : [])],
  };
  if (counts)
    analysis.actigraphySleep = actigraphySleep(counts, shortEpochs(minutes, ofType(byType, 'activityCount')));
  return analysis;
}

/** Each night beside the nights of the four ISO weeks before its own. */
function typicalOf(findings: Findings): Analysis['typical'] {
  const { window, history } = findings.preparation;
  const rangesFor = (day: string) => typicalRanges(digestsBefore(history, day));
  return {
    ranges: rangesFor(window.days.at(-1)!.day),
    flags: findings.nights.flatMap((night) => {
      const values = nightValues(findings, night);
      return values ? flagsOf(values, rangesFor(night.day)) : [];
    }),
  };
}

/** Counts of a research actigraph by minute, or null where there are none. */
function countSeries(minutes: Minutes, byType: ByType): Float64Array | null {
  const counts = byType.get('activityCount');
  return counts ? minuteTotals(minutes, counts, 'activityCount').resolved : null;
}

/** The counts of an actigraph by its own epochs, where these are all of 15 s or all of 30 s and of one source. */
function shortEpochs({ start, count }: Minutes, samples: readonly Sample[]): Epochs | undefined {
  const seconds = (samples[0]!.end - samples[0]!.start) / secondMs;
  if (seconds !== 15 && seconds !== 30) return undefined;
  const values = new Float64Array((count * 60) / seconds).fill(NaN);
  for (const sample of samples) {
    const at = (sample.start - start) / (seconds * secondMs);
    const isOne = sample.end - sample.start === seconds * secondMs && Number.isInteger(at);
    if (!isOne || sample.source.key !== samples[0]!.source.key) return undefined;
    if (at >= 0 && at < values.length) values[at] = sample.value;
  }
  return { seconds, values };
}
