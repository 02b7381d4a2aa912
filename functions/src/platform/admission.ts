import { Fault } from '../domain/fault.ts';

export interface AdmissionLimits {
  /** Of all that is under way in this instance. */
  mostBytes: number;
  /** Of one person at once. */
  mostEach: number;
}

/** Does the work of a person that needs so many bytes of memory, or refuses it at once. */
export type Admission = <T>(uid: string, bytes: number, work: () => Promise<T>) => Promise<T>;

/** What is under way ends within seconds; nobody waits inside, where waiting would need memory as well. */
const comeAgainS = 5;

/**
 * Lets work in as long as there is room in this instance, by what each holds rather than by how many there are: a slow or
 * small body costs its neighbours next to nothing, and no number of large ones ends the process.
 *
 * The work is refused with Fault `service/busy` where there is no room now, `quota/exceeded` where the person has enough
 * under way, both with `retryAfterS`.
 */
export function admission({ mostBytes, mostEach }: AdmissionLimits): Admission {
  let held = 0;
  const open = new Map<string, number>();
  return async (uid, bytes, work) => {
    const ofPerson = open.get(uid) ?? 0;
    if (ofPerson >= mostEach) throw new Fault('quota/exceeded', { retryAfterS: comeAgainS });
    if (held + bytes > mostBytes) throw new Fault('service/busy', { retryAfterS: comeAgainS });
    held += bytes;
    open.set(uid, ofPerson + 1);
    try {
      return await work();
    } finally {
      held -= bytes;
      const left = open.get(uid)! - 1;
      if (left > 0) open.set(uid, left);
      else open.delete(uid);
    }
  };
}
