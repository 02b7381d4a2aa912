// Runs named steps one after the other and says how each of them ended.
import { spawn } from 'node:child_process';
import { interruption } from '../lib/interruption.ts';

export interface Step {
  name: string;
  /** Arguments of Node. */
  args: string[];
  cwd: string;
  env?: Record<string, string>;
}

export interface Result {
  name: string;
  ok: boolean;
}

/** Prints the step's name before it and its verdict with the time after it. */
export async function step(name: string, work: () => Promise<boolean>): Promise<Result> {
  console.log(`\n== ${name}`);
  const started = performance.now();
  let ok = false;
  try {
    interruption().throwIfAborted();
    ok = await work();
  } catch (problem) {
    console.error((problem as Error).message);
  }
  console.log(
    `== ${name}: ${ok ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return { name, ok };
}

/** Resolves with whether `node <args>` ended with 0. */
export function runNode({ args, cwd, env = {} }: Omit<Step, 'name'>): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    const end = () => child.kill('SIGTERM');
    interruption().addEventListener('abort', end);
    child.once('error', () => {
      resolve(false);
    });
    child.once('exit', (code) => {
      interruption().removeEventListener('abort', end);
      resolve(code === 0);
    });
  });
}

export function nodeStep({ name, ...run }: Step): Promise<Result> {
  return step(name, () => runNode(run));
}
