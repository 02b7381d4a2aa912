import { Fault, faults, type FaultCode, type Issue } from '../fault.ts';
import { dayMs, hourMs, minuteMs } from '../time.ts';

/** What identifies an upload everywhere: in Storage, Firestore, Pub/Sub and the logs. */
export interface UploadKey {
  uid: string;
  uploadId: string;
}

export type UploadStatus = 'requested' | 'queued' | 'processing' | 'succeeded' | 'failed' | 'deleting';
export type UploadStage = 'upload' | 'analysis' | 'narrative';

/** The right to work on something: whose, and until when (ms since 1970). */
export interface Lease {
  holder: string;
  until: number;
}

/** What was announced or received: enough to recognise a repeated send, and to refuse another content. */
export interface Announcement {
  contentType: string;
  sizeBytes: number;
  sha256: string | null;
}

/** What the sender was told; kept so that the same call gets the same answer. */
export interface Receipt {
  processedSamples: number;
  skippedSamples: number;
  issues: readonly Issue[];
}

/** What speaks for giving an upload up. Being refused (busy, fenced, over capacity) is no trouble of its own. */
export interface Trouble {
  /** Workers that died while they worked on it, one after the other. */
  crashes: number;
  /** Since when there has been nothing but crashes, and faults that may pass. */
  since: number | null;
}

/** When the sweep looks next at something that is open, and how many looks there were without a move. */
export interface Look {
  at: number;
  looks: number;
}

/** The status document of an upload. All times are ms since 1970. */
export interface Upload {
  status: UploadStatus;
  stage: UploadStage;
  /** Tells it from any other upload that had or will have the same id; cannot be guessed. */
  incarnation: string;
  /** How often work on it has begun in a way that was written down: long work, and its text. */
  attempt: number;
  /** Of whoever writes its text. Its analysis belongs to whoever holds the person. */
  lease: Lease | null;
  trouble: Trouble;
  /** Null when it has ended. */
  nextLook: Look | null;
  /** Whether the analysis had to do without a model that could not be loaded, and is to be made again. */
  provisional: boolean;
  code: FaultCode | null;
  message: string | null;
  announced: Announcement;
  receipt: Receipt | null;
  traceparent: string;
  /** The step that last claimed this stage, and the one that claimed it before, for whoever follows a repeated delivery. */
  attemptTraceparent: string | null;
  earlierTraceparent: string | null;
  requestedAt: number;
  storedAt: number | null;
  analyzedAt: number | null;
  finishedAt: number | null;
}

export type UploadEvent =
  | { kind: 'stored'; at: number }
  /** Work on a long recording has begun. */
  | { kind: 'begun'; at: number; traceparent?: string }
  /** The analysis is there. Its text is written with it, or asked for. */
  | { kind: 'analyzed'; receipt: Receipt; provisional: boolean; textWanted: boolean; at: number }
  | {
      kind: 'claimed';
      /** Unguessable, and new for every claim of the text: it is the fence. */
      holder: string;
      at: number;
      until: number;
      /** The claiming step, where it has a name in a trace. */
      traceparent?: string;
    }
  | { kind: 'narrated'; holder: string; at: number }
  /** Whoever writes the text stops. */
  | { kind: 'released'; holder: string }
  | { kind: 'rewritten'; at: number }
  | { kind: 'retried'; at: number }
  /** The samples that it brought have been lost with a restored database. */
  | { kind: 'reopened'; at: number }
  /** A fault that may pass has ended the work on it. */
  | { kind: 'troubled'; at: number }
  /** The worker that had it in hand has died. */
  | { kind: 'crashed'; at: number }
  | { kind: 'looked'; at: number }
  /** Its message was given up: the next look is due. */
  | { kind: 'recalled'; at: number }
  | { kind: 'deleting'; at: number }
  /** Its recording has not come. Nothing happens where it has moved since it was `seen`. */
  | { kind: 'expired'; seen: UploadStatus; at: number }
  | { kind: 'failed'; code: FaultCode; issues: readonly Issue[]; at: number };

const untroubled: Trouble = { crashes: 0, since: null };

/**
 * Crashes in a row that last longer than instances are killed for other reasons (a deployment, a neighbour that took the memory)
 * are the upload's own; faults that last a day are not of the moment.
 */
const mostCrashes = 5;
const longestCrashesMs = 30 * minuteMs;
const longestFaultsMs = dayMs;

/** A step that has not been taken after this long may have lost its event; the sweep comes every ten minutes. */
const firstLookAfterMs = 8 * minuteMs;
const longestLookPauseMs = 6 * hourMs;

export const lookAfter = (at: number, looks = 0): Look => ({
  at: at + Math.min(longestLookPauseMs, firstLookAfterMs * 2 ** looks),
  looks,
});

const looksOf = ({ nextLook }: Upload): number => nextLook?.looks ?? 0;

/** A new upload, announced and not yet stored. @param incarnation random, of its own */
export function requested(
  announced: Announcement,
  traceparent: string,
  at: number,
  incarnation: string,
): Upload {
  return {
    status: 'requested',
    stage: 'upload',
    incarnation,
    attempt: 0,
    lease: null,
    trouble: untroubled,
    nextLook: lookAfter(at),
    provisional: false,
    code: null,
    message: null,
    announced,
    receipt: null,
    traceparent,
    attemptTraceparent: null,
    earlierTraceparent: null,
    requestedAt: at,
    storedAt: null,
    analyzedAt: null,
    finishedAt: null,
  };
}

export function finished(upload: Upload): boolean {
  return upload.status === 'succeeded' || upload.status === 'failed';
}

/** Whether it failed for want of a recording alone: one that comes after all is taken up. */
export function lacksRecording({ status, code }: Pick<Upload, 'status' | 'code'>): boolean {
  return status === 'failed' && (code === 'upload/expired' || code === 'recording/missing');
}

/** Whether it waits for whoever holds the person. */
export function awaitsHolder({ status, stage }: Pick<Upload, 'status' | 'stage'>): boolean {
  return status === 'queued' || status === 'deleting' || (status === 'processing' && stage === 'analysis');
}

const noTrouble: readonly FaultCode[] = ['upload/busy', 'upload/fenced', 'upload/deleting', 'schema/newer'];

/** Whether a fault that may pass speaks for giving up, if it lasts: not where somebody else is at work, or is to be. */
export function countsAsFault({ code, retry }: Fault): boolean {
  return retry && !noTrouble.includes(code);
}

/** Whether an upload brings down whoever works on it: nobody should any more. */
export function isPoison({ trouble: { crashes, since } }: Pick<Upload, 'trouble'>, now: number): boolean {
  return crashes >= mostCrashes && since !== null && now - since >= longestCrashesMs;
}

/** Whether an upload has met nothing but trouble for so long that the next fault is its end. */
export function isOutOfPatience({ trouble: { since } }: Pick<Upload, 'trouble'>, now: number): boolean {
  return since !== null && now - since >= longestFaultsMs;
}

/**
 * The whole table of moves: `requested -> queued (-> processing) -> succeeded | failed`, and from anywhere to `deleting`,
 * from which nothing leads away. An analysis is written by whoever holds the person, in one commit with the upload's move;
 * the fence of a text is the lease of the upload itself.
 *
 * An event that has already had its effect changes nothing (the same object comes back), so every event may be
 * delivered again. A claim on an upload whose text is not wanted (any more) changes nothing either; the caller sees that
 * the lease is not its own.
 *
 * @throws Fault `upload/busy` when someone else holds a live lease, `upload/fenced` when a holder that was
 *   overtaken reports a result, `upload/illegal-move` for anything that cannot happen.
 */
export function advance(upload: Upload, event: UploadEvent): Upload {
  switch (event.kind) {
    case 'stored':
      if (upload.status !== 'requested') return upload;
      return {
        ...upload,
        status: 'queued',
        stage: 'analysis',
        storedAt: event.at,
        nextLook: lookAfter(event.at),
      };

    case 'begun':
      if (!awaitsHolder(upload) || upload.status === 'deleting') throw new Fault('upload/illegal-move');
      return {
        ...upload,
        status: 'processing',
        attempt: upload.attempt + 1,
        nextLook: lookAfter(event.at),
        attemptTraceparent: event.traceparent ?? null,
        earlierTraceparent: upload.attemptTraceparent,
      };

    case 'analyzed':
      if (!awaitsHolder(upload) || upload.status === 'deleting') throw new Fault('upload/illegal-move');
      return {
        ...upload,
        status: event.textWanted ? 'processing' : 'succeeded',
        stage: 'narrative',
        trouble: untroubled,
        nextLook: event.textWanted
          ? lookAfter(event.at, event.provisional ? looksOf(upload) : 0)
          : event.provisional
            ? lookAfter(event.at, looksOf(upload) + 1)
            : null,
        provisional: event.provisional,
        attemptTraceparent: null,
        receipt: event.receipt,
        analyzedAt: event.at,
        finishedAt: event.textWanted ? null : event.at,
      };

    case 'claimed':
      return claim(upload, event);

    case 'narrated':
      holdFence(upload, event.holder);
      return {
        ...upload,
        status: 'succeeded',
        lease: null,
        trouble: untroubled,
        nextLook: upload.provisional ? lookAfter(event.at, looksOf(upload) + 1) : null,
        finishedAt: event.at,
      };

    case 'released':
      return upload.lease?.holder === event.holder ? { ...upload, lease: null } : upload;

    case 'rewritten':
      if (upload.status !== 'succeeded') throw new Fault('upload/illegal-move');
      return { ...upload, finishedAt: event.at };

    case 'retried':
      if (upload.status !== 'failed' && !(upload.status === 'succeeded' && upload.provisional))
        throw new Fault('upload/illegal-move');
      return queuedAgain(upload, event.at);

    case 'reopened':
      if (upload.status !== 'succeeded') throw new Fault('upload/illegal-move');
      return queuedAgain(upload, event.at);

    case 'troubled':
      if (!awaitsHolder(upload)) return upload;
      return { ...upload, trouble: { crashes: 0, since: upload.trouble.since ?? event.at } };

    case 'crashed':
      if (!awaitsHolder(upload)) return upload;
      return { ...upload, trouble: afterCrash(upload.trouble, event.at) };

    case 'looked':
      if (!upload.nextLook) return upload;
      return { ...upload, nextLook: lookAfter(event.at, upload.nextLook.looks + 1) };

    case 'recalled':
      return upload.nextLook ? { ...upload, nextLook: { ...upload.nextLook, at: event.at } } : upload;

    case 'deleting':
      if (upload.status === 'deleting') return upload;
      return { ...upload, status: 'deleting', lease: null, nextLook: lookAfter(event.at) };

    case 'expired':
      if (upload.status !== event.seen) return upload;
      return advance(upload, { kind: 'failed', code: 'upload/expired', issues: [], at: event.at });

    case 'failed':
      // What has succeeded has not failed, whatever somebody meant to say who was overtaken.
      if (finished(upload) || upload.status === 'deleting') return upload;
      return {
        ...upload,
        status: 'failed',
        lease: null,
        nextLook: null,
        code: event.code,
        message: faults[event.code].sentence,
        receipt: upload.receipt ?? { processedSamples: 0, skippedSamples: 0, issues: event.issues },
        finishedAt: event.at,
      };
  }
}

const queuedAgain = (upload: Upload, at: number): Upload => ({
  ...upload,
  status: 'queued',
  stage: 'analysis',
  trouble: untroubled,
  nextLook: lookAfter(at, upload.provisional ? looksOf(upload) : 0),
  code: null,
  message: null,
  receipt: null,
  storedAt: at,
  analyzedAt: null,
  finishedAt: null,
});

function claim(upload: Upload, event: Extract<UploadEvent, { kind: 'claimed' }>): Upload {
  if (upload.status !== 'processing' || upload.stage !== 'narrative') return upload;
  // The answer to its first claim was lost.
  if (upload.lease?.holder === event.holder) return upload;
  if (upload.lease && upload.lease.until > event.at) throw new Fault('upload/busy');
  return {
    ...upload,
    attempt: upload.attempt + 1,
    nextLook: lookAfter(event.at),
    attemptTraceparent: event.traceparent ?? null,
    earlierTraceparent: upload.attemptTraceparent,
    lease: { holder: event.holder, until: event.until },
  };
}

const afterCrash = ({ crashes, since }: Trouble, at: number): Trouble => ({
  crashes: crashes + 1,
  since: since ?? at,
});

/** Whether `holder` still writes the upload's text. An expired lease that nobody took over is still held. */
function holdFence(upload: Upload, holder: string): void {
  if (upload.status !== 'processing' || upload.lease?.holder !== holder) throw new Fault('upload/fenced');
}

/** Open uploads are looked for shard by shard, so that no index has one hot end. */
export const shards = 8;

export function shardOf(id: string): number {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (31 * sum + id.charCodeAt(i)) >>> 0;
  return sum % shards;
}
