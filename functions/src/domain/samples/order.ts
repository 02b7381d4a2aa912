import type { Sample } from './sample.ts';
import { sampleTypeIndex } from './sample-types.ts';

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The canonical order: two different samples never compare equal, so the order is the same for any input order. */
export function compareSamples(a: Sample, b: Sample): number {
  return (
    a.start - b.start ||
    sampleTypeIndex.get(a.type)! - sampleTypeIndex.get(b.type)! ||
    a.end - b.end ||
    compareText(a.id, b.id) ||
    a.value - b.value ||
    compareText(a.source.key, b.source.key) ||
    compareText(a.timeZone, b.timeZone) ||
    Number(a.userEntered) - Number(b.userEntered)
  );
}

/**
 * Unites samples by identity, without the deleted ones, in canonical order.
 *
 * Of two different samples under one id the later one in canonical order stays: HealthKit samples never change, so
 * this is a client's mistake, and the answer must not depend on which of the two arrived first.
 */
export function mergeSamples(
  existing: Iterable<Sample>,
  incoming: Iterable<Sample>,
  deleted: ReadonlySet<string>,
): Sample[] {
  const byId = new Map<string, Sample>();
  for (const samples of [existing, incoming]) {
    for (const sample of samples) {
      if (deleted.has(sample.id)) continue;
      const rival = byId.get(sample.id);
      if (!rival || compareSamples(rival, sample) < 0) byId.set(sample.id, sample);
    }
  }
  return [...byId.values()].sort(compareSamples);
}
