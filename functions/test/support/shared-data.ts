import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Data that are not ours to publish; where they are at hand, they lie beside the repository. */
const shared = join(import.meta.dirname, '../../../../shared');

/** The path of a folder below shared/, and why tests that need it are skipped where it is not there. */
export function sharedFolder(name: string): { folder: string; lacking: string | undefined } {
  const folder = join(shared, name);
  return {
    folder,
    lacking: existsSync(folder) ? undefined : `there is no shared/${name} beside the repository`,
  };
}
