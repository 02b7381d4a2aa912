import assert from 'node:assert/strict';
import fc from 'fast-check';
import { people, samplesOf } from '../../../../../scripts/people/people.ts';
import { conclude } from '../../../../src/domain/analysis/analysis.ts';
import { summariesOf } from '../../../../src/domain/analysis/day-summary.ts';
import { digestOf } from '../../../../src/domain/analysis/digest.ts';
import { findingsOf } from '../../../../src/domain/analysis/findings.ts';
import { prepareWindow } from '../../../../src/domain/analysis/prepare.ts';
import type { WeekDigest } from '../../../../src/domain/history/week-digest.ts';
import { addDays } from '../../../../src/domain/local-time.ts';
import { uniqueSamples } from '../../../../src/domain/samples/origins.ts';
import type { Sample } from '../../../../src/domain/samples/sample.ts';
import { weekWindow } from '../../../../src/domain/samples/window.ts';
import { section } from '../../../support/analysis.ts';
import { hourMs, minuteMs, sampleOf } from '../../../support/build.ts';
import { byTier } from '../../../support/tier.ts';

const monday = '2025-06-09';
const canonical = (...samples: Sample[][]) => uniqueSamples(samples.flat());

/** Everything that is told of an ISO week, without a model. */
function toldOf(samples: readonly Sample[], week = monday, history: readonly WeekDigest[] = []) {
  const findings = findingsOf(prepareWindow(weekWindow(samples, week)!, samples, history), []);
  return { analysis: conclude(findings, []), summaries: summariesOf(findings), digest: digestOf(findings) };
}
const samplesFor = (name: string) => samplesOf(people.find((person) => person.name === name)!).samples;
const plain = samplesFor('plain');
const history = ['2025-05-26', '2025-06-02'].map((week) => toldOf(plain, week).digest);
const whole = section(toldOf(plain).analysis.sleep);

/** What a device sends of a sample while it is silent from one instant to another. */
function without(sample: Sample, from: number, to: number): Sample[] {
  if (sample.end <= from || sample.start >= to) return [sample];
  const { id } = sampleOf('stepCount', from);
  return [
    ...(sample.start < from ? [{ ...sample, end: from }] : []),
    ...(sample.end > to ? [{ ...sample, id, start: to }] : []),
  ];
}

describe('an analysis', () => {
  it('never tells a lower mean night because the watch fell silent, unless of fewer nights', () => {
    const start = Date.parse(`${monday}T00:00:00Z`) - 4 * hourMs;
    // A silence of 20 minutes cannot be told from a watch at rest.
    const untold = 20;
    const silence = fc.tuple(fc.nat({ max: 7 * 1440 }), fc.integer({ min: untold + 1, max: 600 }));
    fc.assert(
      fc.property(silence, fc.boolean(), ([minute, minutes], hasHistory) => {
        const [from, to] = [start + minute * minuteMs, start + (minute + minutes) * minuteMs];
        const left = canonical(
          plain.flatMap((sample) => (sample.source.kind === 'phone' ? sample : without(sample, from, to))),
        );
        const { summary } = section(toldOf(left, monday, hasHistory ? history : []).analysis.sleep);
        for (const [number, least] of [
          ['tstMinutes', untold],
          ['sleep24hMinutes', untold],
          ['se', untold / 400],
          ['sleepMaintenance', untold / 400],
        ] as const) {
          const [told, before] = [summary[number], whole.summary[number]!];
          assert.ok(
            told === null || told.n < before.n || told.mean >= before.mean - least / before.n,
            number,
          );
        }
      }),
      { numRuns: byTier(2000, 60) },
    );
  });

  it('is not changed by a worse source where a better one is complete', () => {
    const app = { kind: 'phone', key: 'com.example.app|iPhone15,2' } as const;
    const before = toldOf(plain).analysis;
    const worse = fc.record({
      night: fc.nat({ max: 6 }),
      from: fc.integer({ min: -30, max: 200 }),
      to: fc.integer({ min: 201, max: 30 + 420 }),
      steps: fc.nat({ max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(worse, { minLength: 1, maxLength: 4 }), (all) => {
        const more = all.flatMap(({ night, from, to, steps }) => {
          const { onset } = whole.nights[night]!;
          const at = (minute: number) => Date.parse(onset!) + minute * minuteMs;
          const told = { timeZone: 'Europe/Berlin', source: app };
          const walk = { source: { kind: 'other', key: 'band' } as const, value: steps };
          return [
            sampleOf('sleepAnalysis', at(from), { ...told, end: at(to), value: 1 }),
            sampleOf('stepCount', at(from), { ...told, ...walk, end: at(from + 10) }),
          ];
        });
        const { sleep, activity } = toldOf(canonical(plain, more)).analysis;
        assert.deepEqual([sleep, activity], [before.sleep, before.activity]);
      }),
      { numRuns: byTier(200, 15) },
    );
  });

  it('has the same durations wherever on earth the same life is lived', () => {
    const life = plain.map((sample) => ({ ...sample, timeZone: 'UTC' }));
    const here = toldOf(life);
    fc.assert(
      fc.property(fc.integer({ min: -11, max: 13 }), (hours) => {
        const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
        const there = toldOf(
          life.map((sample) => ({
            ...sample,
            start: sample.start - hours * hourMs,
            end: sample.end - hours * hourMs,
            timeZone: zone,
          })),
        );
        const { analysis, digest } = there;
        assert.deepEqual(digest, here.digest);
        assert.deepEqual(analysis.activity, here.analysis.activity);
        assert.deepEqual(analysis.rhythm, here.analysis.rhythm);
        assert.deepEqual(section(analysis.sleep).summary, section(here.analysis.sleep).summary);
      }),
      { numRuns: byTier(25, 4) },
    );
  });

  it('is the same, byte for byte, whatever the order, the split or the repetition of the samples', () => {
    const once = JSON.stringify(toldOf(plain, monday, history));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 9 }),
        fc.boolean(),
        (parts, again, backwards) => {
          const chunks = Array.from({ length: parts }, (_, i) => plain.filter((_, j) => j % parts === i));
          if (backwards) chunks.reverse();
          const repeated = chunks[again % parts]!.toReversed();
          const merged = chunks.reduce<readonly Sample[]>(
            (known, chunk) => uniqueSamples([...known, ...chunk]),
            repeated,
          );
          assert.equal(JSON.stringify(toldOf(merged, monday, history.toReversed())), once);
        },
      ),
      { numRuns: byTier(50, 5) },
    );
  });

  it('of an ISO week follows from its own samples, those of the week before and the digests', () => {
    const week = '2025-06-02';
    const [from, to] = [addDays(week, -7), addDays(week, 7)].map((day) =>
      Date.parse(`${day}T00:00:00+02:00`),
    );
    const near = plain.filter(({ start }) => start >= from! && start < to!);
    assert.ok(near.length < plain.length);
    const later = history.map((digest) => ({ ...digest, monday: addDays(digest.monday, 28) }));
    assert.deepEqual(toldOf(near, week, history), toldOf(plain, week, [...later, ...history]));
  });

  it('takes as long for a week of twice as many samples as twice as long, not more', function () {
    this.timeout(20_000);
    const denser = canonical(
      plain,
      plain.map((sample, i) => ({
        ...sample,
        id: sampleOf('stepCount', i).id,
        source: { ...sample.source, key: 'twin' },
      })),
    );
    const cpu = (samples: readonly Sample[]) => {
      const took = Array.from({ length: 9 }, () => {
        const before = process.threadCpuUsage();
        toldOf(samples, monday, history);
        const { user, system } = process.threadCpuUsage(before);
        return user + system;
      });
      return took.sort((a, b) => a - b)[3]!;
    };
    const [one, two] = [cpu(plain), cpu(denser)];
    assert.ok(two < 3 * one, `${two / one} times`);
  });
});
