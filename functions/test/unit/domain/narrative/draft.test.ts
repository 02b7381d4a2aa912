import assert from 'node:assert/strict';
import fc from 'fast-check';
import { languages, type Language } from '../../../../src/domain/languages.ts';
import {
  choicesOf,
  stillHolds,
  templateDraft,
  textOf,
  type Draft,
} from '../../../../src/domain/narrative/draft.ts';
import { problemsOf } from '../../../../src/domain/narrative/draft-check.ts';
import type { Fact } from '../../../../src/domain/narrative/facts.ts';
import { planOf } from '../../../../src/domain/narrative/plan.ts';
import { everyKind, having, weekFacts, without } from '../../../support/narrative.ts';

function template(facts: readonly Fact[], language: Language): string {
  const plan = planOf(facts);
  const { summary, highlights, suggestions } = textOf(templateDraft(plan, language), plan.insights, language);
  return [summary, ...highlights, ...suggestions].join(' ');
}

describe('the template', () => {
  for (const language of languages) {
    it(`is prose of whole sentences with nothing left to fill in, in ${language}`, () => {
      fc.assert(
        fc.property(fc.subarray([...weekFacts, ...everyKind]), (facts) => {
          const text = template(facts, language);
          assert.match(text, /^[A-ZÀ-Ý].*\.$/);
          assert.doesNotMatch(text, /[{}[\]|]|undefined|NaN|\s\s| [.,]/);
        }),
      );
    });

    it(`stands before the check that Gemini's drafts stand before, in ${language}`, () => {
      fc.assert(
        fc.property(fc.subarray([...weekFacts, ...everyKind]), (facts) => {
          const plan = planOf(facts);
          assert.deepEqual(problemsOf(templateDraft(plan, language), plan, language), []);
        }),
      );
    });
  }

  it('is the same for the same week, also an hour later, and another for other days', () => {
    const frames = (facts: readonly Fact[]) => templateDraft(planOf(facts), 'en');
    assert.deepEqual(frames(having('sleep.tst', { value: 447 })), frames(weekFacts));
    assert.notDeepEqual(frames(having('night.longest', { day: '2025-06-11' })), frames(weekFacts));
  });

  it('writes hours out, and groups and marks numbers as the language does', () => {
    const steps = having('activity.steps', { value: 10_934, earlier: 7000, change: 'higher' });
    for (const [language, number, hours] of [
      ['en', '10,934', '7 h 26 min'],
      ['es', '10.934', '7 h 26 min'],
      ['de', '10.934', '7 h 26 min'],
    ] as const) {
      assert.ok(template(steps, language).includes(number), template(steps, language));
      assert.ok(template(steps, language).includes(hours));
    }
    const whole = having('sleep.tst', { value: 480, earlier: 59 });
    assert.match(template(whole, 'en'), / 8 h .*\b59 min/);
  });

  it('names days as the language does, and tells one night from several', () => {
    const two = [...weekFacts, { ...weekFacts[4]!, id: 'night.missing.2025-06-12', day: '2025-06-12' }];
    const sentences = (facts: readonly Fact[], language: Language) =>
      choicesOf(planOf(facts), language).insights[0]!.frames.map(({ text }) => text);
    assert.equal(
      sentences(weekFacts, 'en')[0],
      'No device was worn in the night into Friday, so sleep data is missing there.',
    );
    assert.equal(
      sentences(two, 'en')[0],
      'No device was worn in the nights into Thursday and Friday, so sleep data is missing there.',
    );
    assert.match(sentences(two, 'de')[0]!, /^In den Nächten auf Donnerstag und Freitag hast du kein Gerät/);
    assert.match(sentences(two, 'es')[0]!, /^En las noches que acabaron el jueves y el viernes no/);
  });

  it('says a time in the hour of one in the Spanish singular', () => {
    const bedtimes = without('sleep', without('activity', without('night.missing')));
    assert.match(JSON.stringify(choicesOf(planOf(bedtimes), 'es')), /las 22:41.*la 01:05/);
  });
});

describe('a text', () => {
  const plan = planOf(weekFacts);
  const draft = templateDraft(plan, 'en');

  it('keeps sentences of a subject together, whatever the order says', () => {
    const [missing, sleep, nights, steps, heart] = draft.order as [string, string, string, string, string];
    const { highlights } = textOf(
      { ...draft, order: [missing, heart, sleep, steps, nights] },
      plan.insights,
      'en',
    );
    assert.equal(highlights.length, 2);
    assert.match(highlights[0]!, /7 h 26 min.*8 h 11 min/);
  });

  it('has the opening, what is missing and the first subject in its summary', () => {
    const { summary, highlights } = textOf(draft, plan.insights, 'en');
    assert.ok(summary.startsWith(draft.opening));
    assert.match(summary, /Friday.*7 h 26 min.*8 h 11 min/);
    assert.equal(highlights.length, 2);
  });

  it('goes on after a connective in lower case, but for names', () => {
    const joined = (connective: string, frame: string) =>
      textOf(
        {
          ...draft,
          insights: draft.insights.map((one) => (one.id === 'nights.spread' ? { ...one, frame } : one)),
          connectives: ['none', connective, 'none', 'none'],
        },
        plan.insights,
        'en',
      ).summary;
    assert.match(joined('also', 'nights.spread/1'), /\. Also, your longest night/);
    assert.match(joined('none', 'nights.spread/1'), /\. Your longest night/);
  });
});

describe('a draft that was chosen before', () => {
  const plan = planOf(weekFacts);
  const draft: Draft = { ...templateDraft(plan, 'de'), opening: 'Hier ist deine Woche.' };
  const holds = (facts: readonly Fact[]) => stillHolds(draft, facts, 'de') !== undefined;

  it('holds for other numbers and days, and is filled in with them', () => {
    const facts = having(
      'night.longest',
      { value: 502, day: '2025-06-11' },
      having('sleep.tst', { value: 450 }),
    );
    const { summary } = textOf(draft, stillHolds(draft, facts, 'de')!, 'de');
    assert.match(summary, /7 h 30 min/);
    assert.match(summary, /8 h 22 min.*Mittwoch|Mittwoch.*8 h 22 min/);
    assert.doesNotMatch(summary, /7 h 26 min|8 h 11 min/);
  });

  it('holds no longer once a direction has turned or gone', () => {
    assert.ok(!holds(having('sleep.tst', { change: 'lower' })));
    assert.ok(!holds(having('cardio.resting', { change: 'same' })));
  });

  it('holds no longer once something that it says is gone', () => {
    for (const id of ['night.missing', 'night.longest', 'day.mostSteps', 'cardio.resting'])
      assert.ok(!holds(without(id)), id);
  });

  it('holds no longer once something is missing or has changed that it does not say', () => {
    const partial = { id: 'night.partial.2025-06-10', label: '', value: 90, unit: 'min', day: '2025-06-10' };
    assert.ok(!holds([...weekFacts, partial]));
    assert.ok(!holds(having('activity.steps', { change: 'higher' })));
  });

  it('holds whatever becomes of what it does not tell', () => {
    assert.ok(holds(without('respiration', without('workouts'))));
  });

  it('does not hold where its sentence has been taken from the list', () => {
    const [first, ...rest] = draft.insights;
    const gone = { ...draft, insights: [{ ...first!, frame: 'missing.unworn/99' }, ...rest] };
    assert.equal(stillHolds(gone, weekFacts, 'de'), undefined);
  });
});
