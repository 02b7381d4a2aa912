import assert from 'node:assert/strict';
import { randomOf, type Random } from '../../../../scripts/sample-data/random.ts';
import { flagsOf, nightMeasures, typicalRanges } from '../../../src/domain/history/typical-range.ts';
import type { NightMeasure, NightValues } from '../../../src/domain/history/week-digest.ts';
import { changeOf } from '../../../src/domain/metrics/comparison.ts';
import { averageOf } from '../../../src/domain/metrics/statistics.ts';
import { byTier, seed } from '../../support/tier.ts';

/**
 * A number of a person who does not change: a mean, a spread from day to day, what free days add, and neighbours that are alike
 * (autoregressive, 0.3). The spreads are those of healthy adults at home; nights of sleep apps and watches vary by an hour.
 */
interface Unchanging {
  mean: number;
  sd: number;
  freeDays: number;
  /** Differences up to this do not matter. */
  matters: (mean: number) => number;
}

const facts: Record<string, Unchanging> = {
  'sleep of a night, min': { mean: 430, sd: 60, freeDays: 45, matters: () => 30 },
  'sleep of 24 h, min': { mean: 450, sd: 70, freeDays: 60, matters: () => 30 },
  'sleep efficiency': { mean: 0.9, sd: 0.04, freeDays: -0.01, matters: () => 0.03 },
  steps: { mean: 8500, sd: 3200, freeDays: -2000, matters: (mean) => Math.max(1000, 0.1 * mean) },
  'resting heart rate, bpm': { mean: 58, sd: 2.5, freeDays: 1, matters: () => 3 },
  'lowest sleeping heart rate, bpm': { mean: 50, sd: 3, freeDays: 1.5, matters: () => 3 },
  'heart rate variability, ms': { mean: 55, sd: 12, freeDays: -4, matters: (mean) => 0.1 * mean },
};

const alike = 0.3;

/** Endless days, the first of them a Monday. */
function* days({ mean, sd, freeDays }: Unchanging, random: Random): Generator<number> {
  let deviation = random.normal(0, 1);
  for (let day = 0; ; day++) {
    deviation = alike * deviation + Math.sqrt(1 - alike ** 2) * random.normal(0, 1);
    yield mean + sd * deviation + (day % 7 > 4 ? freeDays : 0);
  }
}

function weekOf(life: Generator<number>, random: Random, nights: number): number[] {
  const all = Array.from({ length: 7 }, () => life.next().value as number);
  while (all.length > nights) all.splice(random.integer(0, all.length - 1), 1);
  return all;
}

describe('an unchanged person', () => {
  const weeks = byTier(20_000, 3000);

  for (const [name, fact] of Object.entries(facts)) {
    for (const nights of [4, 7]) {
      it(`is told to be about the same in 95 of 100 weeks: ${name}, ${nights} of 7`, () => {
        const random = randomOf(seed, `${name} ${nights}`);
        const life = days(fact, random);
        let before = weekOf(life, random, nights);
        let same = 0;
        for (let week = 0; week < weeks; week++) {
          const now = weekOf(life, random, nights);
          const [a, b] = [averageOf(now)!, averageOf(before)!];
          if (changeOf(a, b, Math.max(fact.matters(a.mean), fact.matters(b.mean))) === 'same') same++;
          before = now;
        }
        assert.ok(same / weeks >= 0.95, `${((100 * same) / weeks).toFixed(1)} %`);
      });
    }
  }

  it('who then sleeps two hours less is told so in most weeks: the threshold can be met', () => {
    const random = randomOf(seed, 'changed');
    const fact = facts['sleep of a night, min']!;
    const life = days(fact, random);
    let told = 0;
    for (let week = 0; week < 500; week++) {
      const before = weekOf(life, random, 7);
      const now = weekOf(life, random, 7).map((minutes) => minutes - 120);
      if (changeOf(averageOf(now), averageOf(before), 30) === 'lower') told++;
    }
    assert.ok(told > 300, String(told));
  });

  const measures: Record<NightMeasure, Omit<Unchanging, 'matters'>> = {
    tstMinutes: { mean: 430, sd: 50, freeDays: 45 },
    midpointMinutes: { mean: 190, sd: 35, freeDays: 60 },
    lowestHeartRateBpm: { mean: 50, sd: 3, freeDays: 1.5 },
    hrvMs: { mean: 55, sd: 12, freeDays: -4 },
    breathsPerMinute: { mean: 14.5, sd: 0.6, freeDays: 0.1 },
    oxygen: { mean: 0.965, sd: 0.008, freeDays: 0 },
    wristCelsius: { mean: 35.2, sd: 0.25, freeDays: 0.05 },
  };

  for (const nights of [14, 28]) {
    it(`has a night with two measures out of the usual range in at most 5 of 100 weeks, of ${nights} nights`, () => {
      let unusual = 0;
      const people = byTier(4000, 600);
      for (let person = 0; person < people; person++) {
        const random = randomOf(seed + person, `range of ${nights}`);
        const lives = nightMeasures.map(
          (measure) => [measure, days({ ...measures[measure], matters: () => 0 }, random)] as const,
        );
        const night = (): NightValues =>
          Object.fromEntries([
            ['day', '2025-06-10'],
            ...lives.map(([measure, life]) => [measure, life.next().value as number]),
          ]) as NightValues;
        const known = Array.from({ length: nights }, night);
        const ranges = typicalRanges([
          { monday: '2025-06-02', sleepBins: [], sleepDays: nights, nights: known },
        ]);
        const week = Array.from({ length: 7 }, night);
        if (week.some((one) => flagsOf(one, ranges).length >= 2)) unusual++;
      }
      assert.ok(unusual / people <= 0.05, `${((100 * unusual) / people).toFixed(1)} %`);
    });
  }
});
