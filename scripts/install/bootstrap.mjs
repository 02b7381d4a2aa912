// Before every command: installs when node_modules is missing or a lock file has changed.
// It runs on the host's Node, which may be an older one: built-ins only.
import { spawnSync } from 'node:child_process';
import { isInstalled, root } from './fingerprint.mjs';
import { javaIsNeeded, javaMajorVersion, oldestJava } from './java-version.mjs';
import { npm } from './npm.mjs';

/** Before a long install rather than after it. Only a note: some options need no Java. */
function mentionMissingJava(command) {
  if (!['start', 'test'].includes(command)) return;
  if (javaMajorVersion() < oldestJava) console.error(`[install] Note: ${javaIsNeeded}`);
}

function majorVersionOf(node) {
  return Number.parseInt(spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout, 10);
}

/** Installs what is missing, for the command of this name; gives npm's exit code, 0 when there is nothing to do. */
export async function install(command) {
  if (isInstalled()) return 0;
  mentionMissingJava(command);
  // The host's own Node. This process may be node_modules/.bin/node, which `npm ci` is about to replace.
  const hostNode = process.env.npm_node_execpath ?? process.execPath;
  // The root's optional packages are Node 24 itself for hosts with an older one: 190 MB that a newer host can do without.
  const hostIsEnough = majorVersionOf(hostNode) >= 24 && !hostNode.startsWith(root);
  const args = ['ci', '--no-audit', '--no-fund', ...(hostIsEnough ? ['--omit=optional'] : [])];
  return npm({ label: 'all packages', node: hostNode, args, cwd: root });
}
