import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Place } from '../client/place.ts';

/** What an interrupted import has sent to one account, so that the next run need not ask for each of it. */
export interface SentList {
  has(uploadId: string): boolean;
  add(uploadId: string): void;
  /** After a whole import: the server knows all of it, and may be told to forget some. */
  remove(): void;
}

/** @param folder ignored by git; the file in it names ids only */
export function sentList(
  folder: string,
  { emulators, project }: Pick<Place, 'project' | 'emulators'>,
  uid: string,
): SentList {
  const account = JSON.stringify([emulators !== undefined, project, uid]);
  const name = createHash('sha256').update(account).digest('hex').slice(0, 16);
  const file = path.join(folder, `sent-${name}.json`);
  const ids = new Set(read(file));
  return {
    has: (uploadId) => ids.has(uploadId),
    add(uploadId) {
      if (ids.has(uploadId)) return;
      ids.add(uploadId);
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Whole or not at all: it is written while the run may be killed.
      fs.writeFileSync(`${file}.new`, JSON.stringify([...ids]), { mode: 0o600 });
      fs.renameSync(`${file}.new`, file);
    },
    remove() {
      fs.rmSync(file, { force: true });
    },
  };
}

function read(file: string): string[] {
  try {
    const ids = JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
    return Array.isArray(ids) ? (ids as string[]) : [];
  } catch {
    // None yet, or not to be read: then each upload is asked for.
    return [];
  }
}
