// A night that somebody scored by polysomnography or EEG, and the same night as the product would be sent it.
import type { Sample } from '../../../functions/src/domain/samples/sample.ts';
import { sleepValue, type SampleType } from '../../../functions/src/domain/samples/sample-types.ts';
import { minuteMs } from '../../../functions/src/domain/time.ts';
import { randomNumbers } from '../pat/generated-week.ts';

export const wake = 0;
export const nrem = 1;
export const rem = 2;
export const unscored = -1;

export interface Reading {
  /** ms since 1970 */
  at: number;
  bpm: number;
}

export interface ScoredNight {
  /** Several nights may be one person's. */
  person: string;
  /** When the scoring begins: ms since 1970, a whole minute. */
  start: number;
  /** Of each minute from `start`: wake, nrem, rem or unscored. */
  stages: Int8Array;
  /** In the order of time; may reach far beyond the night on either side. */
  readings: Reading[];
}

/**
 * Stages by minute from epochs of 30 s: half a minute awake is a minute awake, else a minute is what its first scored
 * half is.
 */
export function minuteStages(epochs: ArrayLike<number>): Int8Array {
  return Int8Array.from({ length: Math.ceil(epochs.length / 2) }, (_, minute) => {
    const halves = [epochs[2 * minute]!, epochs[2 * minute + 1] ?? unscored].filter((it) => it !== unscored);
    return halves.includes(wake) ? wake : (halves[0] ?? unscored);
  });
}

/** Minutes in bed, from the first scored one on. */
export const endOf = ({ start, stages }: ScoredNight): number => start + stages.length * minuteMs;

/** The heart rate of a night as a watch sends it. */
export function heartRateSamples({ readings }: ScoredNight): Sample[] {
  return readings.map(({ at, bpm }) => sampleOf('heartRate', at, at, bpm));
}

/** A time in bed as a phone tells it. */
export function inBedSample({ start, end }: { start: number; end: number }): Sample {
  return sampleOf('sleepAnalysis', start, end, sleepValue.inBed);
}

/** The night with one reading every 3 to 7 minutes, as a watch stores in the background. */
export function thinned(night: ScoredNight, seed: number): ScoredNight {
  const random = randomNumbers(seed);
  let next = -Infinity;
  const readings = night.readings.filter(({ at }) => {
    if (at < next) return false;
    next = (Math.floor(at / minuteMs) + 3 + Math.floor(5 * random())) * minuteMs;
    return true;
  });
  return { ...night, readings };
}

function sampleOf(type: SampleType, start: number, end: number, value: number): Sample {
  const source = { kind: 'watch', key: 'evaluation' } as const;
  return { id: `${type} ${start}`, type, start, end, value, source, timeZone: 'UTC', userEntered: false };
}
