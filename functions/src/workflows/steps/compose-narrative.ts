import type { Analysis } from '../../domain/analysis/analysis.ts';
import { factsOf, type Fact } from '../../domain/narrative/facts.ts';
import { faultOf } from '../../domain/fault.ts';
import type { Language } from '../../domain/languages.ts';
import { textOf, type Narrative, type TemplateReason } from '../../domain/narrative/narrative.ts';
import { problemsOf, type NarrativeProblem } from '../../domain/narrative/narrative-check.ts';
import { templateDraft } from '../../domain/narrative/template.ts';
import type { NarratorAnswer, Ports } from '../ports.ts';
import { preferencesOf } from './preferences-of.ts';
import { weekBefore } from './week-before.ts';

/** The first text, and one more with the reasons why the first could not stand. */
const mostAsked = 2;

/**
 * The narrative of an analysis for one person: generated where they have consented to that and the text stands up to
 * the facts, else the template. Nothing that the narrator does wrong is an error of the upload.
 */
export async function composeNarrative(
  { people, analyses, narrator }: Pick<Ports, 'people' | 'analyses' | 'narrator'>,
  uid: string,
  analysis: Analysis,
  traceparent: string,
): Promise<Narrative> {
  const person = await people.find(uid);
  const { language, units } = preferencesOf(person);
  const facts = factsOf(analysis, units, await weekBefore(analyses, uid, analysis));
  const generated =
    person.consent?.generatedText === true
      ? await generate(narrator, facts, language, traceparent)
      : ('no-consent' as const);

  const frame = { schemaVersion: 1, status: 'written', language, facts, traceparent } as const;
  if (typeof generated !== 'string') {
    const { draft, modelVersion, promptVersion, tokens } = generated;
    return {
      ...frame,
      source: 'gemini',
      reason: null,
      replaceable: false,
      ...textOf(draft),
      modelVersion,
      promptVersion,
      tokens,
    };
  }
  return {
    ...frame,
    source: 'template',
    reason: generated,
    replaceable: generated !== 'no-consent' && generated !== 'narrator/rejected',
    ...textOf(templateDraft(facts, language)),
    modelVersion: null,
    promptVersion: null,
    tokens: null,
  };
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
