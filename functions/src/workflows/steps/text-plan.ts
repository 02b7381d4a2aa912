import type { Language } from '../../domain/languages.ts';
import type { Fact } from '../../domain/narrative/facts.ts';
import { textOf, type Narrative, type TemplateReason } from '../../domain/narrative/narrative.ts';
import { templateDraft } from '../../domain/narrative/template.ts';
import type { PersonState } from '../../domain/person/person-state.ts';
import { hourMs } from '../../domain/time.ts';
import type { Person } from '../ports.ts';
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

/** The state once Gemini is asked. */
export function asking(state: PersonState, person: Person, now: number): PersonState {
  return { ...state, text: { askedAt: now, ...preferencesOf(person) } };
}

/** The text that is written without Gemini. */
export function templateNarrative(
  facts: readonly Fact[],
  language: Language,
  reason: TemplateReason,
  traceparent: string,
): Narrative {
  return {
    schemaVersion: 1,
    status: 'written',
    language,
    facts,
    traceparent,
    source: 'template',
    reason,
    replaceable: !lasting.includes(reason),
    ...textOf(templateDraft(facts, language)),
    modelVersion: null,
    promptVersion: null,
    tokens: null,
  };
}

/** Reasons that no second try changes, or that are looked after elsewhere. */
const lasting: readonly TemplateReason[] = ['no-consent', 'pending', 'not-due', 'narrator/rejected'];
