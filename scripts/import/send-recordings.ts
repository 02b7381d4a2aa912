import { openAsBlob } from 'node:fs';
import { ClientError, type ClarityLoop } from '../../functions/client/client.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';
import type { BuiltRecording } from './build-recordings.ts';
import type { Patiently } from './patience.ts';
import type { SentList } from './sent-list.ts';

const contentType = 'application/x-ndjson';
/** As many minutes as the sweep needs to make a lost event good, twice. */
const analysesTimeoutMs = 20 * minuteMs;

export type Sent = 'sent' | 'there' | 'failed';

export interface SendOptions {
  loop: Pick<ClarityLoop, 'upload' | 'uploadStatus' | 'uploadRecording' | 'deleteUpload'>;
  patiently: Patiently;
  sent: SentList;
  say: (line: string) => void;
  /** Called with the bytes that are done. */
  onBytes: (done: number) => void;
  interrupted: AbortSignal;
  /** ms to wait for the analyses of all but the latest */
  timeoutMs?: number;
}

/**
 * Sends the recordings that are not there yet, in the order of their days, and gives how each of them ended.
 *
 * The last one waits until the others are analysed: an analysis describes what was known when it was made, and that of the
 * latest days is the one that people look at.
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
  const { sent, onBytes, interrupted } = options;
  const ends: Record<Sent, number> = { sent: 0, there: 0, failed: 0 };
  let done = 0;
  for (const recording of recordings) {
    interrupted.throwIfAborted();
    const others = recording === recordings.at(-1) ? recordings.slice(0, -1) : [];
    const onSent = (bytes: number): void => onBytes(done + bytes);
    const end = sent.has(recording.uploadId)
      ? 'there'
      : await sendOne(recording, others, onSent, options).catch((error: unknown) => {
          interrupted.throwIfAborted();
          throw refused(recording, error);
        });
    if (end !== 'failed') sent.add(recording.uploadId);
    ends[end]++;
    onBytes((done += recording.sizeBytes));
  }
  return ends;
}

/** @param others are analysed before it is sent */
async function sendOne(
  recording: BuiltRecording,
  others: readonly BuiltRecording[],
  onBytes: (sent: number) => void,
  options: SendOptions,
): Promise<Sent> {
  const { loop, patiently, say, interrupted } = options;
  const { uploadId, sha256, file } = recording;
  const known = await patiently(() => loop.upload(uploadId));
  // An announcement that ran out: the object never came, and Storage takes it no more.
  const missed = known?.code === 'upload/expired' || known?.code === 'recording/missing';
  if (known && known.status !== 'requested' && !missed) {
    if (known.status !== 'failed') return 'there';
    say(`${recording.firstDay} to ${recording.lastDay} (${uploadId}): ${known.sentence} ${known.nextStep}`);
    return 'failed';
  }
  await analyzed(others, options);
  if (missed) await patiently(() => loop.deleteUpload(uploadId));
  // Read from the file piece by piece, as it is sent.
  const body = { contentType, bytes: await openAsBlob(file) } as const;
  await patiently(async () => {
    const onProgress = ({ sentBytes }: { sentBytes: number }): void => onBytes(sentBytes);
    const sending = loop.uploadRecording(body, { uploadId, sha256, onProgress });
    const cancel = (): void => void sending.cancel();
    interrupted.addEventListener('abort', cancel);
    if (interrupted.aborted) cancel();
    await sending.sent.finally(() => interrupted.removeEventListener('abort', cancel));
  });
  return 'sent';
}

/** Resolves when the uploads are past their analysis, or have failed, or take too long. */
async function analyzed(
  uploads: readonly BuiltRecording[],
  { loop, say, interrupted, timeoutMs = analysesTimeoutMs }: SendOptions,
): Promise<void> {
  if (uploads.length === 0) return;
  say('waiting until these are analysed before the latest is sent');
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([interrupted, timeout]);
  for (const { uploadId } of uploads) {
    try {
      for await (const { stage } of loop.uploadStatus(uploadId, { signal })) if (stage === 'narrative') break;
    } catch (error) {
      interrupted.throwIfAborted();
      if (timeout.aborted) {
        say('they take too long: the latest is sent now, and its analysis may not know all of them');
        return;
      }
      // One that was deleted since has nothing to wait for.
      if (!(error instanceof ClientError && error.code === 'upload/not-found')) throw error;
    }
  }
}

function refused({ firstDay, lastDay }: BuiltRecording, error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  return new RangeError(`${firstDay} to ${lastDay}: ${error.message} (${error.code})`, { cause: error });
}
