import { randomUUID } from 'node:crypto';
import { Fault, faultOf } from '../domain/fault.ts';
import { dayMs, hourMs, secondMs } from '../domain/time.ts';
import { lookAfter as laterLook, shards, type Upload, type UploadKey } from '../domain/upload/upload.ts';
import { withDirty } from '../domain/person/person-state.ts';
import { composeNarrative, weekTextOf } from './steps/compose-narrative.ts';
import { deleteMyData } from './delete-my-data.ts';
import type { Ports } from './ports.ts';
import { queueAnalysis } from './queue-analysis.ts';
import { retryUpload } from './retry-upload.ts';
import { writeNarrative } from './write-narrative.ts';

/** How long an announced recording may take to arrive. */
const expiresAfterMs = dayMs;
/** How many one run takes up at a time, and how long it gives a kind of work, and a single piece of it. */
const pageOfShard = 200;
const mostErasures = 20;
const mostNarratives = 20;
const atOnce = 8;
const budgetMs = { uploads: 240 * secondMs, erasures: 120 * secondMs, narratives: 90 * secondMs };
const pieceMs = 30 * secondMs;
/** An erasure that did not end is tried again after this long. */
const erasurePauseMs = hourMs;

export interface Swept {
  expired: number;
  requeued: number;
  narrated: number;
  replaced: number;
  /** People whose deletion was ended. */
  deleted: number;
  /** Uploads that could not be helped in this run; the next one tries again. */
  failed: number;
}

type Repair = 'expired' | 'requeued' | 'narrated' | 'deleted';

type SweepPorts = Omit<Ports, 'tokens' | 'models' | 'quotas' | 'spending'>;

/**
 * Looks at what is open and has not moved for a while: an announced upload that never came expires; a stored one whose event
 * was lost is queued; a queued or half-done one is asked for again; a narrative that was never begun is written; an analysis
 * that lacked a model is made again; a template that stands only because Vertex was away is replaced; a deletion that was broken
 * off is ended. Every repair is what the event itself would have done, so running this twice at once does no harm.
 *
 * Each look is noted before the repair, with a growing pause until the next one, and each kind has a time of its own: nothing
 * that hangs or fails for ever keeps the rest waiting.
 */
export async function sweepStalled(ports: SweepPorts): Promise<Swept> {
  const swept: Swept = { expired: 0, requeued: 0, narrated: 0, replaced: 0, deleted: 0, failed: 0 };
  const repair = async (work: () => Promise<Repair | null>): Promise<void> => {
    try {
      const outcome = await within(ports, pieceMs, work);
      if (outcome) swept[outcome]++;
    } catch {
      // Counted, and looked at again: one broken upload must not keep the others waiting.
      swept.failed++;
    }
  };
  // First of all: nobody should be written about who asked to be forgotten.
  const erasures = await ports.erasures.unfinished(ports.clock.now(), mostErasures);
  await inParallel(ports, erasures, ports.clock.now() + budgetMs.erasures, (uid) =>
    repair(async () => {
      await ports.erasures.postpone(uid, ports.clock.now() + erasurePauseMs);
      await deleteMyData(ports, uid);
      return 'deleted';
    }),
  );
  const lookThrough = async <T>(
    due: () => Promise<T[]>,
    mend: (one: T) => Promise<Repair | null>,
  ): Promise<void> => {
    const until = ports.clock.now() + budgetMs.uploads;
    try {
      for (;;) {
        const page = await due();
        await inParallel(ports, page, until, (one) => repair(() => mend(one)));
        // A look moves on what it was at, so that a full page is never the same one.
        if (page.length < pageOfShard || ports.clock.now() >= until) return;
      }
    } catch {
      // The other shards are looked through all the same.
      swept.failed++;
    }
  };
  await Promise.all(
    Array.from({ length: shards }, (_, shard) => [
      lookThrough(
        () => ports.uploads.due(shard, ports.clock.now(), pageOfShard),
        ({ key, upload }) => look(ports, key, upload),
      ),
      lookThrough(
        () => ports.histories.due(shard, ports.clock.now(), pageOfShard),
        (uid) => lookAfter(ports, uid),
      ),
    ]).flat(),
  );
  swept.replaced =
    (await within(ports, budgetMs.narratives, () => replaceTemplates(ports)).catch(() => 0)) ?? 0;
  return swept;
}

/** Works on several at once, and begins no more when the time is up. */
async function inParallel<T>(
  { clock }: Pick<Ports, 'clock'>,
  all: readonly T[],
  until: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values();
  const worker = async (): Promise<void> => {
    for (const one of waiting) {
      if (clock.now() >= until) return;
      await work(one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** @throws Fault `service/unavailable` when the work takes longer */
async function within<T>({ clock }: Pick<Ports, 'clock'>, ms: number, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = clock.wait(ms, done.signal).then((): never => {
    throw new Fault('service/unavailable');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}

async function look(ports: SweepPorts, key: UploadKey, upload: Upload): Promise<Repair | null> {
  const now = ports.clock.now();
  await ports.uploads.advance(key, { kind: 'looked', at: now });
  if (upload.lease && upload.lease.until > now) return null;
  switch (upload.status) {
    case 'requested':
      return lookForRecording(ports, key, upload);
    case 'queued':
      // Over HTTPS an upload is queued before its recording is stored.
      if (await ports.recordings.exists(key)) return askAgain(ports, key, upload);
      return isExpired(ports, upload) ? expire(ports, key, upload) : null;
    case 'processing':
      return upload.stage === 'narrative' ? resumeNarrative(ports, key) : askAgain(ports, key, upload);
    case 'deleting':
      return askAgain(ports, key, upload);
    case 'succeeded':
      await retryUpload(ports, key);
      return 'requeued';
    case 'failed':
      return null;
  }
}

async function askAgain(
  { requests }: SweepPorts,
  key: UploadKey,
  { incarnation, traceparent }: Upload,
): Promise<'requeued'> {
  await requests.publish({ ...key, incarnation, traceparent });
  return 'requeued';
}

async function lookForRecording(
  ports: SweepPorts,
  key: UploadKey,
  upload: Upload,
): Promise<'expired' | 'requeued' | null> {
  if (await ports.recordings.exists(key)) {
    await queueAnalysis(ports, key, upload.traceparent);
    return 'requeued';
  }
  return isExpired(ports, upload) ? expire(ports, key, upload) : null;
}

function isExpired({ clock }: SweepPorts, { storedAt, requestedAt }: Upload): boolean {
  return clock.now() - (storedAt ?? requestedAt) >= expiresAfterMs;
}

async function expire(
  { uploads, clock }: SweepPorts,
  key: UploadKey,
  { status }: Upload,
): Promise<'expired'> {
  await uploads.advance(key, { kind: 'expired', seen: status, at: clock.now() });
  return 'expired';
}

/** Somebody of whom something is left to be done that belongs to no upload. */
async function lookAfter(
  { histories, requests, clock }: SweepPorts,
  uid: string,
): Promise<'requeued' | null> {
  const now = clock.now();
  const stored = await histories.state(uid);
  const { state } = stored;
  if (!state.nextLook || (state.lease && state.lease.until > now)) return null;
  // What had to do without a model is tried once more.
  const next = {
    ...withDirty(state, state.provisional),
    provisional: [],
    lastWrite: randomUUID(),
    nextLook: laterLook(now, state.nextLook.looks + 1),
  };
  if (!(await histories.commit(uid, stored, next, {}))) return null;
  await requests.publish({ uid, traceparent: state.traceparent });
  return 'requeued';
}

async function resumeNarrative(ports: SweepPorts, key: UploadKey): Promise<'narrated'> {
  const analysis = await ports.analyses.find(key);
  if (!analysis) throw new Fault('upload/not-found');
  await writeNarrative(ports, key, analysis);
  return 'narrated';
}

/** Gives templates one more chance; stops at the first sign that no text can be had now. */
async function replaceTemplates(ports: SweepPorts): Promise<number> {
  let replaced = 0;
  for (const key of await ports.narratives.replaceable(mostNarratives)) {
    try {
      const [stored, analysis] = await Promise.all([ports.uploads.find(key), ports.analyses.find(key)]);
      if (!stored || !analysis) continue;
      const narrative = await composeNarrative(ports, key, analysis, stored.upload.traceparent);
      if (narrative.reason === 'narrator/unavailable' || narrative.reason === 'narrator/cap-reached') break;
      const rewritten = { ...narrative, replaceable: false };
      const outcome = { narrative: rewritten, ...weekTextOf(analysis, rewritten) };
      await ports.uploads.advance(key, { kind: 'rewritten', at: ports.clock.now() }, outcome);
      if (narrative.source === 'gemini') replaced++;
    } catch (error) {
      // Deleted or under work meanwhile; anything else concerns all of them.
      if (faultOf(error).retry) throw error;
    }
  }
  return replaced;
}
