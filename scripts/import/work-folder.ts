import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';

/** Ignored by git: what an import keeps (ids of what was sent) and what it needs while it runs. */
export const importFolder = path.join(root, '.import');

/**
 * A folder for one run, inside the checkout because a temporary one is often memory; readable by its owner only, and removed
 * after the run. What killed runs have left is removed here: health data must not stay behind.
 */
export function createWorkFolder(folder = importFolder): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of fs.readdirSync(folder)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) removeFolder(path.join(folder, name));
  }
  return fs.mkdtempSync(path.join(folder, `run-${process.pid}-`));
}

export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
