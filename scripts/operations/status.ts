// How far an upload of the signed-in person has come, and what to do next. On the local stack that is the person whom every
// command meets there.
import { ClientError, type ClarityLoop, type UploadState } from '../../functions/client/client.ts';
import { placeOf, type PlaceOptions } from '../client/place.ts';
import { openSession } from '../client/session.ts';

/** What the document says, on one line. */
export function statusLine(upload: UploadState): string {
  const { progress, status, stage, sentence, nextStep, code } = upload;
  const share = `${Math.round(100 * progress)} %`.padStart(5);
  return `${share}  ${status}, ${stage}  ${sentence} ${nextStep}${code ? ` (${code})` : ''}`;
}

/**
 * Says how far the upload has come: once, or at each change until it has ended.
 *
 * @returns the exit status: 1 when it has failed
 * @throws ClientError `upload/not-found`
 */
export async function showStatus(
  loop: Pick<ClarityLoop, 'upload' | 'uploadStatus'>,
  uploadId: string,
  { follow, say, signal }: { follow: boolean; say: (line: string) => void; signal: AbortSignal },
): Promise<number> {
  let last: UploadState | undefined;
  const show = (upload: UploadState): void => {
    if (!last || statusLine(upload) !== statusLine(last)) say(statusLine(upload));
    last = upload;
  };
  if (follow) {
    for await (const upload of loop.uploadStatus(uploadId, { signal })) show(upload);
  } else {
    const upload = await loop.upload(uploadId);
    if (!upload) throw new ClientError('upload/not-found');
    show(upload);
  }
  return last?.status === 'failed' ? 1 : 0;
}

export interface Options extends PlaceOptions {
  uploadId: string;
  follow: boolean;
}

/** @returns the exit code, as `showStatus` */
export async function runStatus(
  { uploadId, follow, ...place }: Options,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const session = await openSession(placeOf(place));
  try {
    return await showStatus(session.loop, uploadId, { follow, say, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await session.end();
  }
}
