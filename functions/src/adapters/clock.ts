import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../workflows/ports.ts';

/** The clock of the machine. What waits for it keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
