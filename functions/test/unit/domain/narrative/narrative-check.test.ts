import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fact } from '../../../../src/domain/narrative/facts.ts';
import { languages, type Language } from '../../../../src/domain/languages.ts';
import type { NarrativeDraft, Sentence } from '../../../../src/domain/narrative/narrative.ts';
import { problemsOf } from '../../../../src/domain/narrative/narrative-check.ts';
import { narrativeWords } from '../../../../src/domain/narrative/narrative-words.ts';
import { templateDraft } from '../../../../src/domain/narrative/template.ts';

const facts: Fact[] = [
  { id: 'window.days', label: 'Days looked at', value: 7, unit: 'days' },
  { id: 'sleep.nights', label: 'Nights measured', value: 5, unit: 'nights' },
  { id: 'sleep.missing', label: 'Nights without data', value: 2, unit: 'nights' },
  { id: 'coverage.gaps', label: 'Time without the wearable', value: 14.8, unit: 'h' },
  { id: 'sleep.tst', label: 'Mean sleep a night', value: 7.4, unit: 'h', earlier: 6.9, change: 'higher' },
  { id: 'sleep.se', label: 'Sleep efficiency', value: 91, unit: '%', earlier: 93, change: 'lower' },
  { id: 'sleep.longest', label: 'Day on which the longest night ended', value: 'sunday', unit: 'weekday' },
  { id: 'sleep.midpoint', label: 'Middle of sleep', value: '03:24', unit: 'clock' },
  {
    id: 'activity.steps',
    label: 'Mean steps a day',
    value: 10934,
    unit: 'steps',
    earlier: 10934,
    change: 'same',
  },
  { id: 'activity.distance', label: 'Mean distance a day', value: 8.1, unit: 'km' },
  { id: 'rhythm.ra', label: 'Relative amplitude', value: 0.95, unit: '' },
  { id: 'cardio.resting', label: 'Resting heart rate', value: 55, unit: 'bpm' },
  { id: 'cardio.hrvNight', label: 'Heart rate variability at night', value: 70, unit: 'ms' },
  { id: 'respiration.rate', label: 'Breathing rate', value: 15, unit: 'breaths/min' },
  { id: 'respiration.oxygen', label: 'Blood oxygen', value: 97, unit: '%' },
];

const opening: Record<Language, string> = {
  en: 'This is the week that you had with the watch on your arm.',
  es: 'Esta es la semana que tú pasaste con el reloj en la muñeca.',
  de: 'Das war die Woche mit der Uhr an deinem Arm, und so war sie.',
};

/** A draft with one highlight. */
function saying(text: string, ids: string[], language: Language = 'en'): NarrativeDraft {
  return {
    summary: [{ text: opening[language], facts: [] }],
    highlights: [{ text, facts: ids }],
    suggestions: [],
  };
}

const kinds = (draft: NarrativeDraft, language: Language = 'en'): string[] =>
  problemsOf(draft, facts, language).map(({ kind }) => kind);

describe('the check of a narrative', () => {
  for (const [text, ids] of [
    ['You slept 7.4 hours a night.', ['sleep.tst']],
    ['You slept 7.4 hours, more than the 6.9 hours of the week before.', ['sleep.tst']],
    ['Your sleep efficiency fell to 91 %.', ['sleep.se']],
    ['You took 10,934 steps a day.', ['activity.steps']],
    ['Of seven days, five nights were measured.', ['window.days', 'sleep.nights']],
    ['Your longest night ended on Sunday.', ['sleep.longest']],
    ['The middle of your sleep was at 3:24.', ['sleep.midpoint']],
    ['The contrast of day and night was 0.95.', ['rhythm.ra']],
  ] as const) {
    it(`lets stand: ${text}`, () => {
      assert.deepEqual(problemsOf(saying(text, [...ids]), facts, 'en'), []);
    });
  }

  const refused: [string, string, string[], Language?][] = [
    ['unsupported-number', 'You slept 7.5 hours a night.', ['sleep.tst']],
    ['unsupported-number', 'You slept 7.4 hours a night.', []],
    ['unsupported-number', 'You slept 7.4 hours a night.', ['sleep.se']],
    ['unsupported-number', 'You slept eight hours a night.', ['sleep.tst']],
    ['unsupported-number', 'You slept ½ of the night.', ['sleep.tst']],
    ['unsupported-number', 'The middle of your sleep was at 3:25.', ['sleep.midpoint']],
    ['unsupported-number', 'Du hast acht Stunden geschlafen.', ['sleep.tst'], 'de'],
    ['unsupported-number', 'Dormiste ocho horas por noche.', ['sleep.tst'], 'es'],
    ['unsupported-unit', 'You slept 7.4 nights.', ['sleep.tst']],
    ['unsupported-unit', 'Your resting heart rate was 55 %.', ['cardio.resting']],
    ['unsupported-unit', 'You slept 7.4 minutes.', ['sleep.tst']],
    ['unsupported-unit', 'Du hast 7,4 Nächte geschlafen.', ['sleep.tst'], 'de'],
    ['unsupported-unit', 'Dormiste 7,4 noches.', ['sleep.tst'], 'es'],
    ['unsupported-weekday', 'Your longest night ended on Monday.', ['sleep.longest']],
    ['unsupported-weekday', 'Deine längste Nacht endete am Montag.', ['sleep.longest'], 'de'],
    ['unsupported-weekday', 'Tu noche acabó el lunes.', ['sleep.longest'], 'es'],
    ['unsupported-comparison', 'You slept less than the week before.', ['sleep.tst']],
    ['unsupported-comparison', 'You took more steps than the week before.', ['activity.steps']],
    ['unsupported-comparison', 'You slept twice as well.', ['sleep.tst']],
    ['unsupported-comparison', 'Du hast weniger geschlafen.', ['sleep.tst'], 'de'],
    ['unsupported-comparison', 'Dormiste menos.', ['sleep.tst'], 'es'],
    ['unknown-fact', 'Your days were steady.', ['mood.score']],
    ['too-long', `You ${'really '.repeat(40)} slept.`, []],
  ];
  for (const [kind, text, ids, language = 'en'] of refused) {
    it(`refuses (${kind}, ${language}): ${text.slice(0, 60)}`, () => {
      assert.ok(kinds(saying(text, ids, language), language).includes(kind));
    });
  }

  for (const language of languages) {
    it(`refuses every forbidden word in ${language}, wherever it stands and however it ends`, () => {
      for (const word of narrativeWords[language].forbidden) {
        for (const text of [`${word[0]!.toUpperCase()}${word.slice(1)}xyz.`, `... ${word}`]) {
          assert.ok(kinds(saying(text, [], language), language).includes('forbidden-word'), word);
        }
      }
    });
  }

  it('does not take the inside of a word for a forbidden one', () => {
    assert.deepEqual(kinds(saying('Your skills asked for no such thing.', [])), []);
  });

  it('refuses a text in another language than the one that was asked for', () => {
    assert.ok(
      kinds(saying('Du hast in der Nacht gut geschlafen.', [], 'de'), 'en').includes('wrong-language'),
    );
    assert.ok(kinds(saying('Dormiste bien en la noche.', [], 'es'), 'de').includes('wrong-language'));
  });

  it('refuses a text that is hard to read', () => {
    const text =
      'Interdaily stabilization demonstrates considerable chronobiological consolidation throughout.';
    const sentence = { text, facts: [] };
    assert.ok(
      kinds({ summary: [sentence], highlights: [sentence], suggestions: [] }).includes('hard-to-read'),
    );
  });

  it('refuses too many sentences, and a text without a summary', () => {
    const sentence: Sentence = { text: 'You slept at night.', facts: [] };
    const many = { summary: new Array<Sentence>(6).fill(sentence), highlights: [], suggestions: [] };
    assert.ok(kinds(many).includes('too-long'));
    assert.ok(kinds({ ...many, summary: [] }).includes('too-long'));
  });

  it('names where and what is wrong', () => {
    assert.deepEqual(problemsOf(saying('You slept 9 hours.', ['sleep.tst']), facts, 'en'), [
      { kind: 'unsupported-number', at: 'highlights/0', word: '9' },
    ]);
  });
});

describe('the template', () => {
  for (const language of languages) {
    it(`stands up to the check in ${language}, whatever facts there are`, () => {
      fc.assert(
        fc.property(fc.subarray(facts, { minLength: 1 }), (some) => {
          // The number of days is always known.
          const known = [facts[0]!, ...some.filter(({ id }) => id !== 'window.days')];
          assert.deepEqual(problemsOf(templateDraft(known, language), known, language), []);
        }),
        { numRuns: 60 },
      );
    });

    it(`tells every fact in ${language}`, () => {
      const draft = templateDraft(facts, language);
      const told = [...draft.summary, ...draft.highlights].flatMap((sentence) => sentence.facts);
      assert.deepEqual(told.sort(), facts.map(({ id }) => id).sort());
    });

    it(`is refused in ${language} with any of its numbers changed`, () => {
      fc.assert(
        fc.property(
          fc.nat(),
          fc.integer({ min: 0, max: 20_000 }),
          fc.nat({ max: 9 }),
          (pick, whole, tenth) => {
            const draft = templateDraft(facts, language);
            const sentences = [...draft.summary, ...draft.highlights];
            const places = sentences.flatMap((sentence) =>
              [...sentence.text.matchAll(/\d+(?:[.,:]\d+)*/g)].map((match) => ({ sentence, match })),
            );
            const { sentence, match } = places[pick % places.length]!;
            const cited = facts.filter(({ id }) => sentence.facts.includes(id));
            const changed = tenth === 0 ? whole : Number(`${whole}.${tenth}`);
            fc.pre(!cited.some(({ value, earlier }) => value === changed || earlier === changed));
            const { text } = sentence;
            sentence.text = text.slice(0, match.index) + changed + text.slice(match.index + match[0].length);
            assert.ok(
              problemsOf(draft, facts, language).some(({ kind }) => kind === 'unsupported-number'),
              sentence.text,
            );
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it('says one night and two nights as the language does', () => {
    const nights = (value: number): Fact[] => [{ id: 'sleep.missing', label: '', value, unit: 'nights' }];
    const summaries = languages.map((language) =>
      [1, 2].map((n) => templateDraft(nights(n), language).summary[0]!.text),
    );
    assert.deepEqual(summaries, [
      ['For 1 night there is no sleep data.', 'For 2 nights there is no sleep data.'],
      ['De 1 noche no hay datos de sueño.', 'De 2 noches no hay datos de sueño.'],
      ['Von 1 Nacht gibt es keine Daten.', 'Von 2 Nächten gibt es keine Daten.'],
    ]);
  });

  it('writes numbers as the language does', () => {
    const some = facts
      .filter(({ id }) => ['activity.steps', 'sleep.tst'].includes(id))
      .map(({ earlier, ...fact }) => fact);
    const texts = languages.map((language) =>
      templateDraft(some, language)
        .highlights.map(({ text }) => text)
        .join(' '),
    );
    assert.deepEqual(texts, [
      'You slept 7.4 hours a night on average. You took 10,934 steps a day on average.',
      'Dormiste 7,4 horas por noche de media. Diste 10.934 pasos al día de media.',
      'Du hast im Mittel 7,4 Stunden pro Nacht geschlafen. Du bist im Mittel 10.934 Schritte am Tag gegangen.',
    ]);
  });
});
