import { createHash, randomUUID } from 'node:crypto';
import { maxObjectBytes } from '../contract/upload.ts';
import { conclude, type Analysis } from '../domain/analysis/analysis.ts';
import { prepare } from '../domain/analysis/prepare.ts';
import { byDay, mergeSamples, type DaySamples } from '../domain/samples/day.ts';
import { activityWeek, embeddingOf } from '../domain/metrics/embedding.ts';
import { Fault, faultOf } from '../domain/fault.ts';
import type { Sample } from '../domain/samples/sample.ts';
import type { Upload, UploadKey } from '../domain/upload/upload.ts';
import { admitRecording } from './steps/admit-recording.ts';
import type { AnalysisRequest, Models, Ports } from './ports.ts';
import { readRecording, type ReadRecording } from '../ingest/read-recording.ts';
import { unlessDeleted } from './steps/unless-deleted.ts';
import { stageNights } from './steps/stage-nights.ts';

/** Days of the trailing window that an analysis looks at. */
export const windowDays = 7;

/** Longer than an analysis takes; the fence, not the lease, keeps a late holder from writing. */
const leaseMs = 60_000;

/** A recording of 256 MiB may be gzip-encoded. */
const maxDecodedBytes = 8 * maxObjectBytes;

type AnalyzePorts = Pick<
  Ports,
  'uploads' | 'recordings' | 'people' | 'days' | 'models' | 'deadLetters' | 'clock'
>;

/**
 * Analyses the recording that a request names: claims the upload, merges its samples into the person's days, and
 * writes the analysis of the trailing week, keyed by upload id. Safe to call again at any point.
 *
 * A fault that will not go away is recorded on the upload; one that may is thrown, so that the event comes again.
 */
export function analyzeRecording(
  ports: AnalyzePorts,
  request: AnalysisRequest,
): Promise<'analyzed' | 'done-before' | 'deleted' | 'failed'> {
  return unlessDeleted(() => analyze(ports, request));
}

async function analyze(
  ports: AnalyzePorts,
  request: AnalysisRequest,
): Promise<'analyzed' | 'done-before' | 'failed'> {
  const { uploads, clock } = ports;
  const key: UploadKey = { uid: request.uid, uploadId: request.uploadId };
  const holder = randomUUID();
  const at = clock.now();
  const claimed = await uploads.advance(key, {
    kind: 'claimed',
    stage: 'analysis',
    holder,
    at,
    until: at + leaseMs,
  });
  const { upload } = claimed;
  if (upload.lease?.holder !== holder) return 'done-before';
  const { attempt } = upload;

  try {
    const { read, merged } = await mergeRecording(ports, key, upload);
    const analysis = await analyzeDays(ports, key.uid, windowDays, merged);
    if (!analysis) throw new Fault('recording/nothing-known', { issues: read.issues });
    const receipt = {
      processedSamples: read.processedSamples,
      skippedSamples: read.skippedSamples,
      issues: read.issues,
    };
    const analyzed = { kind: 'analyzed', attempt, receipt, at: clock.now() } as const;
    await uploads.advance(key, analyzed, { analysis }, { from: claimed });
    return 'analyzed';
  } catch (error) {
    const fault = faultOf(error);
    if (fault.retry) {
      // Overtaken or broken: without the release, the next delivery would wait for the lease to run out.
      await uploads.advance(key, { kind: 'released', attempt });
      throw error;
    }
    if (fault.code === 'upload/not-found') throw fault;
    const { code, issues } = fault;
    // Before it is recorded, so that a crash in between repeats the letter rather than losing it.
    await ports.deadLetters.publish({ ...key, code, deliveries: null, traceparent: request.traceparent });
    await uploads.advance(key, { kind: 'failed', attempt, code, issues, at: clock.now() });
    return 'failed';
  }
}

/** Reads the recording from storage into the person's days; from then on it need not be kept for long. */
async function mergeRecording(
  { recordings, people, days, clock }: Pick<Ports, 'recordings' | 'people' | 'days' | 'clock'>,
  key: UploadKey,
  { requestedAt, announced }: Upload,
): Promise<{ read: ReadRecording; merged: DaySamples[] }> {
  let merged: DaySamples[] = [];
  const { body, contentType, settled } = await recordings.open(key);
  const opened = [body];
  const source = () => asAnnounced(opened.pop() ?? openedAnew(recordings, key), announced.sha256);
  const read = await readRecording(source, {
    contentType,
    receivedAt: requestedAt,
    maxBytes: maxDecodedBytes,
    onEnvelope: (envelope) => admitRecording(people, key.uid, envelope),
    onSamples: async (samples) => {
      merged = latestOf(merged, await days.merge(key, byDay(samples), []));
    },
  });
  if (read.deleted.length > 0) {
    await days.merge(key, [], read.deleted);
    // A deletion reaches all of them.
    merged = [];
  }
  if (!settled) await recordings.settle(key, clock.now());
  return { read, merged };
}

/** Of days, and days as they are now, those that an analysis may look at: a recording of years must not stay in memory. */
function latestOf(days: readonly DaySamples[], now: readonly DaySamples[]): DaySamples[] {
  const byName = new Map([...days, ...now].map((day) => [day.day, day]));
  return [...byName.values()].sort((a, b) => (a.day < b.day ? 1 : -1)).slice(0, windowDays + 1);
}

async function* openedAnew(recordings: Ports['recordings'], key: UploadKey): AsyncGenerator<Uint8Array> {
  yield* (await recordings.open(key)).body as AsyncIterable<Uint8Array>;
}

/**
 * The same bytes; ends with `recording/changed` when they are not the announced ones. JSON is read to its end before
 * any sample counts, and so is NDJSON up to a batch.
 */
async function* asAnnounced(
  body: AsyncIterable<Uint8Array>,
  sha256: string | null,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (sha256 !== null && hash.digest('hex') !== sha256) throw new Fault('recording/changed');
}

/**
 * The analysis of a person's latest days as they are known now; undefined when there are none.
 *
 * @param seen days that need not be read again, as `merge` has just given them
 */
export async function analyzeDays(
  { days, models }: Pick<Ports, 'days' | 'models'>,
  uid: string,
  count: number | 'all',
  seen: readonly DaySamples[] = [],
): Promise<Analysis | undefined> {
  // One day more: the night that ends on the first day begins on the day before.
  const latest = await days.latest(uid, count === 'all' ? Infinity : count + 1, seen);
  const samples = mergeSamples(
    latest.flatMap((day): Sample[] => day.samples),
    [],
    new Set(),
  );
  const preparation = prepare(samples, count);
  if (!preparation) return undefined;
  const embedding = await embeddingOfWeek(models, preparation.samples);
  const { staged, cards } = await stageNights(models, preparation.toStage);
  return conclude(preparation, staged, cards, embedding);
}

async function embeddingOfWeek(models: Models, samples: readonly Sample[]): Promise<Analysis['embedding']> {
  const encoder = await models.encoder();
  if (!encoder) return { unavailable: 'model/not-installed' };
  const week = activityWeek(samples);
  if ('unavailable' in week) return week;
  return embeddingOf(week, await encoder.embed(week.standardised), encoder.card);
}
