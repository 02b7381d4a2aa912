import type { Language } from '../../domain/languages.ts';
import { stillHolds, templateDraft, textOf, type Draft } from '../../domain/narrative/draft.ts';
import type { Fact } from '../../domain/narrative/facts.ts';
import type { Narrative, TemplateReason } from '../../domain/narrative/narrative.ts';
import { planOf, type Insight } from '../../domain/narrative/plan.ts';
import type { AskedText, PersonState } from '../../domain/person/person-state.ts';
import { hourMs } from '../../domain/time.ts';
import type { Person, Ports } from '../ports.ts';
import { preferencesOf } from './preferences-of.ts';

/** Gemini is not asked more often for one person, unless they want to read something else. */
const textPauseMs = 20 * hourMs;

/**
 * Why Gemini is not asked for a text of the person's latest week now; undefined where it is to be asked.
 */
export function whyTemplate({ text }: PersonState, person: Person, now: number): TemplateReason | undefined {
  if (person.consent?.generatedText !== true) return 'no-consent';
  const { language, units } = preferencesOf(person);
  const same = text?.language === language && text.units === units;
  return same && now - text.askedAt < textPauseMs ? 'not-due' : undefined;
}

/** What Gemini was last asked for, with what it chose, where that has been written since. */
export async function lastAsked(
  { narratives }: Pick<Ports, 'narratives'>,
  uid: string,
  { text }: PersonState,
): Promise<AskedText | null> {
  if (!text?.uploadId) return text;
  const narrative = await narratives.find({ uid, uploadId: text.uploadId });
  const { draft, modelVersion, promptVersion, language } = narrative ?? {};
  if (draft && language === text.language && modelVersion && promptVersion)
    return { ...text, uploadId: null, chosen: { draft, modelVersion, promptVersion } };
  const mayCome = narrative !== undefined && (narrative.reason === 'pending' || narrative.replaceable);
  return mayCome ? text : { ...text, uploadId: null };
}

/** What is remembered once Gemini is asked for the text of an upload. */
export function asking(uploadId: string, person: Person, now: number): AskedText {
  return { askedAt: now, ...preferencesOf(person), uploadId, chosen: null };
}

type Written = Pick<Narrative, 'language' | 'facts' | 'traceparent'>;

/** The text that is written without Gemini. */
export function templateNarrative(
  facts: readonly Fact[],
  language: Language,
  reason: TemplateReason,
  traceparent: string,
): Narrative {
  const plan = planOf(facts);
  return {
    schemaVersion: 1,
    status: 'written',
    language,
    facts,
    traceparent,
    source: 'template',
    reason,
    replaceable: !lasting.includes(reason),
    ...textOf(templateDraft(plan, language), plan.insights, language),
    modelVersion: null,
    promptVersion: null,
    tokens: null,
  };
}

/** The text of what Gemini chose. */
export function chosenNarrative(
  draft: Draft,
  insights: readonly Insight[],
  about: Written & Pick<Narrative, 'modelVersion' | 'promptVersion' | 'tokens'>,
): Narrative {
  return {
    schemaVersion: 1,
    status: 'written',
    source: 'gemini',
    reason: null,
    replaceable: false,
    ...about,
    ...textOf(draft, insights, about.language),
    draft,
  };
}

/** What Gemini chose before, filled in with new facts without a call; undefined where it does not hold any more. */
export function filledAnew(asked: AskedText | null, about: Written): Narrative | undefined {
  if (!asked?.chosen || asked.language !== about.language) return undefined;
  const { draft, ...versions } = asked.chosen;
  const insights = stillHolds(draft, about.facts, about.language);
  return insights && chosenNarrative(draft, insights, { ...about, ...versions, tokens: null });
}

/** Reasons that no second try changes, or that are looked after elsewhere. */
const lasting: readonly TemplateReason[] = ['no-consent', 'pending', 'not-due', 'narrator/rejected'];
