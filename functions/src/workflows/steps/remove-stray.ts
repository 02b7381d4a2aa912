import type { UploadKey } from '../../domain/upload/upload.ts';
import type { Ports } from '../ports.ts';

/** Removes a recording that has outlived the deletion of its upload; not one that was sent under the same id since. */
export async function removeStray(
  { uploads, recordings }: Pick<Ports, 'uploads' | 'recordings'>,
  key: UploadKey,
): Promise<void> {
  const version = await recordings.version(key);
  if (version === undefined || (await uploads.find(key))) return;
  await recordings.remove(key, version);
}
