import type { Unavailable } from '../fault.ts';
import { isoInstant } from '../instant.ts';
import { actigraphySleep, type ActigraphySleep } from '../metrics/actigraphy.ts';
import { coverageOf, type Coverage } from '../metrics/coverage.ts';
import type { Embedding } from '../metrics/embedding.ts';
import { minuteTotals, type Minutes } from '../samples/minutes.ts';
import type { ByType } from './by-type.ts';
import { asleepMinutes, isTooUncertain, nightsByDay, sleepStates, type StagedNight } from './nights.ts';
import type { Preparation } from './prepare.ts';
import { activitySection, type ActivitySection } from './sections/activity.ts';
import { cardioSection, type CardioSection } from './sections/cardio.ts';
import { respirationSection, type RespirationSection } from './sections/respiration.ts';
import { rhythmSection, type RhythmSection } from './sections/rhythm.ts';
import { sleepSection, type SleepSection } from './sections/sleep.ts';

/** An analysis as it is stored and shown. Instants are ISO 8601 in UTC; each section has its numbers or says why not. */
export interface Analysis {
  schemaVersion: 1;
  window: { start: string; end: string; timeZone: string; days: string[] };
  coverage: Coverage;
  activity: ActivitySection | Unavailable;
  rhythm: RhythmSection | Unavailable;
  sleep: SleepSection | Unavailable;
  cardio: CardioSection | Unavailable;
  respiration: RespirationSection | Unavailable;
  /** Of a whole week, where the operator has installed an encoder. */
  embedding: Embedding | Unavailable;
  /** Minutes asleep by the published algorithms; only where a research actigraph gave counts. */
  actigraphySleep?: ActigraphySleep;
  /** A model could not be loaded: the analysis is made again when it can. */
  provisional?: true;
  /** The models whose output is in this analysis. */
  models: { name: string; version: string; sha256: string }[];
}

/** The analysis, once the models have answered. */
export function conclude(
  preparation: Preparation,
  staged: readonly StagedNight[],
  models: Analysis['models'],
  embedding: Analysis['embedding'] = { unavailable: 'model/not-installed' },
): Analysis {
  const { window, minutes, samples } = preparation;
  const byType: ByType = Map.groupBy(samples, ({ type }) => type);
  const nights = nightsByDay(preparation, staged);
  const asleep = asleepMinutes(minutes, preparation.episodes, nights);
  const states = sleepStates(window, minutes, nights, asleep);
  const refused = staged.filter(isTooUncertain);
  const all = [...nights.values()].map(({ night }) => night);
  const counts = countSeries(minutes, byType);
  const coverage = coverageOf(window, minutes, samples);

  const analysis: Analysis = {
    schemaVersion: 1,
    window: {
      start: isoInstant(window.start),
      end: isoInstant(window.end),
      timeZone: window.days.at(-1)!.timeZone,
      days: window.days.map(({ day }) => day),
    },
    coverage,
    activity: activitySection(window, minutes, samples, asleep),
    rhythm: rhythmSection(coverage, minutes, byType, counts, states),
    sleep: sleepSection(preparation, all, new Set(refused.map(({ night }) => night.day))),
    cardio: cardioSection(window, minutes, byType, all),
    respiration: respirationSection(window, byType, all),
    embedding,
    models: [
      ...(staged.length > refused.length ? models : []),
      ...('model' in embedding ? [embedding.model] : []),
    ],
  };
  if (counts) analysis.actigraphySleep = actigraphySleep(counts);
  return analysis;
}

/** Counts of a research actigraph by minute, or null where there are none. */
function countSeries(minutes: Minutes, byType: ByType): Float64Array | null {
  const counts = byType.get('activityCount');
  return counts ? minuteTotals(minutes, counts, 'activityCount').resolved : null;
}
