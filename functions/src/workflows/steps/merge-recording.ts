import { createHash } from 'node:crypto';
import { maxObjectBytes } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { byDay, type DaySamples } from '../../domain/samples/day.ts';
import type { UploadKey } from '../../domain/upload/upload.ts';
import { readRecording, type ReadRecording } from '../../ingest/read-recording.ts';
import type { Ports } from '../ports.ts';
import { admitRecording } from './admit-recording.ts';
import { windowDays } from './analyze-days.ts';
import type { Hold } from './hold-lease.ts';

/** A recording of 256 MiB may be gzip-encoded. */
const maxDecodedBytes = 8 * maxObjectBytes;

/** Reads the recording from storage into the person's days; from then on it need not be kept for long. */
export async function mergeRecording(
  { recordings, people, days, clock }: Pick<Ports, 'recordings' | 'people' | 'days' | 'clock'>,
  key: UploadKey,
  hold: Hold,
): Promise<{ read: ReadRecording; merged: DaySamples[] }> {
  const { requestedAt, announced, checkpoint } = hold.current().upload;
  const origin = { ...key, holder: hold.holder };
  let merged: DaySamples[] = [];
  let batches = 0;
  const { body, contentType, settled } = await recordings.open(key);
  // Read once to its end before anything of it counts: JSON is anyway, to find its samples.
  if (contentType === 'application/x-ndjson') await proveHash(body, announced.sha256);
  const opened = contentType === 'application/x-ndjson' ? [] : [body];
  const source = () => asAnnounced(opened.pop() ?? openedAnew(recordings, key), announced.sha256);
  const read = await readRecording(source, {
    contentType,
    receivedAt: requestedAt,
    maxBytes: maxDecodedBytes,
    onEnvelope: (envelope) => admitRecording(people, key.uid, envelope),
    onSamples: async (samples) => {
      // What an earlier attempt has merged is in the days; the batches of the same bytes are the same.
      if (++batches <= checkpoint) return;
      merged = latestOf(merged, await days.merge(origin, byDay(samples), []));
      if (batches > 1) await hold.checkpoint(batches);
    },
  });
  if (read.deleted.length > 0) {
    await days.merge(origin, [], read.deleted);
    // A deletion reaches all of them.
    merged = [];
  }
  // Not all of the days were seen in this attempt.
  if (checkpoint > 0) merged = [];
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

/** @throws Fault `recording/changed` when the bytes are not the announced ones */
async function proveHash(body: AsyncIterable<Uint8Array>, sha256: string | null): Promise<void> {
  for await (const chunk of asAnnounced(body, sha256)) void chunk;
}

/** The same bytes; ends with `recording/changed` when they are not the announced ones. */
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
