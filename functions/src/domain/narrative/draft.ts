import type { Language } from '../languages.ts';
import type { Fact } from './facts.ts';
import { filled } from './phrases.ts';
import { insightsOf, planOf, type Insight, type Plan } from './plan.ts';
import { texts } from './texts-by-language.ts';

/**
 * How a plan is told: which of the reviewed sentences for each insight, in which order and joined by what. Nothing in it is a claim
 * of its own; only the opening is free, and says nothing of what was measured (`draft-check.ts`).
 */
export interface Draft {
  insights: { id: string; frame: string }[];
  /** Ids of the insights. Those of one subject stand together all the same. */
  order: string[];
  /** One between each two insights in that order; not used where a new subject begins. */
  connectives: string[];
  opening: string;
  suggestions: string[];
}

/** What may be chosen from for a plan, with the sentences as they would stand. */
export interface Choices {
  insights: { id: string; frames: { id: string; text: string }[] }[];
  connectives: { id: string; text: string }[];
  suggestions: { id: string; text: string }[];
}

/** A text as people read it. */
export interface Text {
  summary: string;
  highlights: string[];
  suggestions: string[];
}

export function choicesOf({ insights, suggestions }: Plan, language: Language): Choices {
  const { frames, connectives, suggestions: offered } = texts[language];
  return {
    insights: insights.map((insight) => ({
      id: insight.id,
      frames: frames[insight.kind].map((frame, i) => ({
        id: `${insight.kind}/${i + 1}`,
        text: begun(filled(frame, insight, language)),
      })),
    })),
    connectives: Object.entries(connectives).map(([id, text]) => ({ id, text })),
    suggestions: suggestions.map((id) => ({ id, text: offered[id]! })),
  };
}

/** The reviewed sentence that a draft names; undefined where there is none of that name for the insight. */
export function frameOf(
  name: string,
  { kind }: Pick<Insight, 'kind'>,
  language: Language,
): string | undefined {
  const [named, number = ''] = name.split('/');
  return named === kind && /^[1-9]\d*$/.test(number)
    ? texts[language].frames[kind][Number(number) - 1]
    : undefined;
}

/** The draft of a plan that needs nobody's choice: the same plan gives the same one. */
export function templateDraft({ insights, suggestions }: Plan, language: Language): Draft {
  const { frames, openings, connectives } = texts[language];
  const days = insights.flatMap(({ slots }) =>
    Object.values(slots).flatMap((slot) => (slot.is === 'days' ? slot.days : [])),
  );
  const ids = insights.map(({ id }) => id);
  // Another week begins with another sentence; an hour later it is still the same one.
  const turn = numberOf([...ids, ...days].join());
  const joins = Object.keys(connectives).filter((id) => id !== 'none');
  return {
    insights: insights.map(({ id, kind }, i) => ({
      id,
      frame: `${kind}/${((turn + 3 * i) % frames[kind].length) + 1}`,
    })),
    order: ids,
    connectives: ids.slice(1).map((_, i) => (i % 2 === 0 ? 'none' : joins[(turn + i) % joins.length]!)),
    opening: openings[turn % openings.length]!,
    suggestions: suggestions.includes('wear') ? ['wear'] : [suggestions[turn % suggestions.length]!],
  };
}

function numberOf(text: string): number {
  return [...text].reduce((sum, letter) => (31 * sum + letter.codePointAt(0)!) % 65_521, 7);
}

/**
 * The text of a draft. What is missing, and the first subject after it, follow the opening; every further subject is a paragraph.
 *
 * @param insights those that the draft names, from a plan or from other facts of the same kind
 */
export function textOf(draft: Draft, insights: readonly Insight[], language: Language): Text {
  const { suggestions } = texts[language];
  const chosen = draft.order.map((id, i) => ({
    insight: insights.find((insight) => insight.id === id)!,
    frame: draft.insights.find((one) => one.id === id)!.frame,
    connective: i === 0 ? 'none' : draft.connectives[i - 1]!,
  }));
  const paragraphs = [...Map.groupBy(chosen, ({ insight }) => insight.subject)].map(
    ([subject, sentences]) => ({
      subject,
      text: sentences
        .map(({ insight, frame, connective }, i) =>
          joined(i === 0 ? 'none' : connective, frameOf(frame, insight, language)!, insight, language),
        )
        .join(' '),
    }),
  );
  const first = paragraphs.findIndex(({ subject }) => subject !== 'data');
  const led = first < 0 ? paragraphs.length : first + 1;
  const texted = paragraphs.map(({ text }) => text);
  return {
    summary: [draft.opening, ...texted.slice(0, led)].join(' '),
    highlights: texted.slice(led),
    suggestions: draft.suggestions.map((id) => suggestions[id]!),
  };
}

function joined(id: string, frame: string, insight: Insight, language: Language): string {
  const sentence = filled(frame, insight, language);
  const connective = texts[language].connectives[id]!;
  if (!connective) return begun(sentence);
  // Only in German a sentence after a colon begins with a capital. Names keep theirs.
  if (language === 'de') return `${connective} ${begun(sentence)}`;
  return `${connective} ${frame.startsWith('{') ? sentence : sentence[0]!.toLowerCase() + sentence.slice(1)}`;
}

const begun = (sentence: string): string => sentence[0]!.toUpperCase() + sentence.slice(1);

/**
 * Whether a draft still holds for new facts, with other numbers and days: everything that it says is there, every direction is the
 * same, and nothing that is missing or has changed is left unsaid.
 *
 * @returns the insights to fill it in with; undefined where it does not hold
 */
export function stillHolds(draft: Draft, facts: readonly Fact[], language: Language): Insight[] | undefined {
  const now = new Map(insightsOf(facts).map((insight) => [insight.id, insight]));
  const needed = planOf(facts).insights.filter(
    ({ salience }) => salience === 'missing' || salience === 'changed',
  );
  if (!needed.every(({ id }) => draft.order.includes(id))) return undefined;
  const told = draft.insights.map(({ id, frame }) => {
    const insight = now.get(id);
    return insight && frameOf(frame, insight, language) !== undefined ? insight : undefined;
  });
  const offered = planOf(facts).suggestions;
  if (!draft.suggestions.every((id) => id !== 'wear' || offered.includes(id))) return undefined;
  return told.every((insight) => insight !== undefined) ? told : undefined;
}
