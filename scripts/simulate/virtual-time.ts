/** A clock that stands still while something happens and then jumps to the next appointment. */
export interface VirtualTime {
  now: () => number;
  /** Does `work` in `ms`; gives what calls it off. */
  after(ms: number, work: () => void): () => void;
  wait(ms: number): Promise<void>;
  /** Lives through all appointments up to `until`; gives whether there are more. */
  run(until: number, each: () => void): Promise<boolean>;
}

interface Appointment {
  at: number;
  order: number;
  work: (() => void) | undefined;
}

const earlier = (a: Appointment, b: Appointment): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

export function virtualTime(start: number): VirtualTime {
  let now = start;
  let made = 0;
  const heap: Appointment[] = [];

  const push = (appointment: Appointment): void => {
    let i = heap.push(appointment) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(heap[i]!, heap[parent]!)) return;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  };
  const pop = (): Appointment => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < heap.length && earlier(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && earlier(heap[right]!, heap[least]!)) least = right;
      if (least === i) return first;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  };

  const after = (ms: number, work: () => void): (() => void) => {
    const appointment: Appointment = { at: now + ms, order: made++, work };
    push(appointment);
    return () => {
      appointment.work = undefined;
    };
  };
  return {
    now: () => now,
    after,
    wait: (ms) =>
      new Promise((resolve) => {
        after(ms, resolve);
      }),
    async run(until, each) {
      while (heap.length > 0 && heap[0]!.at <= until) {
        const { at, work } = pop();
        if (!work) continue;
        now = at;
        work();
        // Every promise that this settles, and all that come of it, before the next appointment.
        await new Promise(setImmediate);
        each();
      }
      now = Math.max(now, Math.min(until, heap[0]?.at ?? until));
      return heap.length > 0;
    },
  };
}
