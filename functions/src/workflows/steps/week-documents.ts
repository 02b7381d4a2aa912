import { addDays } from '../../domain/local-time.ts';
import { comparedWeek, factsOf, type ComparedWeek } from '../../domain/narrative/facts.ts';
import type { Person, Ports, WeekResult } from '../ports.ts';
import type { Marks, WeekResults } from './compute-weeks.ts';
import { preferencesOf } from './preferences-of.ts';
import { templateNarrative } from './text-plan.ts';
import type { TrailingWeeks } from './trailing-weeks.ts';

/**
 * The documents of computed weeks, each with the text that is written without Gemini and compares it with the week before. The text
 * of a week is written anew where that one has changed.
 */
export async function weekDocuments(
  { histories }: Pick<Ports, 'histories'>,
  uid: string,
  { weeks, summaries }: Pick<WeekResults, 'weeks' | 'summaries'>,
  {
    marks,
    trailing,
    person,
    traceparent,
  }: { marks: Marks; trailing: TrailingWeeks; person: Person; traceparent: string },
): Promise<{ weeks: Map<string, WeekResult | null>; summaries: WeekResults['summaries'] }> {
  const { language, units } = preferencesOf(person);
  const documents = new Map<string, WeekResult | null>();
  const told = (result: Omit<WeekResult, 'narrative'>, before: ComparedWeek | undefined): WeekResult => {
    const facts = factsOf(result.analysis, units, before);
    return { ...result, narrative: templateNarrative(facts, language, 'not-due', traceparent) };
  };
  for (const [monday, result] of weeks) {
    const earlier = addDays(monday, -7);
    const analyze = async () =>
      (weeks.has(earlier) ? weeks.get(earlier) : await histories.week(uid, earlier))?.analysis ?? null;
    documents.set(monday, result && told(result, await trailing.before(monday, analyze)));
    const next = addDays(monday, 7);
    const [follows] = weeks.has(next) ? [] : await marks.of([next]);
    const stored = follows && (await histories.week(uid, next));
    if (!stored) continue;
    const again = told(stored, result ? comparedWeek(result.analysis) : undefined);
    if (JSON.stringify(again.narrative.facts) !== JSON.stringify(stored.narrative.facts))
      documents.set(next, again);
  }
  return { weeks: documents, summaries };
}
