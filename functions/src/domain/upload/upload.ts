import { Fault, faults, type FaultCode, type Issue } from '../fault.ts';

/** What identifies an upload everywhere: in Storage, Firestore, Pub/Sub and the logs. */
export interface UploadKey {
  uid: string;
  uploadId: string;
}

export type UploadStatus = 'requested' | 'queued' | 'processing' | 'succeeded' | 'failed' | 'deleting';
export type UploadStage = 'upload' | 'analysis' | 'narrative';

/** The right to work on an upload: whose, and until when (ms since 1970). */
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

/** The status document of an upload. All times are ms since 1970. */
export interface Upload {
  status: UploadStatus;
  stage: UploadStage;
  /** How often it was claimed; also the fence: only the holder of the latest attempt may write results. */
  attempt: number;
  lease: Lease | null;
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
  | {
      kind: 'claimed';
      stage: 'analysis' | 'narrative';
      holder: string;
      at: number;
      until: number;
      /** The claiming step, where it has a name in a trace. */
      traceparent?: string;
    }
  | { kind: 'analyzed'; attempt: number; receipt: Receipt; at: number }
  | { kind: 'narrated'; attempt: number; at: number }
  | { kind: 'rewritten'; at: number }
  | { kind: 'retried'; at: number }
  | { kind: 'released'; attempt: number }
  | { kind: 'deleting' }
  | { kind: 'failed'; attempt: number | null; code: FaultCode; issues: readonly Issue[]; at: number };

/** A new upload, announced and not yet stored. */
export function requested(announced: Announcement, traceparent: string, at: number): Upload {
  return {
    status: 'requested',
    stage: 'upload',
    attempt: 0,
    lease: null,
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

/**
 * The whole table of moves: `requested -> queued -> processing -> succeeded | failed`, and from anywhere to `deleting`,
 * from which nothing leads away: whoever is still at work is fenced.
 *
 * An event that has already had its effect changes nothing (the same object comes back), so every event may be
 * delivered again. A claim on an upload that is past that stage changes nothing either; the caller sees that the
 * lease is not its own.
 *
 * @throws Fault `upload/busy` when someone else holds a live lease, `upload/fenced` when an attempt that was
 *   overtaken reports a result, `upload/illegal-move` for anything that cannot happen.
 */
export function advance(upload: Upload, event: UploadEvent): Upload {
  switch (event.kind) {
    case 'stored':
      if (upload.status !== 'requested') return upload;
      return { ...upload, status: 'queued', stage: 'analysis', storedAt: event.at };

    case 'claimed':
      return claim(upload, event);

    case 'analyzed':
      holdFence(upload, event.attempt);
      if (upload.stage !== 'analysis') throw new Fault('upload/illegal-move');
      return {
        ...upload,
        stage: 'narrative',
        lease: null,
        attemptTraceparent: null,
        receipt: event.receipt,
        analyzedAt: event.at,
      };

    case 'narrated':
      holdFence(upload, event.attempt);
      if (upload.stage !== 'narrative') throw new Fault('upload/illegal-move');
      return { ...upload, status: 'succeeded', lease: null, finishedAt: event.at };

    case 'rewritten':
      if (upload.status !== 'succeeded') throw new Fault('upload/illegal-move');
      return { ...upload, finishedAt: event.at };

    case 'retried':
      if (upload.status !== 'failed') throw new Fault('upload/illegal-move');
      return {
        ...upload,
        status: 'queued',
        stage: 'analysis',
        code: null,
        message: null,
        receipt: null,
        storedAt: event.at,
        analyzedAt: null,
        finishedAt: null,
      };

    case 'released':
      return upload.attempt === event.attempt && upload.lease ? { ...upload, lease: null } : upload;

    case 'deleting':
      return upload.status === 'deleting' ? upload : { ...upload, status: 'deleting', lease: null };

    case 'failed':
      if (upload.status === 'failed' || upload.status === 'deleting') return upload;
      if (upload.status === 'succeeded') throw new Fault('upload/illegal-move');
      if (event.attempt !== null) holdFence(upload, event.attempt);
      // From outside: not over the head of whoever is at work, and nothing expires once it has come.
      else if (upload.lease && upload.lease.until > event.at) throw new Fault('upload/busy');
      else if (event.code === 'upload/expired' && upload.status !== 'requested') return upload;
      return {
        ...upload,
        status: 'failed',
        lease: null,
        code: event.code,
        message: faults[event.code].sentence,
        receipt: upload.receipt ?? { processedSamples: 0, skippedSamples: 0, issues: event.issues },
        finishedAt: event.at,
      };
  }
}

function claim(upload: Upload, event: Extract<UploadEvent, { kind: 'claimed' }>): Upload {
  if (finished(upload) || upload.status === 'deleting') return upload;
  if (event.stage === 'analysis' && upload.stage === 'narrative') return upload;
  if (event.stage === 'narrative' && upload.stage !== 'narrative') throw new Fault('upload/illegal-move');
  if (upload.lease && upload.lease.until > event.at) throw new Fault('upload/busy');
  return {
    ...upload,
    status: 'processing',
    stage: event.stage,
    storedAt: upload.storedAt ?? event.at,
    attempt: upload.attempt + 1,
    attemptTraceparent: event.traceparent ?? null,
    // Documents of an earlier version do not have it.
    earlierTraceparent: upload.attemptTraceparent ?? null,
    lease: { holder: event.holder, until: event.until },
  };
}

/** Whether `attempt` still holds the upload. An expired lease that nobody took over is still held. */
function holdFence(upload: Upload, attempt: number): void {
  if (upload.status !== 'processing' || upload.attempt !== attempt || !upload.lease) {
    throw new Fault('upload/fenced');
  }
}
