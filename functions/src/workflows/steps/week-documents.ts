import type { Person, WeekResult } from '../ports.ts';
import type { WeekResults } from './compute-weeks.ts';
import { templateNarrative } from './text-plan.ts';

/** The documents of computed weeks, each with the text that is written without Gemini. */
export function weekDocuments(
  { weeks, summaries }: Pick<WeekResults, 'weeks' | 'summaries'>,
  person: Person,
  traceparent: string,
): { weeks: Map<string, WeekResult | null>; summaries: WeekResults['summaries'] } {
  const documents = new Map<string, WeekResult | null>();
  for (const [monday, result] of weeks)
    documents.set(
      monday,
      result && {
        ...result,
        narrative: templateNarrative(result.analysis, undefined, person, 'not-due', traceparent),
      },
    );
  return { weeks: documents, summaries };
}
