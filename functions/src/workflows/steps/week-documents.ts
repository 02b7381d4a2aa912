import { addDays } from '../../domain/local-time.ts';
import { factsOf } from '../../domain/narrative/facts.ts';
import type { Person, Ports, WeekResult } from '../ports.ts';
import type { WeekResults } from './compute-weeks.ts';
import { preferencesOf } from './preferences-of.ts';
import { templateNarrative } from './text-plan.ts';

/** The documents of computed weeks, each with the text that is written without Gemini and compares it with the week before. */
export async function weekDocuments(
  { histories }: Pick<Ports, 'histories'>,
  uid: string,
  { weeks, summaries }: Pick<WeekResults, 'weeks' | 'summaries'>,
  person: Person,
  traceparent: string,
): Promise<{ weeks: Map<string, WeekResult | null>; summaries: WeekResults['summaries'] }> {
  const { language, units } = preferencesOf(person);
  const documents = new Map<string, WeekResult | null>();
  for (const [monday, result] of weeks) {
    if (!result) {
      documents.set(monday, null);
      continue;
    }
    const earlier = addDays(monday, -7);
    const before = weeks.get(earlier) ?? (await histories.week(uid, earlier)) ?? undefined;
    const facts = factsOf(result.analysis, units, before?.analysis);
    documents.set(monday, {
      ...result,
      narrative: templateNarrative(facts, language, 'not-due', traceparent),
    });
  }
  return { weeks: documents, summaries };
}
