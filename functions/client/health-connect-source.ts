import { instantOf, isoInstant } from '../src/domain/instant.ts';
import {
  fromHealthConnect,
  healthConnectTypes,
  type HealthConnectChanges,
  type HealthConnectRecord,
} from './health-connect.ts';
import type { Mapped } from './mapped.ts';
import { HealthStoreError, type HealthSource, type SourceRecord } from './sync-ports.ts';

type RecordType = (typeof healthConnectTypes)[number];

/** What is used of `react-native-health-connect` 4.1; `import * as HealthConnect` of it is one. */
export interface HealthConnectBridge {
  getChanges(request: { changesToken?: string; recordTypes?: RecordType[] }): Promise<
    HealthConnectChanges & {
      readonly nextChangesToken: string;
      readonly changesTokenExpired: boolean;
      readonly hasMore: boolean;
    }
  >;
  readRecords(
    type: RecordType,
    options: {
      timeRangeFilter: { operator: 'between'; startTime: string; endTime: string };
      ascendingOrder: boolean;
      pageSize: number;
    },
  ): Promise<{ readonly records: readonly HealthConnectRecord[]; readonly pageToken?: string | null }>;
}

export interface HealthConnectSourceOptions {
  /** The zone of the phone, IANA. */
  timeZone: () => string;
  types?: readonly RecordType[];
  /** Told of what is left out. */
  onSkipped?: (skipped: Mapped['skipped']) => void;
}

/** A record may be many samples: a page has so many fewer of them. */
const samplesARecord = 4;
/** Health Connect's own limit of a page. */
const mostRecords = 5000;

/** Health Connect for `sync`: one lane a type, so that a permission which is taken back stops only that. */
export function healthConnectSource(
  bridge: HealthConnectBridge,
  { timeZone, types = healthConnectTypes, onSkipped }: HealthConnectSourceOptions,
): HealthSource {
  const read = (type: RecordType, from: number, to: number, pageSize: number) =>
    asked(() =>
      bridge.readRecords(type, {
        timeRangeFilter: { operator: 'between', startTime: isoInstant(from), endTime: isoInstant(to) },
        ascendingOrder: false,
        pageSize,
      }),
    );

  async function recordsOf(lane: string, records: readonly HealthConnectRecord[]): Promise<SourceRecord[]> {
    const begin = records.map(beginOf);
    // Distance is any movement: what is ridden is left out.
    const rides =
      lane === 'Distance' && records.length > 0 && types.includes('ExerciseSession')
        ? (await read('ExerciseSession', Math.min(...begin) - longestRideMs, Math.max(...begin) + 1, 1000))
            .records
        : [];
    const mapped = fromHealthConnect(lane, records, { timeZone: timeZone(), rides });
    if (mapped.skipped.length > 0) onSkipped?.(mapped.skipped);
    return mapped.records.map(({ recordId, samples }, i) => ({ id: recordId, at: begin[i]!, samples }));
  }

  return {
    lanes: types,
    changesInPlace: true,

    async changes(lane, anchor) {
      const request = anchor === undefined ? { recordTypes: [lane as RecordType] } : { changesToken: anchor };
      const page = await asked(() => bridge.getChanges(request));
      if (page.changesTokenExpired) throw new HealthStoreError('anchor-expired');
      return {
        records: await recordsOf(
          lane,
          page.upsertionChanges.map(({ record }) => record),
        ),
        deleted: page.deletionChanges.map(({ recordId }) => recordId),
        anchor: page.nextChangesToken,
        end: !page.hasMore,
      };
    },

    async window(lane, from, to, limit) {
      const { records, pageToken } = await read(
        lane as RecordType,
        from,
        to,
        Math.min(limit / samplesARecord, mostRecords),
      );
      return { records: await recordsOf(lane, records), complete: !pageToken };
    },
  };
}

const longestRideMs = 24 * 3_600_000;

function beginOf(record: HealthConnectRecord): number {
  const { startTime, time } = record as { startTime?: string; time?: string };
  return instantOf(startTime ?? time ?? '') ?? 0;
}

/** Rate limits are known by the text only (androidx.health.connect.client: HealthConnectException). */
async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    const { code, message } = (error ?? {}) as { code?: string; message?: string };
    if (code === 'PERMISSION_ERROR') throw new HealthStoreError('permission', error);
    if (/quota/i.test(message ?? '') || code === 'SERVICE_UNAVAILABLE' || code === 'IO_EXCEPTION')
      throw new HealthStoreError('busy', error);
    throw error;
  }
}
