// Runs npm with a sign of life: without a terminal `npm ci` says nothing for half a minute.
import { spawn } from 'node:child_process';

const heartbeatMs = 10_000;

/**
 * Runs `npm <args>` on the given Node and resolves with its exit code.
 * @param {{ label: string, node: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv }} run
 */
export function npm({ label, node, args, cwd, env = process.env }) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  console.error(`[install] ${label}: npm ${args.join(' ')}`);
  const heartbeat = setInterval(() => console.error(`[install] ${label}: ${seconds()} s ...`), heartbeatMs);

  // Inside an npm script npm_execpath is npm's own JavaScript, so that we can choose the Node it runs on.
  const npmScript = process.env.npm_execpath;
  const options = { cwd, env, stdio: 'inherit' };
  const child = npmScript
    ? spawn(node, [npmScript, ...args], options)
    : spawn('npm', args, { ...options, shell: process.platform === 'win32' });

  return new Promise((resolve) => {
    const end = (code) => {
      clearInterval(heartbeat);
      console.error(`[install] ${label}: ${code === 0 ? 'done' : 'failed'} after ${seconds()} s`);
      resolve(code);
    };
    child.once('error', () => end(1));
    child.once('exit', (code) => end(code ?? 1));
  });
}
