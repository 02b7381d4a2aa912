import assert from 'node:assert/strict';
import { languages, type Language } from '../../../../src/domain/languages.ts';
import { factsOf, type Fact } from '../../../../src/domain/narrative/facts.ts';
import { templateDraft } from '../../../../src/domain/narrative/template.ts';
import { analysisOf } from '../../../support/analysis.ts';
import { sampleWeekSamples } from '../../../support/report.ts';

const analysis = analysisOf(sampleWeekSamples());
const before = analysisOf(sampleWeekSamples({ seed: 2, endDay: '2025-06-08' }));
const facts = factsOf(analysis, 'metric', before);

/** The facts with other values of one of them. */
const having = (id: string, values: Partial<Fact>): Fact[] =>
  facts.map((fact) => (fact.id === id ? { ...fact, ...values } : fact));

/** The sentence about one fact. */
function sentence(id: string, language: Language, from: readonly Fact[] = facts): string {
  const { summary, highlights } = templateDraft(from, language);
  const [found, ...others] = [...summary, ...highlights].filter((one) => one.facts.includes(id));
  assert.ok(found && others.length === 0, id);
  return found.text;
}

describe('the template narrative of a real analysis', () => {
  for (const language of languages) {
    it(`has one sentence for each fact of the week, filled in, in ${language}`, () => {
      const { summary, highlights, suggestions } = templateDraft(facts, language);
      const sentences = [...summary, ...highlights];
      const ofTheWeek = facts.filter(
        ({ id, unit }) => !/^(night|day|typical|workouts)\./.test(id) && unit !== 'min',
      );
      assert.deepEqual(sentences.flatMap((one) => one.facts).sort(), ofTheWeek.map(({ id }) => id).sort());
      for (const { text } of [...sentences, ...suggestions]) {
        assert.match(text, /^[A-ZÀ-Ý\d].*\.$/);
        assert.doesNotMatch(text, /[{}[\]|]|undefined|NaN/);
      }
    });
  }

  it('begins with what was looked at, and then has the numbers in the order of the facts', () => {
    const { summary, highlights } = templateDraft(facts, 'en');
    assert.deepEqual(
      summary.flatMap((one) => one.facts),
      facts.map(({ id }) => id).filter((id) => /^(window|coverage\.gaps|sleep\.(nights|missing))/.test(id)),
    );
    const order = highlights.flatMap((one) => one.facts);
    assert.deepEqual(
      order,
      facts.map(({ id }) => id).filter((id) => order.includes(id)),
    );
  });

  it('suggests to wear the watch at night exactly where it was off in one', () => {
    const missing = (value: string): Fact => ({
      id: 'night.missing.2025-06-12',
      label: 'Why a night is missing',
      value,
      unit: 'code',
    });
    const complete = facts.filter(({ id }) => !id.startsWith('night.missing.'));
    assert.deepEqual(templateDraft([...complete, missing('night-not-found')], 'en').suggestions, []);
    assert.equal(templateDraft([...complete, missing('watch-off')], 'en').suggestions.length, 1);
  });

  it('groups thousands from five digits on, with the mark of the language', () => {
    for (const [language, thousands, millions] of [
      ['en', '10,934', '1,234,567'],
      ['de', '10.934', '1.234.567'],
      ['es', '10.934', '1.234.567'],
    ] as const) {
      const steps = (value: number) =>
        sentence('activity.steps', language, having('activity.steps', { value, earlier: 9876 }));
      assert.ok(steps(10_934).includes(` ${thousands} `), steps(10_934));
      assert.ok(steps(1_234_567).includes(` ${millions} `), steps(1_234_567));
      assert.ok(steps(10_934).includes(' 9876 '), 'four digits stay together');
    }
  });

  it('writes a fraction with the decimal mark of the language', () => {
    const slept = having('sleep.tst', { value: 7.4, earlier: 7 });
    assert.equal(
      sentence('sleep.tst', 'en', slept),
      'You slept 7.4 hours a night on average. The week before, it was 7 hours.',
    );
    assert.match(sentence('sleep.tst', 'de', slept), / 7,4 Stunden .* 7 Stunden\./);
    assert.match(sentence('sleep.tst', 'es', slept), / 7,4 horas .* 7 horas\./);
  });

  it('says nothing of a week before that is not known', () => {
    const text = sentence('sleep.tst', 'en', factsOf(analysis));
    assert.match(text, /^You slept \S+ hours a night on average\.$/);
  });

  it('names the weekday as the language does, and chooses singular and plural', () => {
    const longest = having('sleep.longest', { value: 'saturday' });
    assert.deepEqual(
      languages.map((language) => sentence('sleep.longest', language, longest).split(' ').at(-1)),
      languages.map((language) => ({ en: 'Saturday.', es: 'sábado.', de: 'Samstag.' })[language]),
    );
    const nights = (value: number) => sentence('sleep.nights', 'en', having('sleep.nights', { value }));
    assert.deepEqual([nights(1), nights(6)], ['1 night was measured.', '6 nights were measured.']);
  });
});
