import { faultOf } from '../domain/fault.ts';
import { lacksRecording, type Upload, type UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';
import { retryUpload } from './retry-upload.ts';
import { removeStray } from './steps/remove-stray.ts';

/**
 * A recording is in storage: asks for its analysis. Published before it is recorded, so that a crash in between
 * repeats the message rather than losing it; analysing is idempotent. A recording without an upload has outlived the
 * deletion of that upload while it was being stored, and is removed. An upload that was given up because nothing had
 * come is taken up again.
 *
 * @param incarnation of the upload, where the recording came over HTTPS: then the upload is queued already
 */
export async function queueAnalysis(
  ports: Pick<Ports, 'uploads' | 'recordings' | 'requests' | 'clock'>,
  key: UploadKey,
  traceparent: string,
  incarnation?: string,
): Promise<'queued' | 'already-queued' | 'removed'> {
  const { uploads, recordings, requests, clock } = ports;
  if (incarnation !== undefined) {
    await requests.publish({ ...key, incarnation, traceparent });
    return 'queued';
  }
  let published = false;
  const publishFirst = async (upload: Upload): Promise<void> => {
    await requests.publish({ ...key, incarnation: upload.incarnation, traceparent });
    published = true;
  };
  const moved = await uploads
    .advance(key, { kind: 'stored', at: clock.now() }, {}, { publishFirst })
    .catch(undefinedIfMissing);
  if (!moved) {
    await removeStray(ports, key);
    return 'removed';
  }
  if (published) return 'queued';
  if (!lacksRecording(moved.upload) || !(await recordings.exists(key))) return 'already-queued';
  await retryUpload(ports, key);
  return 'queued';
}

function undefinedIfMissing(error: unknown): undefined {
  if (faultOf(error).code !== 'upload/not-found') throw error;
}
