import type { Analysis } from '../../domain/analysis/analysis.ts';
import { withComparisons } from '../../domain/narrative/comparisons.ts';
import { factsOf, type Fact } from '../../domain/narrative/facts.ts';
import { faultOf } from '../../domain/fault.ts';
import type { UploadKey } from '../../domain/upload/upload.ts';
import { mondayOf } from '../../domain/history/week-digest.ts';
import type { Language } from '../../domain/languages.ts';
import { textOf, type Narrative, type TemplateReason } from '../../domain/narrative/narrative.ts';
import { problemsOf, type NarrativeProblem } from '../../domain/narrative/narrative-check.ts';
import type { NarratorAnswer, Outcome, Ports } from '../ports.ts';
import { preferencesOf } from './preferences-of.ts';
import { templateNarrative } from './text-plan.ts';
import { windowDays } from './compute-weeks.ts';

/** The first text, and one more with the reasons why the first could not stand. */
const mostAsked = 2;

/**
 * The narrative of an analysis for one person: generated where they have consented to that and the text stands up to
 * the facts, else the template. The comparisons with the week before are those of the text that stands already. Nothing that the narrator does wrong is an error of the upload.
 */
export async function composeNarrative(
  { people, narratives, narrator }: Pick<Ports, 'people' | 'narratives' | 'narrator'>,
  key: UploadKey,
  analysis: Analysis,
  traceparent: string,
): Promise<Narrative> {
  const [person, known] = await Promise.all([people.find(key.uid), narratives.find(key)]);
  const { language, units } = preferencesOf(person);
  const facts = withComparisons(factsOf(analysis, units), known?.facts ?? []);
  const template = (reason: TemplateReason) => templateNarrative(facts, language, reason, traceparent);
  if (person.consent?.generatedText !== true) return template('no-consent');
  const generated = await generate(narrator, facts, language, traceparent);
  if (typeof generated === 'string') return template(generated);
  const { draft, modelVersion, promptVersion, tokens } = generated;
  return {
    schemaVersion: 1,
    status: 'written',
    language,
    facts,
    traceparent,
    source: 'gemini',
    reason: null,
    replaceable: false,
    ...textOf(draft),
    modelVersion,
    promptVersion,
    tokens,
  };
}

/** The text of a week for that week's own document, where it is a whole ISO week that the analysis is of. */
export function weekTextOf({ window: { days } }: Analysis, narrative: Narrative): Pick<Outcome, 'weekText'> {
  const [monday] = days;
  if (monday === undefined || days.length !== windowDays || mondayOf(monday) !== monday) return {};
  return { weekText: { monday, narrative } };
}

/** The narrator's text once it stands, or why it does not. */
async function generate(
  narrator: Ports['narrator'],
  facts: readonly Fact[],
  language: Language,
  traceparent: string,
): Promise<NarratorAnswer | TemplateReason> {
  const tokens = { input: 0, output: 0 };
  let problems: NarrativeProblem[] = [];
  try {
    for (let asked = 0; asked < mostAsked; asked++) {
      const answer = await narrator.write({ facts, language, problems, traceparent });
      tokens.input += answer.tokens.input;
      tokens.output += answer.tokens.output;
      problems = problemsOf(answer.draft, facts, language);
      if (problems.length === 0) return { ...answer, tokens };
    }
    return 'check-failed';
  } catch (error) {
    const { code } = faultOf(error);
    if (!code.startsWith('narrator/')) throw error;
    return code;
  }
}
