import { readFile } from 'node:fs/promises';
import type { Destination } from '../client/destination.ts';
import type { Answer, Send } from '../client/request.ts';
import type { BuiltRecording } from './buildRecordings.ts';
import type { SentList } from './sentList.ts';

/** Larger ones go straight to Storage. */
const mostPostedBytes = 1024 * 1024;
const contentType = 'application/x-ndjson';

export type Sent = 'sent' | 'there' | 'failed';

export interface SendOptions {
  to: Destination;
  send: Send;
  sent: SentList;
  say: (line: string) => void;
  /** Called with the bytes that are done. */
  onBytes: (done: number) => void;
  interrupted: AbortSignal;
  mostPosted?: number;
}

/**
 * Sends the recordings that are not there yet, in the order of their days, and gives how each of them ended.
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
    const end = options.sent.has(recording.uploadId) ? 'there' : await sendOne(recording, options);
    if (end !== 'failed') options.sent.add(recording.uploadId);
    ends[end]++;
    options.onBytes((done += recording.sizeBytes));
  }
  return ends;
}

async function sendOne(recording: BuiltRecording, options: SendOptions): Promise<Sent> {
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
