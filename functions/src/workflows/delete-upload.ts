import { faultOf } from '../domain/fault.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';

/**
 * Deletes an upload: its recording, its analysis, its narrative, and every sample that no other upload brought as well.
 * From the first step on, whoever is still at work on it is fenced; the status document goes last, so that what a crash
 * leaves is found by the next call or by the sweep. An upload that is not there, or no longer, is deleted.
 *
 * Analyses of later uploads stand as what was known then.
 */
export async function deleteUpload(
  { uploads, days, recordings, clock }: Pick<Ports, 'uploads' | 'days' | 'recordings' | 'clock'>,
  key: UploadKey,
): Promise<{ deleted: true }> {
  try {
    await uploads.advance(key, { kind: 'deleting', at: clock.now() });
  } catch (error) {
    if (faultOf(error).code !== 'upload/not-found') throw error;
    return { deleted: true };
  }
  await days.forget(key);
  await recordings.remove(key);
  await uploads.remove(key);
  return { deleted: true };
}
