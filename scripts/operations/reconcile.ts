// After a database was restored: what the bucket holds and the database has forgotten, and what nobody has a message about.
import { randomUUID } from 'node:crypto';
import { faultOf } from '../../functions/src/domain/fault.ts';
import { advance, requested, shards, type Upload } from '../../functions/src/domain/upload/upload.ts';
import { childOf, formatTraceparent } from '../../functions/src/telemetry/trace.ts';
import type { FoundRecording, Ports } from '../../functions/src/workflows/ports.ts';
import { queueAnalysis } from '../../functions/src/workflows/queue-analysis.ts';
import { retryUpload } from '../../functions/src/workflows/retry-upload.ts';
import { workIn } from './place.ts';

type ReconcilePorts = Pick<Ports, 'uploads' | 'recordings' | 'histories' | 'requests' | 'clock'>;

export interface Options {
  /** To which time the database was restored (ms): what was analysed since is not in its samples. */
  restoredTo: number;
  /** Without it, it only shows what it would do. */
  apply: boolean;
  /** So many a second, at most. */
  rate: number;
}

export interface Surroundings {
  /** A line of the result. */
  say: (line: string) => void;
  /** @throws Interrupted */
  wait: (ms: number) => Promise<void>;
}

/** Something that is to be opened again. */
interface Found {
  /** What is shown: an upload, or a person. */
  name: string;
  why: string;
  /** Absent where somebody must look at it. */
  open?: () => Promise<unknown>;
}

const pageOfShard = 1000;
const farFuture = Date.UTC(9999, 0);

/**
 * Lists recordings without an upload, or newer than it, and uploads and people with open work; or opens them again. Nothing is
 * deleted, and doing it again does no harm.
 *
 * @returns the number of failures; what somebody must look at is one
 */
export async function reconcile(
  ports: ReconcilePorts,
  options: Options,
  { say, wait }: Surroundings,
): Promise<number> {
  let [count, failures] = [0, 0];
  const deal = async ({ name, why, open }: Found): Promise<void> => {
    count++;
    if (!open) {
      failures++;
      say(`${name}  ${why}: look at it by hand`);
      return;
    }
    if (!options.apply) {
      say(`${name}  ${why}`);
      return;
    }
    try {
      await open();
      say(`${name}  ${why}: opened again`);
    } catch (problem) {
      failures++;
      say(`${name}  ${why}: ${faultOf(problem).code}`);
    }
    await wait(1000 / options.rate);
  };

  // First, so that nothing is found again that was opened a moment ago.
  for (let shard = 0; shard < shards; shard++) {
    const uploads = await everyOne((limit) => ports.uploads.due(shard, farFuture, limit));
    for (const { key, upload } of uploads.filter((one) => one.upload.status !== 'requested')) {
      const { incarnation, traceparent, status } = upload;
      const open = () => ports.requests.publish({ ...key, incarnation, traceparent });
      await deal({ name: key.uploadId, why: `is ${status}`, open });
    }
    for (const uid of await everyOne((limit) => ports.histories.due(shard, farFuture, limit))) {
      const open = () => ports.requests.publish({ uid, traceparent: newTrace() });
      await deal({ name: uid, why: 'has open work', open });
    }
  }
  for await (const recording of await ports.recordings.all()) {
    const found = await forgotten(ports, recording, options).catch((problem: unknown) => ({
      name: recording.key.uploadId,
      why: faultOf(problem).code,
    }));
    if (found) await deal(found);
  }
  const hint = options.apply || count === 0 ? '' : '; --apply opens them again';
  say(`${count} found${hint}`);
  return failures;
}

const newTrace = (): string => formatTraceparent(childOf(undefined));

/** What the database has forgotten about a recording; undefined where it knows it. */
async function forgotten(
  ports: ReconcilePorts,
  recording: FoundRecording,
  { restoredTo }: Options,
): Promise<Found | undefined> {
  const { key, incarnation, createdAt } = recording;
  const name = key.uploadId;
  const upload = (await ports.uploads.find(key))?.upload;
  if (!upload) return { name, why: 'has no upload', open: () => openAnew(ports, recording) };
  const { status, finishedAt } = upload;
  if (incarnation !== undefined && upload.incarnation !== '' && incarnation !== upload.incarnation)
    return { name, why: 'is of another upload of that id' };
  if (status === 'requested')
    return { name, why: 'is expected', open: () => queueAnalysis(ports, key, upload.traceparent) };
  if (status === 'failed' && finishedAt !== null && createdAt > finishedAt)
    return { name, why: 'has come after its upload failed', open: () => retryUpload(ports, key) };
  if (status === 'succeeded' && upload.analyzedAt !== null && upload.analyzedAt >= restoredTo)
    return { name, why: 'was analysed after that time', open: () => reopen(ports, recording) };
  return undefined;
}

async function openAnew(ports: ReconcilePorts, recording: FoundRecording): Promise<void> {
  const { key, contentType, sizeBytes, createdAt, incarnation = randomUUID() } = recording;
  const { traceparent = newTrace() } = recording;
  const announced = { contentType, sizeBytes, sha256: null };
  // As of then: what its samples may say of the time depends on it.
  const upload = requested(announced, traceparent, createdAt, incarnation);
  await ports.uploads.open(key, advance(upload, { kind: 'stored', at: ports.clock.now() }));
  await ports.requests.publish({ ...key, incarnation, traceparent });
}

async function reopen({ uploads, requests, clock }: ReconcilePorts, { key }: FoundRecording): Promise<void> {
  const { upload } = await uploads.advance(key, { kind: 'reopened', at: clock.now() });
  const { incarnation, traceparent }: Upload = upload;
  await requests.publish({ ...key, incarnation, traceparent });
}

/** All of a list that has no second page. */
async function everyOne<T>(list: (limit: number) => Promise<T[]>): Promise<T[]> {
  for (let limit = pageOfShard; ; limit *= 2) {
    const found = await list(limit);
    if (found.length < limit) return found;
  }
}

/** What `--restored-to` may be, as ms since 1970. */
export function instant(given: string): number {
  const at = Date.parse(given);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(given) && !Number.isNaN(at)) return at;
  throw new RangeError('must be a time in UTC like 2026-01-31T12:00:00Z.');
}

/** The same, in the project or on the emulators. @returns the number of failures */
export function runReconcile(
  project: string | undefined,
  options: Options,
  say: Surroundings['say'],
  signal: AbortSignal,
): Promise<number> {
  return workIn(project, signal, ({ ports, wait }) => reconcile(ports, options, { say, wait }));
}
