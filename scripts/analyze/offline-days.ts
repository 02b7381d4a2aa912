import { memoryPorts } from '../../functions/src/adapters/memory/memory.ts';
import { requested, type UploadKey } from '../../functions/src/domain/upload/upload.ts';
import type { Days } from '../../functions/src/workflows/ports.ts';

/** The upload in whose name days are filled, and the worker that does. */
export type OfflineOrigin = UploadKey & { holder: string };

/** The days of one person in memory, and the upload in whose name they are filled: there is one of each here. */
export async function offlineDays(): Promise<{ days: Days; origin: OfflineOrigin }> {
  const { days, uploads } = memoryPorts();
  const key = { uid: 'offline', uploadId: 'all-files' };
  const holder = 'this process';
  const announced = { contentType: '', sizeBytes: 0, sha256: null };
  await uploads.open(key, requested(announced, '', 0, 'offline'));
  await uploads.advance(key, { kind: 'claimed', stage: 'analysis', holder, at: 0, until: 0 });
  return { days, origin: { ...key, holder } };
}
