// What the installed packages were made from. Runs on the host's Node, which may be an older one: built-ins only.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const stampFile = path.join(root, 'node_modules/.install-stamp');
const lockFiles = ['package-lock.json', 'functions/package-lock.json'];

/** Changes when a lock file changes, or when the checkout is used on another platform. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of lockFiles) hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

export function isInstalled() {
  try {
    return fs.readFileSync(stampFile, 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

export function markInstalled() {
  fs.writeFileSync(stampFile, fingerprint());
}
