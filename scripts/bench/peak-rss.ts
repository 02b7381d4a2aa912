import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held, in KiB. Linux lets `maxRSS` begin with the peak of the process that started
 * this one, so it is asked for the process's own; elsewhere `maxRSS` is all there is.
 */
export function peakRssKib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
}
