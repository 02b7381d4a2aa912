import { Fault, faultOf } from '../domain/fault.ts';
import { minuteMs } from '../domain/time.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import { composeNarrative } from './steps/compose-narrative.ts';
import { deleteMyData } from './delete-my-data.ts';
import { deleteUpload } from './delete-upload.ts';
import type { Ports } from './ports.ts';
import { queueAnalysis } from './queue-analysis.ts';
import { writeNarrative } from './write-narrative.ts';

/** A step that has not been taken after this long has lost its event: deliveries are repeated for minutes, not more. */
const stalledAfterMs = 15 * minuteMs;
/** How long an announced recording may take to arrive. */
const expiresAfterMs = 24 * 60 * minuteMs;
/** Bounds the work of one run; what is left waits for the next one. */
const mostUploads = 100;
const mostNarratives = 20;
const mostErasures = 5;

export interface Swept {
  expired: number;
  requeued: number;
  narrated: number;
  replaced: number;
  /** Uploads and persons whose deletion was ended. */
  deleted: number;
  /** Uploads that could not be helped in this run; the next one tries again. */
  failed: number;
}

type SweepPorts = Omit<Ports, 'tokens' | 'models' | 'quotas'>;

/**
 * Repairs what lost its way: an announced upload that never came expires; a stored one whose event was lost is queued;
 * a queued or half-done one is asked for again; a narrative that was never begun is written; a template that stands
 * only because Vertex was away is replaced, once; a deletion that was broken off is ended. Every repair is what the event itself would have done, so running
 * this twice at once does no harm.
 */
export async function sweepStalled(ports: SweepPorts): Promise<Swept> {
  const swept: Swept = { expired: 0, requeued: 0, narrated: 0, replaced: 0, deleted: 0, failed: 0 };
  const stalled = ports.clock.now() - stalledAfterMs;

  const repair = async (
    work: () => Promise<'expired' | 'requeued' | 'narrated' | 'deleted' | null>,
  ): Promise<void> => {
    try {
      const outcome = await work();
      if (outcome) swept[outcome]++;
    } catch {
      // Counted, and looked at again by the next run: one broken upload must not keep the others waiting.
      swept.failed++;
    }
  };
  // First of all: nobody should be written about who asked to be forgotten.
  for (const { key } of await ports.uploads.waiting('deleting', stalled, mostUploads)) {
    await repair(async () => {
      await deleteUpload(ports, key);
      return 'deleted';
    });
  }
  for (const uid of await ports.erasures.unfinished(mostErasures)) {
    await repair(async () => {
      await deleteMyData(ports, uid);
      return 'deleted';
    });
  }
  for (const { key, upload } of await ports.uploads.waiting('requested', stalled, mostUploads)) {
    await repair(() => settleAnnounced(ports, key, upload.traceparent, upload.requestedAt));
  }
  for (const status of ['queued', 'processing'] as const) {
    for (const { key, upload } of await ports.uploads.waiting(status, stalled, mostUploads)) {
      if (upload.lease && upload.lease.until > ports.clock.now()) continue;
      await repair(async () => {
        if (upload.stage === 'narrative') return resumeNarrative(ports, key);
        await ports.requests.publish({ ...key, traceparent: upload.traceparent });
        return 'requeued';
      });
    }
  }
  swept.replaced = await replaceTemplates(ports);
  return swept;
}

async function settleAnnounced(
  ports: SweepPorts,
  key: UploadKey,
  traceparent: string,
  requestedAt: number,
): Promise<'expired' | 'requeued' | null> {
  if (await ports.recordings.exists(key)) {
    await queueAnalysis(ports, key, traceparent);
    return 'requeued';
  }
  const now = ports.clock.now();
  if (now - requestedAt < expiresAfterMs) return null;
  await ports.uploads.advance(key, {
    kind: 'failed',
    attempt: null,
    code: 'upload/expired',
    issues: [],
    at: now,
  });
  return 'expired';
}

async function resumeNarrative(ports: SweepPorts, key: UploadKey): Promise<'narrated'> {
  const analysis = await ports.analyses.find(key);
  if (!analysis) throw new Fault('upload/not-found');
  await writeNarrative(ports, key, analysis);
  return 'narrated';
}

/** Gives templates one more chance; stops at the first sign that Vertex is still away. */
async function replaceTemplates(ports: SweepPorts): Promise<number> {
  let replaced = 0;
  for (const key of await ports.narratives.replaceable(mostNarratives)) {
    try {
      const [upload, analysis] = await Promise.all([ports.uploads.find(key), ports.analyses.find(key)]);
      if (!upload || !analysis) continue;
      const narrative = await composeNarrative(ports, key.uid, analysis, upload.traceparent);
      if (narrative.reason === 'narrator/unavailable') break;
      const outcome = { narrative: { ...narrative, replaceable: false } };
      await ports.uploads.advance(key, { kind: 'rewritten', at: ports.clock.now() }, outcome);
      if (narrative.source === 'gemini') replaced++;
    } catch (error) {
      // Deleted or under work meanwhile; anything else concerns all of them.
      if (faultOf(error).retry) throw error;
    }
  }
  return replaced;
}
