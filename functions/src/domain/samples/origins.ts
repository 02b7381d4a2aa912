import { compareSamples } from './day.ts';
import type { Sample } from './sample.ts';

/** The samples of a day in canonical order, and for each of them the uploads that brought it, sorted. */
export interface TracedDay {
  samples: Sample[];
  origins: (readonly string[])[];
}

interface Traced {
  sample: Sample;
  origins: readonly string[];
}

function tracedById({ samples, origins }: TracedDay): Map<string, Traced> {
  return new Map(samples.map((sample, i) => [sample.id, { sample, origins: origins[i]! }]));
}

function inOrder(traced: Iterable<Traced>): TracedDay {
  const sorted = [...traced].sort((a, b) => compareSamples(a.sample, b.sample));
  return { samples: sorted.map(({ sample }) => sample), origins: sorted.map(({ origins }) => origins) };
}

/**
 * Unites a day with the samples of one upload, as `mergeSamples` does, and remembers who brought what. A sample that
 * gave way to another one under its id leaves no origin behind.
 */
export function mergeTraced(
  day: TracedDay,
  uploadId: string,
  incoming: Iterable<Sample>,
  deleted: ReadonlySet<string>,
): TracedDay {
  const byId = tracedById(day);
  for (const id of byId.keys()) if (deleted.has(id)) byId.delete(id);
  const withUpload = rememberingSets(uploadId);
  for (const sample of incoming) {
    if (deleted.has(sample.id)) continue;
    const rival = byId.get(sample.id);
    const order = rival ? compareSamples(rival.sample, sample) : -1;
    if (order > 0) continue;
    byId.set(sample.id, { sample, origins: withUpload(order === 0 ? rival!.origins : []) });
  }
  return inOrder(byId.values());
}

/** A day without the samples that only this upload brought. */
export function forgetUpload(day: TracedDay, uploadId: string): TracedDay {
  const left = [...tracedById(day).values()].map(({ sample, origins }) => ({
    sample,
    origins: origins.filter((origin) => origin !== uploadId),
  }));
  return inOrder(left.filter(({ origins }) => origins.length > 0));
}

/** Adds an upload to sets of origins; thousands of samples share a few sets, which are made once each. */
function rememberingSets(uploadId: string): (origins: readonly string[]) => readonly string[] {
  const made = new Map<readonly string[], readonly string[]>();
  const alone = [uploadId];
  return (origins) => {
    if (origins.includes(uploadId)) return origins;
    if (origins.length === 0) return alone;
    const known = made.get(origins);
    if (known) return known;
    const united = [...origins, uploadId].sort();
    made.set(origins, united);
    return united;
  };
}
