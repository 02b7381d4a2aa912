// `node scripts/run.mjs NAME [ARGUMENTS]`: runs scripts/commands/NAME.ts, with packages installed and on Node 24.
// It starts on the host's Node, which may be an older one: built-ins only.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install/bootstrap.mjs';
import { root } from './install/fingerprint.mjs';

const [name = '', ...args] = process.argv.slice(2);

/** This program again, on this Node and with these flags; resolves with its exit code. */
function runAgain(node, flags) {
  const all = [...flags, ...process.execArgv, ...process.argv.slice(1)];
  // The same process, where the system can do that: nobody has to pass signals and exit codes on.
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...all]);
  const child = spawn(node, all, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // The child watches its parent; so somebody must watch ours.
  const { ppid } = process;
  const watch = setInterval(() => process.ppid === ppid || child.kill('SIGTERM'), 1000);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + os.constants.signals[signal]);
    });
  });
}

/** Node 24 of the root's optional packages, for hosts with an older one. */
function onNode24() {
  const node = path.join(root, 'node_modules/.bin/node');
  if (fs.existsSync(node)) return runAgain(node, []);
  console.error(
    'This needs Node 24: there is no package of it for this system, so install it from nodejs.org.',
  );
  return 1;
}

async function run() {
  const file = path.join(root, 'scripts/commands', `${name.replaceAll(':', '-')}.ts`);
  if (!fs.existsSync(file)) {
    console.error(`There is no command "${name}"; "npm run" lists them.`);
    return 2;
  }
  const failed = await install(name);
  if (failed) return failed;
  if (Number.parseInt(process.versions.node, 10) < 24) return onNode24();
  const { default: command } = await import(pathToFileURL(file).href);
  const missing = command.nodeFlags.filter((flag) => !process.execArgv.includes(flag));
  if (missing.length > 0) return runAgain(process.execPath, missing);
  // A reader that has seen enough (`| head`) closes the pipe.
  process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1));
  return command.main(args);
}

process.exitCode = await run();
