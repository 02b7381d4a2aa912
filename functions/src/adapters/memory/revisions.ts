import type { Revision } from '../../workflows/ports.ts';

const revisions = new WeakMap<object, Revision>();
let count = 0;

/** What is stored is never changed in place: another object is another revision. */
export function revisionOf(stored: object): Revision {
  const revision = revisions.get(stored) ?? String(++count);
  revisions.set(stored, revision);
  return revision;
}
