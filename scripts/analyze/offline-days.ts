import { memoryPorts } from '../../functions/src/adapters/memory/memory.ts';
import { requested, type UploadKey } from '../../functions/src/domain/upload/upload.ts';
import type { Days } from '../../functions/src/workflows/ports.ts';

/** The days of one person in memory, and the upload in whose name they are filled: there is one of each here. */
export async function offlineDays(): Promise<{ days: Days; origin: UploadKey }> {
  const { days, uploads } = memoryPorts();
  const origin = { uid: 'offline', uploadId: 'all-files' };
  await uploads.open(origin, requested({ contentType: '', sizeBytes: 0, sha256: null }, '', 0));
  return { days, origin };
}
