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
