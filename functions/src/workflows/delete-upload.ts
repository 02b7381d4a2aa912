import { faultOf } from '../domain/fault.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';

/**
 * Begins the deletion of an upload. From now on it can have no results; whoever holds the person takes out every sample that no
 * other upload brought as well, computes anew what they were part of, and removes the recording, the analysis, the narrative and
 * the status document, all of it in one commit. An upload that is not there, or no longer, is deleted. Safe to call again.
 */
export async function deleteUpload(
  { uploads, requests, clock }: Pick<Ports, 'uploads' | 'requests' | 'clock'>,
  key: UploadKey,
  traceparent: string,
): Promise<{ deleted: true }> {
  try {
    // Recorded before it is published; a message that is lost is made good by the sweep.
    await uploads.advance(key, { kind: 'deleting', at: clock.now() });
    await requests.publish({ ...key, traceparent });
  } catch (error) {
    if (faultOf(error).code !== 'upload/not-found') throw error;
  }
  return { deleted: true };
}
