import type { Fact } from './facts.ts';
import { weekdayNames, type Language } from '../languages.ts';
import type { NarrativeDraft, Sentence } from './narrative.ts';
import { narrativeWords } from './narrative-words.ts';

export type ProblemKind =
  | 'unknown-fact'
  | 'unsupported-number'
  | 'unsupported-unit'
  | 'unsupported-weekday'
  | 'unsupported-comparison'
  | 'forbidden-word'
  | 'too-long'
  | 'hard-to-read'
  | 'wrong-language';

/** Why a text may not stand: what is wrong, where, and the word it is about. */
export interface NarrativeProblem {
  kind: ProblemKind;
  /** For example `highlights/2`. */
  at: string;
  word: string;
}

/** Limits that keep a weekly summary a summary. */
export const limits = {
  summarySentences: 5,
  highlights: 12,
  suggestions: 3,
  sentenceCharacters: 240,
  /** Björnsson's LIX: words a sentence + percent of words with more than six letters. Standard newspaper text has 50. */
  lix: 65,
} as const;

/**
 * Everything that keeps a text from being stored; an empty list lets it stand.
 *
 * Every sentence names the facts that it is about. Its numbers must be among their values, written exactly as the fact
 * has them (facts are rounded already; decimal comma and grouped thousands are allowed), a unit behind a number must be
 * that fact's unit, a weekday must be a fact's value, and a comparison needs a fact that changed that way since the
 * week before. Diagnoses, medicines and alarm are refused by a closed list of words.
 */
export function problemsOf(
  draft: NarrativeDraft,
  facts: readonly Fact[],
  language: Language,
): NarrativeProblem[] {
  const problems: NarrativeProblem[] = [];
  const parts = { summary: draft.summary, highlights: draft.highlights, suggestions: draft.suggestions };
  const most = {
    summary: limits.summarySentences,
    highlights: limits.highlights,
    suggestions: limits.suggestions,
  };
  for (const [part, sentences] of Object.entries(parts)) {
    if (sentences.length > most[part as keyof typeof most])
      problems.push({ kind: 'too-long', at: part, word: '' });
    sentences.forEach((sentence, i) => {
      const at = `${part}/${i}`;
      for (const [kind, word] of problemsOfSentence(sentence, facts, language, part !== 'suggestions')) {
        problems.push({ kind, at, word });
      }
    });
  }
  const text = Object.values(parts).flatMap((sentences) => sentences.map((sentence) => sentence.text));
  if (draft.summary.length === 0) problems.push({ kind: 'too-long', at: 'summary', word: '' });
  if (lix(text) > limits.lix) problems.push({ kind: 'hard-to-read', at: 'text', word: '' });
  const spoken = languageOf(text.join(' '));
  if (spoken && spoken !== language) problems.push({ kind: 'wrong-language', at: 'text', word: spoken });
  return problems;
}

function* problemsOfSentence(
  { text, facts: ids }: Sentence,
  facts: readonly Fact[],
  language: Language,
  claims: boolean,
): Generator<[ProblemKind, string]> {
  if (text.length > limits.sentenceCharacters) yield ['too-long', ''];
  const cited = facts.filter(({ id }) => ids.includes(id));
  for (const id of ids) if (!facts.some((fact) => fact.id === id)) yield ['unknown-fact', id];
  yield* numberProblems(text, cited, language);

  const words = narrativeWords[language];
  const tokens = wordsIn(text);
  for (const word of tokens) {
    if (
      weekdayNames[language].includes(word) &&
      !cited.some(({ value }) => value === weekdayId(language, word))
    ) {
      yield ['unsupported-weekday', word];
    }
    if (!claims) continue;
    if (words.factors.includes(word)) yield ['unsupported-comparison', word];
    if (words.higher.includes(word) && !cited.some(({ change }) => change === 'higher'))
      yield ['unsupported-comparison', word];
    if (words.lower.includes(word) && !cited.some(({ change }) => change === 'lower'))
      yield ['unsupported-comparison', word];
  }
  const lower = text.toLowerCase();
  for (const beginning of words.forbidden) {
    if (beginsAWord(lower, beginning)) yield ['forbidden-word', beginning];
  }
}

/** Digits of other scripts, fractions and the like are numbers too; no fact is written with them. */
const numberPattern = /\d{1,2}:\d{2}|\d+(?:[.,\u00a0\u202f]\d+)*|\p{N}/gu;

function* numberProblems(
  text: string,
  cited: readonly Fact[],
  language: Language,
): Generator<[ProblemKind, string]> {
  const words = narrativeWords[language];
  for (const match of text.matchAll(numberPattern)) {
    const written = match[0];
    const supporting = cited.filter((fact) =>
      valuesOf(fact).some((value) => writtenForms(value).includes(written)),
    );
    if (supporting.length === 0) {
      yield ['unsupported-number', written];
      continue;
    }
    const next = /^\s*(%|\p{L}+)/u.exec(text.slice(match.index + written.length))?.[1]?.toLowerCase();
    const unit = Object.entries(words.units).find(
      ([, names]) => next !== undefined && names.includes(next),
    )?.[0];
    if (unit !== undefined && !supporting.some((fact) => fact.unit === unit))
      yield ['unsupported-unit', `${written} ${next}`];
  }
  for (const word of wordsIn(text)) {
    const value = words.numbers[word];
    if (value !== undefined && !cited.some((fact) => valuesOf(fact).includes(value)))
      yield ['unsupported-number', word];
  }
}

function valuesOf(fact: Fact): (number | string)[] {
  return fact.earlier === undefined ? [fact.value] : [fact.value, fact.earlier];
}

/** The ways in which a fact's number may be written: `7842` also as `7,842` or `7.842`, `7.2` also as `7,2`. */
function writtenForms(value: number | string): string[] {
  if (typeof value === 'string') return [value, value.replace(/^0/, '')];
  const [whole, fraction] = String(Math.abs(value)).split('.') as [string, string | undefined];
  const marks = [',', '.', '\u00a0', '\u202f'];
  const grouped = marks.map((mark) => whole.replace(/\B(?=(\d{3})+$)/g, mark));
  if (!fraction) return [whole, ...grouped];
  return [
    `${whole}.${fraction}`,
    `${whole},${fraction}`,
    `${grouped[0]}.${fraction}`,
    `${grouped[1]},${fraction}`,
  ];
}

function weekdayId(language: Language, word: string): string | undefined {
  return weekdayNames.en[weekdayNames[language].indexOf(word)];
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

function beginsAWord(text: string, beginning: string): boolean {
  for (let i = text.indexOf(beginning); i >= 0; i = text.indexOf(beginning, i + 1)) {
    if (i === 0 || !/\p{L}/u.test(text[i - 1]!)) return true;
  }
  return false;
}

function lix(sentences: readonly string[]): number {
  const words = sentences.flatMap(wordsIn);
  if (words.length === 0) return 0;
  const long = words.filter((word) => word.length > 6).length;
  return words.length / sentences.length + (100 * long) / words.length;
}

/** The language whose small words are most frequent; undefined when there are too few to tell. */
function languageOf(text: string): Language | undefined {
  const words = wordsIn(text);
  const counts = (Object.keys(narrativeWords) as Language[]).map(
    (language) =>
      [language, words.filter((word) => narrativeWords[language].common.includes(word)).length] as const,
  );
  const [best, second] = counts.sort(([, a], [, b]) => b - a);
  return best![1] >= 3 && best![1] > second![1] ? best![0] : undefined;
}
