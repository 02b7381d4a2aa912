// Finds and ends the processes of one run. The emulators' Java processes are detached and outlive a killed firebase CLI.
// A process belongs to a run by the run id in its environment; nothing else is ever touched.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The environment variable that marks every process of a run. */
export const runIdVariable = 'LOCAL_STACK_RUN_ID';

const linux = process.platform === 'linux';

/**
 * When a process started, in kernel ticks; empty if unknown, or if it has ended and only waits for its parent to notice. Tells a
 * process from a later one with the same id.
 */
export function startTime(pid: number): string {
  try {
    const afterName = fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '';
    const fields = afterName.split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

export function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !linux || startTime(pid) === started;
}

function hasRunId(pid: number, runId: string): boolean {
  try {
    return fs
      .readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .includes(`${runIdVariable}=${runId}`);
  } catch {
    return false; // gone, or not ours
  }
}

/** Elsewhere than on Linux: the Java processes have the run's directory `run-<id>` in their command lines. */
function pidsByCommandLine(runId: string): number[] {
  const ps = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return (ps.stdout ?? '')
    .split('\n')
    .filter((line) => line.includes(`run-${runId}`))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid > 0);
}

export function processesOf(runId: string): number[] {
  const pids = linux
    ? fs
        .readdirSync('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && hasRunId(pid, runId))
    : pidsByCommandLine(runId);
  return pids.filter((pid) => pid !== process.pid && pid !== process.ppid);
}

/** The workers of the functions emulator, with the function that each of them serves. Only known on Linux. */
export function workersOf(runId: string): { pid: number; target: string }[] {
  return processesOf(runId).flatMap((pid) => {
    try {
      const environment = fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
      const target = /\0FUNCTION_TARGET=([^\0]+)/.exec(environment)?.[1];
      return target === undefined ? [] : [{ pid, target }];
    } catch {
      return []; // gone, or no Linux
    }
  });
}

/** CPU time of a process so far, ms; 0 when it has ended. */
export function cpuMsOf(pid: number): number {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    // Ticks of 10 ms, user and system.
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return 0;
  }
}

/** Memory of a process that lies in RAM, MB; 0 when it has ended. */
export function rssMbOf(pid: number): number {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // it has ended by itself
    }
  }
}

/** Those of the run that are still there when the time is over. */
async function leftAfter(runId: string, ms: number): Promise<number[]> {
  const deadline = Date.now() + ms;
  let left = processesOf(runId);
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(100);
    left = processesOf(runId);
  }
  return left;
}

/** Asks every process of the run to end, then insists; resolves when they are gone. */
export async function endProcessesOf(runId: string, graceMs = 3_000): Promise<void> {
  signalAll(processesOf(runId), 'SIGTERM');
  const left = await leftAfter(runId, graceMs);
  signalAll(left, 'SIGKILL');
  // A busy machine takes its time for that.
  if (left.length > 0) await leftAfter(runId, 10_000);
}
