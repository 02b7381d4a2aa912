import assert from 'node:assert/strict';
import type { Unavailable } from '../../src/domain/fault.ts';
import { conclude, type Analysis } from '../../src/domain/analysis/analysis.ts';
import { findingsOf, type Findings } from '../../src/domain/analysis/findings.ts';
import type { StagedNight } from '../../src/domain/analysis/nights.ts';
import type { WeekDigest } from '../../src/domain/history/week-digest.ts';
import { prepare } from '../../src/domain/analysis/prepare.ts';
import { available } from '../../src/domain/narrative/facts.ts';
import type { StagingRule } from '../../src/domain/metrics/staging.ts';
import { uniqueSamples } from '../../src/domain/samples/origins.ts';
import type { Sample } from '../../src/domain/samples/sample.ts';
import { sleepValue, type SampleType } from '../../src/domain/samples/sample-types.ts';
import { at, minuteMs, span } from './build.ts';

export const card = { name: 'stand-in', version: '0', sha256: '0'.repeat(64) };
export const midnight = at('2025-06-10T00:00');

interface Asked {
  days?: number | 'all';
  /** How the model's answer is read. */
  rule?: Partial<StagingRule>;
  history?: readonly WeekDigest[];
}

/** What is found out of the last `days` days, with a model that finds NREM everywhere. */
export function findingsIn(samples: Sample[], { days = 7, rule = {}, history = [] }: Asked = {}): Findings {
  const preparation = prepare(uniqueSamples(samples), days, history)!;
  const staged = preparation.toStage.map((night): StagedNight => {
    const probabilities = Float32Array.from({ length: 3 * night.minutes }, (_, i) =>
      i % 3 === 1 ? 0.75 : 0.125,
    );
    return { night, probabilities, thresholds: { wake: 0.5, rem: 0.5, ...rule } };
  });
  return findingsOf(preparation, staged);
}

export function analysisOf(samples: Sample[], asked: Asked = {}): Analysis {
  return conclude(findingsIn(samples, asked), [card]);
}

export function section<T extends object>(value: T | Unavailable): T {
  assert.ok(available(value), JSON.stringify(value));
  return value;
}

/** From minute to minute after midnight of 10 June. */
export const during = (
  type: SampleType,
  from: number,
  to: number,
  value: number,
  rest: Partial<Sample> = {},
) => span(type, midnight + from * minuteMs, midnight + to * minuteMs, value, rest);
export const sleep = (state: keyof typeof sleepValue, from: number, to: number, rest: Partial<Sample> = {}) =>
  during('sleepAnalysis', from, to, sleepValue[state], rest);
export const beats = (from: number, to: number, bpm: number, step = 1): Sample[] => {
  const samples: Sample[] = [];
  for (let i = from; i < to; i += step) samples.push(during('heartRate', i, i, bpm));
  return samples;
};
/** Days of steps of the watch, one a minute from 08:00 to 22:00, with the watch on all day. */
export const activeDays = (days: number): Sample[] =>
  Array.from({ length: days }, (_, day) => {
    const from = day * 1440;
    const hours = Array.from({ length: 14 }, (_, hour) =>
      during('stepCount', from + 480 + hour * 60, from + 540 + hour * 60, 60),
    );
    return [...beats(from, from + 1440, 60, 20), ...beats(from + 1439, from + 1440, 60), ...hours];
  }).flat();
