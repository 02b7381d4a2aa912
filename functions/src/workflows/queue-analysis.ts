import { faultOf } from '../domain/fault.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';
import { retryUpload } from './retry-upload.ts';

/**
 * A recording is in storage: asks for its analysis. Published before it is recorded, so that a crash in between
 * repeats the message rather than losing it; analysing is idempotent. A recording without an upload has outlived the
 * deletion of that upload while it was being stored, and is removed. An upload that was given up because nothing had
 * come is taken up again.
 */
export async function queueAnalysis(
  ports: Pick<Ports, 'uploads' | 'recordings' | 'requests' | 'clock'>,
  key: UploadKey,
  traceparent: string,
): Promise<'queued' | 'already-queued' | 'removed'> {
  const { uploads, recordings, requests, clock } = ports;
  let published = false;
  const publishFirst = async (): Promise<void> => {
    await requests.publish({ ...key, traceparent });
    published = true;
  };
  const moved = await uploads
    .advance(key, { kind: 'stored', at: clock.now() }, {}, { publishFirst })
    .catch(undefinedIfMissing);
  const upload = moved?.upload;
  if (!upload || upload.status === 'deleting') {
    await recordings.remove(key);
    return 'removed';
  }
  if (published) return 'queued';
  const missed = upload.code === 'upload/expired' || upload.code === 'recording/missing';
  if (!missed || !(await recordings.exists(key))) return 'already-queued';
  await retryUpload(ports, key);
  return 'queued';
}

function undefinedIfMissing(error: unknown): undefined {
  if (faultOf(error).code !== 'upload/not-found') throw error;
}
