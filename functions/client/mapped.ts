import type { HealthSample } from './sample-table.ts';

/** What of a health store's answer goes into a recording, and what does not. */
export interface Mapped {
  samples: HealthSample[];
  /** Identities of samples that are gone, for `deletedSamples`. */
  deletedSamples: string[];
  /** What was left out, one entry for each kind and reason. */
  skipped: Skipped[];
}

export interface Skipped {
  /** The store's own name of the type. */
  type: string;
  reason: SkipReason;
  count: number;
}

/** unknown-type: the server has no such type. unknown-unit: no unit of the type. no-value: nothing was measured. */
export type SkipReason = 'unknown-type' | 'unknown-unit' | 'no-value';

export function skip({ skipped }: Pick<Mapped, 'skipped'>, type: string, reason: SkipReason): undefined {
  const known = skipped.find((entry) => entry.type === type && entry.reason === reason);
  if (known) known.count++;
  else skipped.push({ type, reason, count: 1 });
  return undefined;
}

/**
 * Who wrote a sample, without the names that people give their devices.
 *
 * @param productType `Watch7,1`, or manufacturer and model
 */
export function revisionOf(
  bundleIdentifier: string | undefined,
  productType: string | undefined,
): Pick<HealthSample, 'sourceRevision'> {
  if (bundleIdentifier === undefined && productType === undefined) return {};
  return {
    sourceRevision: {
      ...(bundleIdentifier === undefined ? {} : { source: { bundleIdentifier } }),
      ...(productType === undefined ? {} : { productType }),
    },
  };
}

/** The words that are there, with a space between them; undefined where there are none. */
export function words(...parts: readonly (string | null | undefined)[]): string | undefined {
  return parts.filter((part) => part).join(' ') || undefined;
}
