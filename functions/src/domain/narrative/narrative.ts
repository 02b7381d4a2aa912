import type { Fact } from './facts.ts';
import type { FaultCode } from '../fault.ts';
import type { Language } from '../languages.ts';

/** A sentence and the facts that it is about, by id: what it says must be said by these. */
export interface Sentence {
  text: string;
  facts: string[];
}

/** A text as a model or the template writes it, before it has been checked. */
export interface NarrativeDraft {
  summary: Sentence[];
  highlights: Sentence[];
  suggestions: Sentence[];
}

/**
 * No consent to generated text, one that is being written, one that is not asked for now, one that failed its check twice, or the
 * fault of the narrator.
 */
export type TemplateReason = 'no-consent' | 'pending' | 'not-due' | 'check-failed' | FaultCode;

/** A narrative as it is stored beside its analysis. */
export interface Narrative {
  schemaVersion: 1;
  status: 'written';
  source: 'gemini' | 'template';
  /** Why the template stands; null for a generated text. */
  reason: TemplateReason | null;
  /** Whether the sweep may try once more to have it generated. */
  replaceable: boolean;
  language: Language;
  summary: string;
  highlights: string[];
  suggestions: string[];
  /** The numbers the text may use. */
  facts: readonly Fact[];
  modelVersion: string | null;
  promptVersion: string | null;
  /** What the text cost, all calls together. */
  tokens: { input: number; output: number } | null;
  traceparent: string;
}

/** The text of a draft as it is stored. */
export function textOf(draft: NarrativeDraft): Pick<Narrative, 'summary' | 'highlights' | 'suggestions'> {
  const texts = (sentences: readonly Sentence[]): string[] => sentences.map(({ text }) => text);
  return {
    summary: texts(draft.summary).join(' '),
    highlights: texts(draft.highlights),
    suggestions: texts(draft.suggestions),
  };
}
