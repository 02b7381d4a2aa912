import { compareSamples } from './order.ts';
import type { Sample } from './sample.ts';

/** Samples in canonical order, and for each of them the uploads that brought it, sorted. */
export interface TracedSamples {
  samples: readonly Sample[];
  origins: (readonly string[])[];
}

/** What has become of traced samples. */
export interface TracedChange {
  traced: TracedSamples;
  /** Samples that are there now and were not, and those that are gone. */
  changed: Sample[];
  /** Whether anything is to be stored: a sample that another upload brings as well changes no more than its origins. */
  differs: boolean;
}

interface Traced {
  sample: Sample;
  origins: readonly string[];
}

function tracedById({ samples, origins }: TracedSamples): Map<string, Traced> {
  return new Map(samples.map((sample, i) => [sample.id, { sample, origins: origins[i]! }]));
}

function inOrder(traced: Iterable<Traced>): TracedSamples {
  const sorted = [...traced].sort((a, b) => compareSamples(a.sample, b.sample));
  return { samples: sorted.map(({ sample }) => sample), origins: sorted.map(({ origins }) => origins) };
}

/**
 * Unites samples by identity, and remembers who brought what. Of two different samples under one id the later one in canonical
 * order stays: HealthKit's samples never change, so this is a client's mistake, and the answer must not depend on which of the
 * two arrived first. A sample that gave way leaves no origin behind.
 */
export function uniteTraced(
  before: TracedSamples,
  incoming: TracedSamples,
  deleted: ReadonlySet<string>,
): TracedChange {
  const byId = tracedById(before);
  const changed: Sample[] = [];
  let differs = false;
  for (const [id, { sample }] of deleted.size > 0 ? [...byId] : []) {
    if (!deleted.has(id)) continue;
    byId.delete(id);
    changed.push(sample);
  }
  const unite = rememberingSets();
  incoming.samples.forEach((sample, i) => {
    if (deleted.has(sample.id)) return;
    const rival = byId.get(sample.id);
    const order = rival ? compareSamples(rival.sample, sample) : -1;
    if (order > 0) return;
    const origins = unite(order === 0 ? rival!.origins : [], incoming.origins[i]!);
    if (order < 0) changed.push(...(rival ? [rival.sample] : []), sample);
    else if (origins === rival!.origins) return;
    differs = true;
    byId.set(sample.id, { sample: order === 0 ? rival!.sample : sample, origins });
  });
  if (!differs && changed.length === 0) return { traced: before, changed, differs };
  return { traced: inOrder(byId.values()), changed, differs: true };
}

/** Unites samples with those of one upload. */
export function mergeTraced(
  before: TracedSamples,
  uploadId: string,
  samples: readonly Sample[],
  deleted: ReadonlySet<string>,
): TracedChange {
  const alone = [uploadId];
  return uniteTraced(before, { samples, origins: samples.map(() => alone) }, deleted);
}

/** Samples, each identity once, in canonical order. */
export function uniqueSamples(samples: readonly Sample[]): readonly Sample[] {
  return mergeTraced({ samples: [], origins: [] }, '', samples, new Set()).traced.samples;
}

/** Without the samples that only this upload brought. */
export function forgetUpload(before: TracedSamples, uploadId: string): TracedChange {
  const changed: Sample[] = [];
  const left: Traced[] = [];
  let differs = false;
  before.samples.forEach((sample, i) => {
    const origins = before.origins[i]!.filter((origin) => origin !== uploadId);
    differs ||= origins.length < before.origins[i]!.length;
    if (origins.length > 0) left.push({ sample, origins });
    else changed.push(sample);
  });
  return { traced: differs ? inOrder(left) : before, changed, differs };
}

/** Unites sets of origins; thousands of samples share a few sets, which are made once each. */
function rememberingSets(): (some: readonly string[], others: readonly string[]) => readonly string[] {
  const made = new Map<readonly string[], Map<readonly string[], readonly string[]>>();
  return (some, others) => {
    if (some.length === 0) return others;
    let ofSome = made.get(some);
    if (!ofSome) made.set(some, (ofSome = new Map<readonly string[], readonly string[]>()));
    let united = ofSome.get(others);
    if (!united) {
      united = others.every((origin) => some.includes(origin))
        ? some
        : [...new Set([...some, ...others])].sort();
      ofSome.set(others, united);
    }
    return united;
  };
}
