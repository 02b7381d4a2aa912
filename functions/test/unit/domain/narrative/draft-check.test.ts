import assert from 'node:assert/strict';
import fc from 'fast-check';
import { languages, type Language } from '../../../../src/domain/languages.ts';
import { choicesOf, templateDraft, type Draft } from '../../../../src/domain/narrative/draft.ts';
import { openingProblems, problemsOf } from '../../../../src/domain/narrative/draft-check.ts';
import {
  attacksOf,
  honestOf,
  measuredOf,
  plan,
  standsDraft,
  standsOpening,
} from '../../../support/red-team.ts';

/** Good drafts: any frame of each insight, an order that keeps what is missing first, connectives that do not repeat. */
function goodDrafts(language: Language): fc.Arbitrary<Draft> {
  const { insights, connectives } = choicesOf(plan, language);
  const [missing, ...others] = insights.map(({ id }) => id);
  const honest = honestOf(language).filter(({ opening }) => standsOpening(opening, language));
  const joins = connectives.flatMap(({ id }) => (id === 'none' ? [] : id));
  return fc.record({
    insights: fc.tuple(
      ...insights.map(({ id, frames }) =>
        fc.constantFrom(...frames).map((frame) => ({ id, frame: frame.id })),
      ),
    ),
    order: fc.shuffledSubarray(others, { minLength: others.length }).map((order) => [missing!, ...order]),
    connectives: fc
      .shuffledSubarray(joins, { minLength: insights.length - 1, maxLength: insights.length - 1 })
      .chain((all) => fc.tuple(...all.map((one) => fc.constantFrom(one, 'none')))),
    opening: fc.constantFrom(...honest.map(({ opening }) => opening)),
    suggestions: fc.shuffledSubarray([...plan.suggestions], { maxLength: 2 }),
  });
}

/** A change of the meaning somewhere in a draft. */
function bent(draft: Draft): fc.Arbitrary<Draft> {
  const at = fc.nat(draft.insights.length - 1);
  const foreign = fc.oneof(
    fc.constantFrom('', 'none', 'sleep.plain/1', 'same/1', 'unusual', 'missing.sleep', 'nights.spread/9'),
    fc.string(),
  );
  const insights = (change: (one: Draft['insights'][number], text: string) => Draft['insights'][number]) =>
    fc
      .tuple(at, foreign)
      .map(([i, text]) => ({ ...draft, insights: draft.insights.with(i, change(draft.insights[i]!, text)) }));
  const words = draft.opening.slice(0, -1).split(' ');
  const unknown = fc.constantFrom(
    ...[
      'more',
      'less',
      'never',
      'nie',
      'menos',
      'más',
      'weniger',
      'sick',
      'krank',
      'enfermo',
      'semaine',
      'неделя',
    ],
    ...['7', 'VII', '😀', 'a\u200bb', '{value}', '<b>', 'www.example.com', '[one|many]', '%', '#'],
  );
  return fc.oneof(
    insights((one, text) => ({ ...one, frame: text })),
    insights((one, text) => ({ ...one, id: text })),
    at.map((i) => ({ ...draft, insights: draft.insights.toSpliced(i, 1) })),
    at.map((i) => ({ ...draft, insights: [...draft.insights, draft.insights[i]!] })),
    at.map((i) => ({ ...draft, order: draft.order.toSpliced(i, 1) })),
    at.map((i) => ({ ...draft, order: [...draft.order, draft.order[i]!] })),
    fc.integer({ min: 1, max: draft.order.length - 1 }).map((i) => ({
      ...draft,
      order: draft.order.with(0, draft.order[i]!).with(i, draft.order[0]!),
    })),
    foreign
      .filter((text) => text !== 'none')
      .map((text) => ({ ...draft, connectives: draft.connectives.with(0, text) })),
    foreign.map((text) => ({ ...draft, suggestions: [text] })),
    fc.tuple(fc.nat(words.length), unknown).map(([i, word]) => ({
      ...draft,
      opening: `${words.toSpliced(i, 0, word).join(' ')}.`,
    })),
    fc.constantFrom('', '!', '?', ' It was a good week.', ' {value}', '\u200b').map((end) => ({
      ...draft,
      opening: `${draft.opening.slice(0, -1)}${end}`,
    })),
  );
}

for (const language of languages) {
  describe(`the check of a draft, in ${language}`, () => {
    it('lets none of more than three hundred attacks stand, of any class', () => {
      const { attacks } = measuredOf(language);
      const written = attacksOf(language).length;
      assert.ok(written >= 300, String(written));
      for (const { class: name, tried, accepted } of attacks) {
        assert.deepEqual(accepted, [], name);
        assert.ok(tried > 0, name);
      }
    });

    it('lets at least nine in ten of the honest openings stand that were held out', () => {
      const { honest } = measuredOf(language);
      assert.ok(honest.heldOut.accepted / honest.heldOut.tried >= 0.9, JSON.stringify(honest));
    });

    it('lets every good draft stand', () => {
      fc.assert(
        fc.property(goodDrafts(language), (draft) => assert.deepEqual(problemsOf(draft, plan, language), [])),
      );
    });

    it('refuses a good draft that is bent in any part', () => {
      fc.assert(
        fc.property(
          goodDrafts(language).chain((draft) => bent(draft)),
          (draft) => assert.ok(!standsDraft(draft, language), JSON.stringify(draft)),
        ),
        { numRuns: 500 },
      );
    });

    it('names a subject only where the text says something of it, and wearing only to somebody who wears something', () => {
      const word = { en: ['sleep', 'wear'], es: ['sueño', 'llevas'], de: ['Schlaf', 'trägst'] }[language];
      const begin = { en: 'A look at your', es: 'Una mirada a tu', de: 'Ein Blick auf' }[language];
      for (const [one, subject] of [
        [word[0]!, 'sleep'],
        [word[1]!, 'wearable'],
      ] as const) {
        const problems = (subjects: ('sleep' | 'wearable')[]) => [
          ...openingProblems(`${begin} ${one}.`, subjects, language),
        ];
        assert.deepEqual(problems([subject]), []);
        assert.deepEqual(problems([]), [{ kind: 'opening', word: one }]);
      }
    });

    it('says which words it does not know', () => {
      const opening = {
        en: 'Here is your splendid week.',
        es: 'Aquí está tu espléndida semana.',
        de: 'Hier ist deine famose Woche.',
      };
      const word = { en: 'splendid', es: 'espléndida', de: 'famose' };
      const draft = { ...templateDraft(plan, language), opening: opening[language] };
      assert.deepEqual(problemsOf(draft, plan, language), [{ kind: 'opening', word: word[language] }]);
    });
  });
}
