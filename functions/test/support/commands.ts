import type { Runnable } from '../../../scripts/lib/command.ts';

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

let last: Promise<unknown> = Promise.resolve();

/** Runs a command as run.mjs does, but in this process; one after the other, because they write to one console. */
export function ran(command: Runnable, ...args: string[]): Promise<Ran> {
  const next = last.then(() => runNow(command, args));
  last = next.catch(() => {});
  return next;
}

async function runNow({ main }: Runnable, args: string[]): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const { log, error } = console;
  const { isTTY } = process.stdout;
  console.log = (line: string) => (said.stdout += `${line}\n`);
  console.error = (line: string) => (said.stderr += `${line}\n`);
  process.stdout.isTTY = false;
  try {
    return { status: await main(args), ...said };
  } finally {
    Object.assign(console, { log, error });
    process.stdout.isTTY = isTTY;
  }
}
