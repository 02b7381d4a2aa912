// `postinstall` of the root: one `npm ci` installs functions/ as well. functions/ keeps its own lock file and is no npm
// workspace, because Cloud Build receives only that folder and must install exactly what was tested.
import path from 'node:path';
import { markInstalled, root } from './fingerprint.mjs';
import { npm } from './npm.mjs';

// The outer npm hands its own flags down as npm_config_*: `--omit=optional` would leave esbuild without its binary.
const inherited =
  /^npm_config_(omit|include|only|production|optional|workspaces?|prefix|local_prefix|dry_run|os|cpu|libc)$/i;

function nestedEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !inherited.test(name));
  return { ...Object.fromEntries(own), ONNXRUNTIME_NODE_INSTALL: 'skip' };
}

// An npm on Node < 22 leaves out firebase-admin's optional packages (engines >= 22) without a word. Inside an npm script
// this process runs on node_modules/.bin/node, which is Node 24 wherever a prebuilt one exists.
if (Number.parseInt(process.versions.node, 10) < 22) {
  console.error(
    `[install] Node 24 is needed: this is ${process.version}, and there is no prebuilt Node 24 package for ` +
      `${process.platform}-${process.arch}. Install Node 24 and run npm again.`,
  );
  process.exit(1);
}

const code = await npm({
  label: 'functions',
  node: process.execPath,
  args: ['ci', '--no-audit', '--no-fund'],
  cwd: path.join(root, 'functions'),
  env: nestedEnvironment(),
});
if (code === 0) markInstalled();
process.exitCode = code;
