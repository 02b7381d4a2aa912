import os from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
  /** Runnable processes, mean of the last minute: above the number of cores, times on the clock are the neighbours'. */
  load: number;
  /** yyyy-mm-dd */
  day: string;
}

/** Where and when something is measured. */
export function thisMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 1e9),
    node: process.version,
    load: Math.round(10 * os.loadavg()[0]!) / 10,
    day: new Date().toISOString().slice(0, 10),
  };
}

export function describeMachine({ cpu, cores, memoryGb, node, load, day }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, load ${load}, ${day}`;
}
