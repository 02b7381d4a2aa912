import { readFile } from 'node:fs/promises';
import type { UploadStatus } from '../../functions/src/domain/upload/upload.ts';
import type { Destination } from '../client/destination.ts';
import type { Answer, Send } from '../client/request.ts';
import type { BuiltRecording } from './build-recordings.ts';
import type { SentList } from './sent-list.ts';

/** Larger ones go straight to Storage. */
const mostPostedBytes = 1024 * 1024;
const contentType = 'application/x-ndjson';
const pollMs = 2_000;
/** Twenty minutes: as many minutes as the sweep needs to make a lost event good, twice. */
const mostPolls = 600;

export type Sent = 'sent' | 'there' | 'failed';

export interface SendOptions {
  to: Destination;
  send: Send;
  sent: SentList;
  say: (line: string) => void;
  wait: (ms: number) => Promise<void>;
  /** Called with the bytes that are done. */
  onBytes: (done: number) => void;
  interrupted: AbortSignal;
  mostPosted?: number;
}

/**
 * Sends the recordings that are not there yet, in the order of their days, and gives how each of them ended.
 *
 * The last one waits until the others are analysed: an analysis tells what was known when it was made, and that of the latest
 * days is the one that people look at.
 *
 * Safe to be stopped anywhere: the upload ids are those of the content, so the next run goes on with the first that is not
 * there.
 *
 * @throws RangeError when the server refuses a recording, or cannot be reached
 */
export async function sendRecordings(
  recordings: readonly BuiltRecording[],
  options: SendOptions,
): Promise<Record<Sent, number>> {
  const ends: Record<Sent, number> = { sent: 0, there: 0, failed: 0 };
  let done = 0;
  for (const recording of recordings) {
    options.interrupted.throwIfAborted();
    const others = recording === recordings.at(-1) ? recordings.slice(0, -1) : [];
    const end = options.sent.has(recording.uploadId) ? 'there' : await sendOne(recording, others, options);
    if (end !== 'failed') options.sent.add(recording.uploadId);
    ends[end]++;
    options.onBytes((done += recording.sizeBytes));
  }
  return ends;
}

const underWay: unknown[] = ['requested', 'queued', 'processing'] satisfies UploadStatus[];

/** Resolves when the uploads are past their analysis, or have failed, or take too long. */
async function analyzed(uploads: readonly BuiltRecording[], options: SendOptions): Promise<void> {
  const { to, send, say, wait, interrupted } = options;
  if (uploads.length > 0) say('waiting until these are analysed before the latest is sent');
  let polls = 0;
  for (const { uploadId } of uploads) {
    for (;;) {
      interrupted.throwIfAborted();
      const { body } = await send(statusAddress(to, uploadId), { method: 'GET' });
      // One that failed, or was deleted since, has nothing to wait for.
      if (body['stage'] === 'narrative' || !underWay.includes(body['status'])) break;
      if (++polls > mostPolls) {
        say('they take too long: the latest is sent now, and its analysis may not know all of them');
        return;
      }
      await wait(pollMs);
    }
  }
}

/** @param others are analysed before it is sent */
async function sendOne(
  recording: BuiltRecording,
  others: readonly BuiltRecording[],
  options: SendOptions,
): Promise<Sent> {
  const { to, send, say, mostPosted = mostPostedBytes } = options;
  const { uploadId, sizeBytes } = recording;
  const known = await send(statusAddress(to, uploadId), { method: 'GET' });
  if (known.status !== 200 && known.status !== 404) throw refused(recording, known);
  const { status, code, sentence, nextStep } = known.body;
  // An announcement that ran out: the object never came, and Storage takes it no more; the function does.
  const missed = code === 'upload/expired' || code === 'recording/missing';
  if (known.status === 200 && status !== 'requested' && !missed) {
    if (status !== 'failed') return 'there';
    say(
      `${recording.firstDay} to ${recording.lastDay} (${uploadId}): ${String(sentence)} ${String(nextStep)}`,
    );
    return 'failed';
  }
  await analyzed(others, options);
  if (sizeBytes <= mostPosted || missed || !(await stored(recording, options)))
    await post(recording, options);
  return 'sent';
}

function statusAddress(to: Destination, uploadId: string): string {
  return `${to.functionUrl('uploadRecording')}/api/v1/health-data/upload/${uploadId}/status`;
}

async function post(recording: BuiltRecording, { to, send }: SendOptions): Promise<void> {
  const answer = await send(to.functionUrl('uploadRecording'), {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'content-encoding': 'gzip',
      'idempotency-key': recording.uploadId,
    },
    body: await readFile(recording.file),
  });
  if (answer.status !== 202) throw refused(recording, answer);
}

/** Announces the recording and puts it into Storage; false when Storage has it, or does not take it any more. */
async function stored(recording: BuiltRecording, { to, send }: SendOptions): Promise<boolean> {
  const { uploadId, sizeBytes, sha256, file } = recording;
  const announced = await send(to.functionUrl('requestUpload'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { contentType, sizeBytes, sha256, uploadId } }),
  });
  const { result } = announced.body as { result?: { path: string } };
  if (announced.status !== 200 || !result) throw refused(recording, announced);
  const answer = await send(
    `${to.storageUrl}/v0/b/${to.bucket}/o?uploadType=media&name=${encodeURIComponent(result.path)}`,
    { method: 'POST', headers: { 'content-type': contentType }, body: await readFile(file) },
    'Firebase',
  );
  if (answer.status === 200) return true;
  if (answer.status === 403 || answer.status === 412) return false;
  throw refused(recording, answer);
}

/** Both kinds of errors have a code and a sentence: problem documents of the function, and those of callables. */
function refused({ firstDay, lastDay }: BuiltRecording, { status, body }: Answer): RangeError {
  const { title, code, error } = body as {
    title?: string;
    code?: string;
    error?: { message?: string; details?: { code?: string } };
  };
  const named = code ?? error?.details?.code ?? `HTTP ${status}`;
  const sentence = title ?? error?.message ?? 'The recording was refused.';
  return new RangeError(`${firstDay} to ${lastDay}: ${sentence} (${named})`);
}
