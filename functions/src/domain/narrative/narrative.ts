import type { FaultCode } from '../fault.ts';
import type { Language } from '../languages.ts';
import type { Draft } from './draft.ts';
import type { Fact } from './facts.ts';

/**
 * No consent to generated text, one that is being written, one that is not asked for now, one that failed its check twice, or the
 * fault of the narrator.
 */
export type TemplateReason = 'no-consent' | 'pending' | 'not-due' | 'check-failed' | FaultCode;

/** Begins the name of the model where none was asked: in the local stack. */
const standIn = 'stand-in';

/** Who a text is by, as it is said wherever it is shown. */
export function authorOf<S extends string>({
  source,
  modelVersion,
}: {
  source: S;
  modelVersion: string | null;
}): S | 'stand-in' {
  return source === 'gemini' && modelVersion?.startsWith(standIn) ? 'stand-in' : source;
}

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
  /** What Gemini chose: it can be filled in anew. Texts of the first releases, and templates, have none. */
  draft?: Draft;
  /** What the text cost, all calls together; null where none was made for it. */
  tokens: { input: number; output: number } | null;
  traceparent: string;
}
