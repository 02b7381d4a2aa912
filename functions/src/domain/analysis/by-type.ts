import type { Sample } from '../samples/sample.ts';
import type { SampleType } from '../samples/sample-types.ts';

/** Samples by type, each list in the order of time. */
export type ByType = ReadonlyMap<SampleType, readonly Sample[]>;

/** Whether there is a sample of any of the types. */
export function has(byType: ByType, types: readonly SampleType[]): boolean {
  return types.some((type) => byType.has(type));
}

/** The samples of one type, in the order of time. */
export function ofType(byType: ByType, type: SampleType): readonly Sample[] {
  return byType.get(type) ?? [];
}

/** The samples that begin from `start` on and before `end`. */
export function between(samples: readonly Sample[], start: number, end: number): Sample[] {
  return samples.filter((sample) => sample.start >= start && sample.start < end);
}
