import type { Analysis } from '../../domain/analysis/analysis.ts';
import { withComparisons } from '../../domain/narrative/comparisons.ts';
import { choicesOf } from '../../domain/narrative/draft.ts';
import { problemsOf, type DraftProblem } from '../../domain/narrative/draft-check.ts';
import { factsOf } from '../../domain/narrative/facts.ts';
import { faultOf } from '../../domain/fault.ts';
import type { UploadKey } from '../../domain/upload/upload.ts';
import { mondayOf } from '../../domain/history/week-digest.ts';
import type { Language } from '../../domain/languages.ts';
import type { Narrative, TemplateReason } from '../../domain/narrative/narrative.ts';
import { planOf, type Plan } from '../../domain/narrative/plan.ts';
import type { NarratorAnswer, Outcome, Person, Ports } from '../ports.ts';
import { preferencesOf } from './preferences-of.ts';
import { chosenNarrative, templateNarrative } from './text-plan.ts';
import { windowDays } from './compute-weeks.ts';

/** The first draft, and one more with the reasons why the first could not stand. */
const mostAsked = 2;

type NarratorPorts = Pick<Ports, 'people' | 'narratives' | 'narrator'>;

/**
 * The narrative of an analysis for one person: told as Gemini chooses where they have consented to that and its choice stands,
 * else the template. The comparisons with the week before are those of the text that stands already. Nothing that the narrator
 * does wrong is an error of the upload.
 */
export async function composeNarrative(
  ports: NarratorPorts,
  key: UploadKey,
  analysis: Analysis,
  traceparent: string,
): Promise<Narrative> {
  const [person, known] = await Promise.all([ports.people.find(key.uid), ports.narratives.find(key)]);
  const { language, units } = preferencesOf(person);
  const facts = withComparisons(factsOf(analysis, units), known?.facts ?? []);
  const plan = planOf(facts);
  const generated = await generate(ports, key.uid, person, plan, language, traceparent);
  if (typeof generated === 'string') return templateNarrative(facts, language, generated, traceparent);
  const { draft, ...about } = generated;
  return chosenNarrative(draft, plan.insights, { ...about, facts, language, traceparent });
}

/** The text of a week for that week's own document, where it is a whole ISO week that the analysis is of. */
export function weekTextOf({ window: { days } }: Analysis, narrative: Narrative): Pick<Outcome, 'weekText'> {
  const [monday] = days;
  if (monday === undefined || days.length !== windowDays || mondayOf(monday) !== monday) return {};
  return { weekText: { monday, narrative } };
}

/** What the narrator chose once it stands, or why it does not. */
async function generate(
  { people, narrator }: NarratorPorts,
  uid: string,
  person: Person,
  plan: Plan,
  language: Language,
  traceparent: string,
): Promise<NarratorAnswer | TemplateReason> {
  const tokens = { input: 0, output: 0 };
  const choices = choicesOf(plan, language);
  let problems: DraftProblem[] = [];
  try {
    for (let asked = 0; asked < mostAsked; asked++) {
      // Consent may have been withdrawn since the call before.
      const { consent } = asked === 0 ? person : await people.find(uid);
      if (consent?.generatedText !== true) return 'no-consent';
      const answer = await narrator.write({ choices, language, problems, traceparent });
      tokens.input += answer.tokens.input;
      tokens.output += answer.tokens.output;
      problems = problemsOf(answer.draft, plan, language);
      if (problems.length === 0) return { ...answer, tokens };
    }
    return 'check-failed';
  } catch (error) {
    const { code } = faultOf(error);
    if (!code.startsWith('narrator/')) throw error;
    return code;
  }
}
