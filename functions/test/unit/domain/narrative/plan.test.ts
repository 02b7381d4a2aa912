import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fact } from '../../../../src/domain/narrative/facts.ts';
import { insightsOf, planOf } from '../../../../src/domain/narrative/plan.ts';
import { having, weekFacts, without } from '../../../support/narrative.ts';

const told = (facts: readonly Fact[]) => planOf(facts).insights.map(({ id }) => id);
const kind = (facts: readonly Fact[], wanted: string) =>
  insightsOf(facts).find((insight) => insight.kind === wanted);
const missingNight = (day: string, value = 'night-not-found'): Fact => ({
  id: `night.missing.${day}`,
  label: '',
  value,
  unit: 'code',
  about: 'night',
  day,
});

describe('the plan of a text', () => {
  it('says what is missing first, then what changed, then what stands out, by subject', () => {
    assert.deepEqual(told(weekFacts), [
      'missing.unworn',
      'sleep.changed:sleep.tst.up',
      'nights.spread',
      'measure.changed:cardio.resting.down',
      'steps.spread',
    ]);
  });

  it('says five things at most, at most three of them missing, whatever the facts', () => {
    fc.assert(
      fc.property(fc.subarray(weekFacts), (facts) => {
        const { insights } = planOf(facts);
        assert.ok(insights.length <= 5);
        assert.ok(insights.filter(({ salience }) => salience === 'missing').length <= 3);
        assert.equal(new Set(insights.map(({ id }) => id)).size, insights.length);
      }),
    );
  });

  it('does not depend on the order of the facts', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(weekFacts, { minLength: weekFacts.length }), (facts) => {
        assert.deepEqual(told(facts), told(weekFacts));
      }),
    );
  });

  it('says of a week in which nothing changed so, in one sentence and first of all', () => {
    const calm = having('sleep.tst', { change: 'same' }, having('cardio.resting', { change: 'same' }));
    assert.deepEqual(told(without('night.missing', calm))[0], 'same:sleep.tst,activity.steps,cardio.resting');
    assert.ok(!told(weekFacts).some((id) => id.startsWith('same')), 'where something changed, that is more');
  });

  it('names up to three missing nights, and counts more of them', () => {
    const days = ['2025-06-09', '2025-06-10', '2025-06-11', '2025-06-12'].map((day) => missingNight(day));
    const few = [...without('night.missing'), ...days.slice(0, 3)];
    assert.equal(kind(few, 'missing.nights')!.count, 3);
    assert.equal(kind([...few, days[3]!], 'missing.manyNights')!.count, 4);
  });

  it('says that the watch was off only where it was in all of the missing nights', () => {
    assert.ok(kind(weekFacts, 'missing.unworn'));
    const two = [...weekFacts, missingNight('2025-06-12')];
    assert.ok(kind(two, 'missing.nights') && !kind(two, 'missing.unworn'));
  });

  it('says that sleep is missing where nothing is known of it', () => {
    const awake = weekFacts.filter(({ id }) => !/^(sleep|night)\./.test(id));
    assert.equal(told(awake)[0], 'missing.sleep');
    assert.equal(kind(weekFacts, 'missing.sleep'), undefined);
  });

  it('calls sleep that was estimated so, before everything that was measured', () => {
    const guess = { ...weekFacts.find(({ id }) => id === 'sleep.tst')!, id: 'sleep.tstEstimated' };
    const plan = planOf([...without('sleep.tst'), guess]).insights;
    assert.deepEqual(
      plan.filter(({ salience }) => salience === 'missing').map((one) => one.kind),
      ['missing.unworn', 'estimated.week'],
    );
    assert.ok(!plan.some((one) => one.kind.startsWith('sleep.')));
  });

  it('compares only what the facts compare, in their direction', () => {
    const directions = (change: NonNullable<Fact['change']>) =>
      insightsOf(having('activity.steps', { change }))
        .map(({ id }) => id)
        .filter((id) => id.includes('activity.steps'));
    assert.deepEqual(directions('higher'), ['steps.changed:activity.steps.up']);
    assert.deepEqual(directions('lower'), ['steps.changed:activity.steps.down']);
    assert.deepEqual(directions('same'), ['same:activity.steps']);
    const alone = weekFacts.map(({ earlier: _, change: __, ...fact }) => fact);
    assert.ok(!insightsOf(alone).some(({ id }) => /changed|same/.test(id)));
  });

  it('suggests to wear the watch exactly where it was off at night', () => {
    assert.ok(planOf(weekFacts).suggestions.includes('wear'));
    assert.ok(!planOf(without('night.missing')).suggestions.includes('wear'));
  });

  it('has nothing to say of no facts but that sleep is missing', () => {
    assert.deepEqual(told([]), ['missing.sleep']);
  });
});
