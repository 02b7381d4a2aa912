import { Fault } from '../domain/fault.ts';
import type { UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';

/**
 * Takes a failed upload up again from its stored recording. Recorded before it is published: a message that came first
 * would find the upload still failed and do nothing; one that is lost is made good by the sweep.
 *
 * @throws Fault `upload/not-found`, `upload/illegal-move` when it has not failed, `recording/missing`
 */
export async function retryUpload(
  { uploads, recordings, requests, clock }: Pick<Ports, 'uploads' | 'recordings' | 'requests' | 'clock'>,
  key: UploadKey,
): Promise<{ status: 'queued' }> {
  const stored = await uploads.find(key);
  if (!stored) throw new Fault('upload/not-found');
  const { upload } = stored;
  if (upload.status !== 'failed' && !upload.provisional) throw new Fault('upload/illegal-move');
  if (!(await recordings.exists(key))) throw new Fault('recording/missing');
  const retried = await uploads.advance(key, { kind: 'retried', at: clock.now() });
  const { incarnation, traceparent } = retried.upload;
  await requests.publish({ ...key, incarnation, traceparent });
  return { status: 'queued' };
}
