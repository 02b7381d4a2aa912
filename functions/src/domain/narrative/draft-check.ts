import type { Language } from '../languages.ts';
import { frameOf, type Draft } from './draft.ts';
import type { Plan, Subject } from './plan.ts';
import { texts } from './texts-by-language.ts';
import { vocabulary } from './vocabulary.ts';

export type ProblemKind = 'insights' | 'frame' | 'order' | 'connectives' | 'suggestions' | 'opening';

/** Why a draft may not stand: what is wrong with it, and the word or id that it is about. */
export interface DraftProblem {
  kind: ProblemKind;
  word: string;
}

/** Limits of what is chosen freely. */
export const limits = { suggestions: 2, openingCharacters: [10, 160], openingWords: [3, 24] } as const;

/**
 * Everything that keeps a draft from standing; an empty list lets it stand. The schema that the narrator was given is not trusted:
 * every id is looked up again. Each insight of the plan is told once, what is missing before everything else.
 */
export function problemsOf(draft: Draft, plan: Plan, language: Language): DraftProblem[] {
  return [
    ...insightProblems(draft, plan, language),
    ...orderProblems(draft, plan),
    ...connectiveProblems(draft, language),
    ...suggestionProblems(draft, plan),
    ...openingProblems(draft.opening, subjectsOf(plan), language),
  ];
}

/** What is said to be missing is not told. */
function subjectsOf({ insights, wearable }: Plan): (Subject | 'wearable')[] {
  return [...insights.map(({ subject }) => subject), ...(wearable ? (['wearable'] as const) : [])];
}

function* insightProblems({ insights }: Draft, plan: Plan, language: Language): Generator<DraftProblem> {
  for (const { id, frame } of insights) {
    const insight = plan.insights.find((one) => one.id === id);
    if (!insight) yield { kind: 'insights', word: id };
    else if (frameOf(frame, insight, language) === undefined) yield { kind: 'frame', word: frame };
  }
  yield* notOnceEach(
    insights.map(({ id }) => id),
    plan,
    'insights',
  );
}

function* orderProblems({ order }: Draft, plan: Plan): Generator<DraftProblem> {
  yield* notOnceEach(order, plan, 'order');
  let others = '';
  for (const id of order) {
    const insight = plan.insights.find((one) => one.id === id);
    if (insight?.subject !== 'data') others = id;
    else if (others) yield { kind: 'order', word: id };
  }
}

function* notOnceEach(ids: readonly string[], plan: Plan, kind: ProblemKind): Generator<DraftProblem> {
  for (const { id } of plan.insights)
    if (ids.filter((one) => one === id).length !== 1) yield { kind, word: id };
  if (ids.length !== plan.insights.length) yield { kind, word: '' };
}

function* connectiveProblems({ connectives, order }: Draft, language: Language): Generator<DraftProblem> {
  if (connectives.length !== Math.max(0, order.length - 1)) yield { kind: 'connectives', word: '' };
  const known = Object.keys(texts[language].connectives);
  for (const [i, id] of connectives.entries()) {
    const repeated = id !== 'none' && connectives.indexOf(id) < i;
    if (!known.includes(id) || repeated) yield { kind: 'connectives', word: id };
  }
}

function* suggestionProblems({ suggestions }: Draft, plan: Plan): Generator<DraftProblem> {
  if (suggestions.length > limits.suggestions) yield { kind: 'suggestions', word: '' };
  for (const [i, id] of suggestions.entries())
    if (!plan.suggestions.includes(id) || suggestions.indexOf(id) < i)
      yield { kind: 'suggestions', word: id };
}

/** Letters of the three languages; everything else that may stand in a sentence is a space, a comma, an apostrophe, a full stop. */
const plain = /^[A-Za-zÁÉÍÓÚÜÑÄÖáéíóúüñäöß]+(?:(?:, | |['’])[A-Za-zÁÉÍÓÚÜÑÄÖáéíóúüñäöß]+)*\.$/;

/**
 * Why an opening may not stand: one sentence of known words, each in a place where it claims nothing (`vocabulary.ts`).
 *
 * @param subjects what the text says something of
 */
export function* openingProblems(
  opening: string,
  subjects: readonly (Subject | 'wearable')[],
  language: Language,
): Generator<DraftProblem> {
  const problem = (word: string): DraftProblem => ({ kind: 'opening', word });
  // Compatibility forms, hidden or combining marks and letters of other scripts look like what they are not: none is in the list,
  // so that what stands is its own NFKC form.
  if (!plain.test(opening)) {
    yield problem('characters');
    return;
  }
  const { general, about, did, verbs, apart, describing, before, text, idioms, greetings } =
    vocabulary[language];
  const [first, ...rest] = opening.slice(0, -1).replaceAll('’', "'").split(', ') as [string, ...string[]];
  const greets = rest.length > 0 && greetings.includes(first.toLowerCase());
  const clauses = (greets ? rest : [first, ...rest]).map((clause) =>
    withoutIdioms(clause, idioms).split(' '),
  );
  const words = clauses.flat();
  const [shortest, longest] = limits.openingCharacters;
  const [fewest, most] = limits.openingWords;
  if (opening.length < shortest || opening.length > longest || words.length < fewest || words.length > most)
    yield problem('length');
  const subjectOf = (word: string | undefined, by: Partial<Record<string, ReadonlySet<string>>>) =>
    Object.keys(by).find((subject) => by[subject]!.has(word ?? ''));
  const named = words.map((word) => subjectOf(word.toLowerCase(), about));
  const done = words.some((word) => subjectOf(word.toLowerCase(), did));
  const claims = done || named.some((subject) => subject !== undefined && subject !== 'wearable');
  const told = (subject: string | undefined): boolean => subjects.some((one) => one === subject);
  for (const [c, clause] of clauses.entries()) {
    for (const [i, written] of clause.entries()) {
      const [word, previous, next] = [written, clause[i - 1], clause[i + 1]].map((one) => one?.toLowerCase());
      // A subject is named, and nothing is said of it.
      const after = subjectOf(previous, about);
      const predicates =
        verbs.has(word!) && after !== undefined && after !== 'wearable' && i < clause.length - 1;
      const begins = c === 0 && i === 0 && !greets;
      const beside = (one: string | undefined): boolean =>
        one !== undefined && (text.has(one) || apart.has(one) || describing.has(one));
      const introduced = begins || before.has(previous ?? '') || beside(previous);
      const describes = (beside(previous) || beside(next)) && (introduced || !claims);
      const stands =
        (word === idiom && !claims) ||
        general.has(word!) ||
        text.has(word!) ||
        told(subjectOf(word, done ? did : about)) ||
        (apart.has(word!) && !claims) ||
        (describing.has(word!) && describes);
      if (!stands || predicates || shouts(written, begins, language)) yield problem(written);
    }
  }
}

/** What no opening has of its own. */
const idiom = '*';

function withoutIdioms(clause: string, idioms: readonly string[]): string {
  return idioms.reduce((left, one) => left.replace(new RegExp(`(?<= |^)${one}(?= |$)`, 'i'), idiom), clause);
}

/** Capitals where the language has none. */
function shouts(word: string, begins: boolean, language: Language): boolean {
  if (word.slice(1) !== word.slice(1).toLowerCase()) return true;
  const mayBegin = begins || language === 'de' || /^I(?!\p{L})/u.test(word);
  return !mayBegin && word[0] !== word[0]!.toLowerCase();
}
