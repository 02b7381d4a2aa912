// `node scripts/run.mjs NAME [ARGUMENTS]`: runs scripts/commands/NAME.ts, with packages installed and on Node 24.
// It starts on the host's Node, which may be an older one: built-ins only.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { install } from './install/bootstrap.mjs';
import { root } from './install/fingerprint.mjs';

const [name, ...args] = process.argv.slice(2);

/** Node 24 of the root's optional packages, for hosts with an older one. */
function onNode24() {
  const node = path.join(root, 'node_modules/.bin/node');
  if (!fs.existsSync(node)) {
    console.error(
      'This needs Node 24: there is no package of it for this system, so install it from nodejs.org.',
    );
    return 1;
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
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

async function run() {
  const failed = await install(name);
  if (failed) return failed;
  if (Number.parseInt(process.versions.node, 10) < 24) return onNode24();
  const { default: command } = await import(new URL(`./commands/${name}.ts`, import.meta.url).href);
  return command.main(args);
}

process.exitCode = await run();
