import { faultOf } from '../domain/fault.ts';
import { secondMs } from '../domain/time.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import type { Ports, StoredUpload } from './ports.ts';

/** How long a caller waits for the end; whoever holds the person may have other work. */
const patienceMs = 20 * secondMs;
const firstPauseMs = 250;
const longestPauseMs = 2 * secondMs;

/**
 * Deletes an upload. From its first step on it can have no results; whoever holds the person takes out every sample that no
 * other upload brought as well, computes anew what they were part of, and removes the recording, the analysis, the narrative and
 * the status document, all of it in one commit. An upload that is not there, or no longer, is deleted. Safe to call again.
 *
 * @returns whether it is gone; if not, it will be
 */
export async function deleteUpload(
  { uploads, requests, clock }: Pick<Ports, 'uploads' | 'requests' | 'clock'>,
  key: UploadKey,
  traceparent: string,
): Promise<{ deleted: boolean }> {
  let deleting: StoredUpload;
  try {
    // Recorded before it is published; a message that is lost is made good by the sweep.
    deleting = await uploads.advance(key, { kind: 'deleting', at: clock.now() });
    const { incarnation } = deleting.upload;
    await requests.publish({ ...key, incarnation, traceparent });
  } catch (error) {
    if (faultOf(error).code !== 'upload/not-found') throw error;
    return { deleted: true };
  }
  const never = new AbortController().signal;
  for (let waited = 0, pause = firstPauseMs; waited < patienceMs; waited += pause) {
    await clock.wait(pause, never);
    pause = Math.min(longestPauseMs, 2 * pause);
    const left = await uploads.find(key);
    // Another one may have been sent under its id since.
    if (left?.upload.incarnation !== deleting.upload.incarnation) return { deleted: true };
  }
  return { deleted: false };
}
