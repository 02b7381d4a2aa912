import { mean } from './statistics.ts';

/** What the nights that the sleep model was evaluated on were like; of others it is not known what its answer is worth. */
export interface ModelRange {
  /** Least and most of the mean P(wake) over the minutes with heart rate. */
  wakeProbability: [least: number, most: number];
  /** Most of the robust standard deviation of the heart rate, bpm. */
  spreadBpm: number;
  /** Most of the share of minutes without heart rate, not even an interpolated one. */
  missingShare: number;
}

/** What a night is like in the terms of a ModelRange. */
export interface NightCharacter {
  wakeProbability: number;
  spreadBpm: number;
  missingShare: number;
}

/**
 * @param features row-major [5 x minutes], see sleep-features.ts
 * @param probabilities [minutes x 3]: wake, NREM, REM
 */
export function characterOf(
  { minutes, features, spreadBpm }: { minutes: number; features: Float32Array; spreadBpm: number },
  probabilities: Float32Array,
): NightCharacter {
  const valid = features.subarray(minutes, 2 * minutes);
  const wake = Array.from(valid, (known, minute) => (known ? probabilities[3 * minute]! : NaN));
  const known = wake.filter((probability) => !Number.isNaN(probability));
  return { wakeProbability: mean(known), spreadBpm, missingShare: 1 - known.length / minutes };
}

/** Whether the model may be believed on such a night as far as can be told from what it sees. */
export function isWithin(night: NightCharacter, range: ModelRange): boolean {
  const [least, most] = range.wakeProbability;
  return (
    night.wakeProbability >= least &&
    night.wakeProbability <= most &&
    night.spreadBpm <= range.spreadBpm &&
    night.missingShare <= range.missingShare
  );
}
