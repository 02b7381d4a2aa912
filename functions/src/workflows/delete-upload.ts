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
  const gone = { deleted: true } as const;
  try {
    const { upload } = await uploads.advance(key, { kind: 'deleting', at: clock.now() });
    await days.forget(key, null);
    const version = await recordings.version(key);
    // Another deletion may have been faster, and another recording sent under the same id: that one stays. One that was there
    // while the upload was still being deleted is ours.
    const still = await uploads.find(key);
    if (still?.status !== 'deleting' || still.incarnation !== upload.incarnation) return gone;
    if (version !== undefined) await recordings.remove(key, version);
    await uploads.remove(key);
    return gone;
  } catch (error) {
    if (!['upload/not-found', 'upload/fenced'].includes(faultOf(error).code)) throw error;
    return gone;
  }
}
