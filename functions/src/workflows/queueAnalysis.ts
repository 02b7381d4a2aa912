import type { UploadKey } from '../domain/upload.ts';
import type { Ports } from './ports.ts';

/**
 * A recording is in storage: asks for its analysis. Published before it is recorded, so that a crash in between
 * repeats the message rather than losing it; analysing is idempotent. An object that nobody announced is left
 * alone: 'unknown'.
 */
export async function queueAnalysis(
  { uploads, requests, clock }: Pick<Ports, 'uploads' | 'requests' | 'clock'>,
  key: UploadKey,
  traceparent: string,
): Promise<'queued' | 'already-queued' | 'unknown'> {
  const upload = await uploads.find(key);
  if (!upload) return 'unknown';
  if (upload.status !== 'requested') return 'already-queued';
  await requests.publish({ ...key, traceparent });
  await uploads.advance(key, { kind: 'stored', at: clock.now() });
  return 'queued';
}
