import { createHash } from 'node:crypto';
import { maxObjectBytes } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { localDay } from '../../domain/local-time.ts';
import { decodeSamples, encodeSamples } from '../../domain/samples/sample-codec.ts';
import { byUtcWeek } from '../../domain/samples/week.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import type { Receipt, UploadKey } from '../../domain/upload/upload.ts';
import { readRecording } from '../../ingest/read-recording.ts';
import type { NamedUpload, Person, Ports } from '../ports.ts';
import { zoneFor } from './admit-recording.ts';

/** A recording of 256 MiB may be gzip-encoded. */
const maxDecodedBytes = 8 * maxObjectBytes;

/** What an upload brings. */
export interface Contribution {
  receipt: Receipt;
  /** Identities of samples that the person has deleted. */
  deleted: string[];
  /** The latest local day that it says something about; null where it has no samples. */
  lastDay: string | null;
  /** The weeks of UTC that it has samples of, oldest first. */
  weeks: string[];
  samplesOf(week: string): Sample[];
}

/**
 * Reads the recording of an upload to its end, and proves that it is the announced one, before anything of it counts. The
 * samples are kept as bytes, 38 for each: those of years would not fit into memory as objects.
 *
 * @throws Fault `recording/...`, `upload/not-owner`
 */
export async function readUpload(
  { recordings, clock }: Pick<Ports, 'recordings' | 'clock'>,
  uid: string,
  { uploadId, upload }: NamedUpload,
  person: Person,
): Promise<Contribution> {
  const key = { uid, uploadId };
  const { requestedAt, announced } = upload;
  const { body, contentType, settled } = await recordings.open(key);
  const opened = [body];
  const packed = new Map<string, Uint8Array[]>();
  let last: Sample | undefined;
  const read = await readRecording(
    () => asAnnounced(opened.pop() ?? openedAnew(recordings, key), announced.sha256),
    {
      contentType,
      receivedAt: requestedAt,
      maxBytes: maxDecodedBytes,
      onEnvelope: (envelope) => Promise.try(() => zoneFor(uid, envelope, person)),
      onSamples: (samples) => {
        for (const sample of samples) if (!last || sample.end > last.end) last = sample;
        for (const [week, list] of byUtcWeek(samples)) {
          const bytes = packed.get(week) ?? [];
          bytes.push(encodeSamples(week, list));
          packed.set(week, bytes);
        }
      },
    },
  );
  // From now on it need not be kept for long.
  if (!settled) await recordings.settle(key, clock.now());
  return {
    receipt: {
      processedSamples: read.processedSamples,
      skippedSamples: read.skippedSamples,
      issues: read.issues,
    },
    deleted: read.deleted,
    lastDay: last ? localDay(last.timeZone, Math.max(last.start, last.end - 1)) : null,
    weeks: [...packed.keys()].sort(),
    samplesOf: (week) => (packed.get(week) ?? []).flatMap((bytes) => decodeSamples(week, bytes)),
  };
}

async function* openedAnew(recordings: Ports['recordings'], key: UploadKey): AsyncGenerator<Uint8Array> {
  yield* (await recordings.open(key)).body as AsyncIterable<Uint8Array>;
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
