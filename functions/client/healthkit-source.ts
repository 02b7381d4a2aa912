import {
  fromHealthKit,
  healthKitIdentifiers,
  healthKitTypes,
  type HealthKitCategory,
  type HealthKitPage,
  type HealthKitQuantity,
  type HealthKitWorkout,
} from './healthkit.ts';
import type { Mapped } from './mapped.ts';
import { HealthStoreError, type HealthSource, type SourceRecord } from './sync-ports.ts';

type QuantityType = keyof typeof healthKitTypes.quantities;
type CategoryType = (typeof healthKitTypes.categories)[number];

interface Anchored {
  limit: number;
  anchor?: string;
}
interface Within {
  limit: number;
  ascending: boolean;
  filter: { date: { startDate: Date; endDate: Date; strictStartDate: boolean } };
}
interface AnchoredAnswer extends HealthKitPage {
  readonly deletedSamples: readonly { readonly uuid: string }[];
  readonly newAnchor: string;
}

/** What is used of `@kingstinct/react-native-healthkit` 16; `import * as HealthKit` of it is one. */
export interface HealthKitBridge {
  queryQuantitySamplesWithAnchor(
    type: QuantityType,
    options: Anchored & { unit: never },
  ): Promise<AnchoredAnswer>;
  queryCategorySamplesWithAnchor(type: CategoryType, options: Anchored): Promise<AnchoredAnswer>;
  queryWorkoutSamplesWithAnchor(options: Anchored): Promise<AnchoredAnswer>;
  queryQuantitySamples(
    type: QuantityType,
    options: Within & { unit: never },
  ): Promise<readonly HealthKitQuantity[]>;
  queryCategorySamples(type: CategoryType, options: Within): Promise<readonly HealthKitCategory[]>;
  queryWorkoutSamples(options: Within): Promise<readonly HealthKitWorkout[]>;
}

export interface HealthKitSourceOptions {
  /** HealthKit's identifiers; all that the server understands if nothing else is said. */
  types?: readonly string[];
  /** Told of what is left out. */
  onSkipped?: (skipped: Mapped['skipped']) => void;
}

/** HealthKit for `sync`: one lane a type, with its anchor. */
export function healthKitSource(
  bridge: HealthKitBridge,
  { types = healthKitIdentifiers, onSkipped }: HealthKitSourceOptions = {},
): HealthSource {
  const { quantities, categories, workouts } = healthKitTypes;
  const isCategory = (lane: string): lane is CategoryType => (categories as readonly string[]).includes(lane);
  // The bridge types units by the type that is asked for; the table has one that fits each.
  const unitOf = (lane: string) => quantities[lane as QuantityType] as never;

  function recordsOf(page: HealthKitPage): SourceRecord[] {
    const { samples, skipped } = fromHealthKit(page);
    if (skipped.length > 0) onSkipped?.(skipped);
    return samples.map((sample) => ({
      id: sample.uuid!,
      at: Date.parse(sample.startDate),
      samples: [sample],
    }));
  }

  return {
    lanes: types,
    changesInPlace: false,

    async changes(lane, anchor, limit) {
      const options = { limit, ...(anchor === undefined ? {} : { anchor }) };
      const page = await asked(() =>
        lane === workouts
          ? bridge.queryWorkoutSamplesWithAnchor(options)
          : isCategory(lane)
            ? bridge.queryCategorySamplesWithAnchor(lane, options)
            : bridge.queryQuantitySamplesWithAnchor(lane as QuantityType, { ...options, unit: unitOf(lane) }),
      );
      return {
        records: recordsOf(page),
        deleted: page.deletedSamples.map(({ uuid }) => uuid),
        anchor: page.newAnchor,
        // Samples and deletions share the limit: fewer than it are no sign of an end.
        end: page.newAnchor === anchor,
      };
    },

    async window(lane, from, to, limit) {
      const date = { startDate: new Date(from), endDate: new Date(to), strictStartDate: true };
      const options = { limit, ascending: false, filter: { date } };
      if (lane === workouts) {
        const found = await asked(() => bridge.queryWorkoutSamples(options));
        return { records: recordsOf({ workouts: found }), complete: found.length < limit };
      }
      const found = await asked<readonly (HealthKitQuantity | HealthKitCategory)[]>(() =>
        isCategory(lane)
          ? bridge.queryCategorySamples(lane, options)
          : bridge.queryQuantitySamples(lane as QuantityType, { ...options, unit: unitOf(lane) }),
      );
      return { records: recordsOf({ samples: found }), complete: found.length < limit };
    },
  };
}

/** What HealthKit refuses is known by the text of the error only: HKError's code, or how an anchor is decoded. */
async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    const text = String((error as { message?: unknown } | null)?.message ?? error);
    // errorDatabaseInaccessible
    if (/Code=6\b|Protected health data is inaccessible/.test(text))
      throw new HealthStoreError('locked', error);
    // errorAuthorizationDenied, errorAuthorizationNotDetermined
    if (/Code=[45]\b/.test(text)) throw new HealthStoreError('permission', error);
    if (/Error recreating|Invalid base64/.test(text)) throw new HealthStoreError('anchor-expired', error);
    throw error;
  }
}
