import type { Fact } from './facts.ts';
import type { FaultCode } from './fault.ts';

/** The text itself: what a model or the template writes. */
export interface NarrativeText {
  summary: string;
  highlights: string[];
  suggestions: string[];
}

/** No consent to generated text, a text with a number that no fact supports, or the fault of the narrator. */
export type TemplateReason = 'no-consent' | 'unsupported-number' | FaultCode;

/** A narrative as it is stored beside its analysis. */
export interface Narrative extends NarrativeText {
  schemaVersion: 1;
  status: 'written';
  source: 'gemini' | 'template';
  /** Why the template stands; null for a generated text. */
  reason: TemplateReason | null;
  language: string;
  /** The numbers the text may use. */
  facts: readonly Fact[];
  modelVersion: string | null;
  promptVersion: string | null;
  tokens: { input: number; output: number } | null;
  traceparent: string;
}

/** Digits of other scripts, fractions and the like are numbers too; no fact is written with them. */
const numberPattern = /\d{1,2}:\d{2}|\d+(?:[.,]\d+)*|\p{N}/gu;

/** Every number and clock time in a text, as it is written there. */
function numbersIn(text: string): string[] {
  return text.match(numberPattern) ?? [];
}

/** The ways in which a fact's number may be written: `7842` also as `7,842`, `7.842`, `7.2` also as `7,2`. */
function writtenForms(value: number | string): string[] {
  if (typeof value === 'string') return [value, value.replace(/^0/, '')];
  const plain = String(Math.abs(value));
  const [whole, fraction] = plain.split('.') as [string, string | undefined];
  const grouped = (mark: string): string => whole.replace(/\B(?=(\d{3})+$)/g, mark);
  if (fraction)
    return [plain, `${whole},${fraction}`, `${grouped(',')}.${fraction}`, `${grouped('.')},${fraction}`];
  return [plain, grouped(','), grouped('.')];
}

/**
 * The numbers of a text that no fact supports, as they are written; an empty list means that the text may stand.
 * A number must be one of the facts' numbers exactly: facts are already rounded as they may be said.
 */
export function unsupportedNumbers(text: NarrativeText, facts: readonly Fact[]): string[] {
  const allowed = new Set(facts.flatMap(({ value }) => writtenForms(value)));
  return [text.summary, ...text.highlights, ...text.suggestions]
    .flatMap(numbersIn)
    .filter((number) => !allowed.has(number));
}

/** The plain text that stands where no model may or can write: the facts, one by one, and nothing else. */
export function templateText(facts: readonly Fact[]): NarrativeText {
  const say = ({ label, value, unit }: Fact): string => `${label}: ${value}${unitText(unit)}.`;
  const find = (id: string): Fact[] => facts.filter((fact) => fact.id === id);
  const summary = [
    ...find('window.days'),
    ...find('sleep.nights'),
    ...find('sleep.missing'),
    ...find('coverage.gaps'),
  ];
  return {
    summary: summary.map(say).join(' '),
    highlights: facts.filter((fact) => !summary.includes(fact)).map(say),
    suggestions: [],
  };
}

function unitText(unit: string): string {
  if (unit === '' || unit === 'clock') return '';
  return unit === '%' ? ' %' : ` ${unit}`;
}
