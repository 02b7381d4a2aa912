import { paths } from '../../functions/src/contract/upload.ts';
import type { Language } from '../../functions/src/domain/languages.ts';
import { addDays } from '../../functions/src/domain/local-time.ts';
import { comparedWeek, factsOf } from '../../functions/src/domain/narrative/facts.ts';
import type { WeeklyReport } from '../../functions/src/domain/narrative/weekly-report.ts';
import { windowDays } from '../../functions/src/workflows/steps/compute-weeks.ts';
import { templateNarrative } from '../../functions/src/workflows/steps/text-plan.ts';
import { weeklyReport } from '../../functions/src/workflows/weekly-report.ts';
import type { OfflinePerson } from '../analyze/offline-person.ts';

const traceparent = `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`;

/** The report of a person's last week by the workflows of the cloud; undefined where there is nothing to analyse. */
export async function offlineReport(
  person: OfflinePerson,
  language: Language,
): Promise<WeeklyReport | undefined> {
  const found = await person.analysis(windowDays);
  if (!found) return undefined;
  const { analysis } = found;
  const before = await person.weekUpTo(addDays(analysis.window.days.at(-1)!, -windowDays));
  const { uid, state, ports } = person;
  const path = paths.analysis(uid, 'week');
  state.people.set(uid, { language });
  state.analyses.set(path, analysis);
  state.analysisVersions.set(path, { version: 1, latest: true, traceparent });
  const facts = factsOf(analysis, 'metric', before ? comparedWeek(before) : undefined);
  // There is no consent offline, and nobody to ask.
  state.narratives.set(
    paths.narrative(uid, 'week'),
    templateNarrative(facts, language, 'no-consent', traceparent),
  );
  return weeklyReport(ports, uid);
}
