// Runs after every install, here and in Cloud Build: of ONNX Runtime only this platform's binaries stay (288 -> 47 MB). In an
// install without development dependencies, the image, all that the bundles contain goes too (209 -> 57 MB).
const fs = require('node:fs');
const path = require('node:path');

/** What the bundles import from outside themselves; build.mjs bundles all else. */
const notBundled = ['@google-cloud/functions-framework', 'onnxruntime-node'];

/** Where `name` is found from the package in folder `from`, as Node looks for it; undefined for an optional one. */
function resolve(packages, from, name) {
  for (let folder = from; ;) {
    const found = path.posix.join(folder, 'node_modules', name);
    if (packages[found]) return found;
    if (folder === '') return undefined;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1));
  }
}

/** The folders of the packages that a lock file installs for `names` and for all that they need. */
function foldersOf(lock, names) {
  const folders = new Set();
  const visit = (from, name) => {
    const folder = resolve(lock.packages, from, name);
    if (folder === undefined || folders.has(folder)) return;
    folders.add(folder);
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[folder];
    const needed = { ...dependencies, ...optionalDependencies, ...peerDependencies };
    for (const other of Object.keys(needed)) visit(folder, other);
  };
  for (const name of names) visit('', name);
  return [...folders].sort();
}

/** bin/<napi version>/<platform>/<architecture> */
function pruneOnnx() {
  const root = path.join(__dirname, 'node_modules/onnxruntime-node');
  if (!fs.existsSync(root)) return;
  const subfolders = (folder) => fs.readdirSync(folder).map((name) => path.join(folder, name));
  const here = path.join(process.platform, process.arch);
  for (const folder of subfolders(path.join(root, 'bin')).flatMap(subfolders).flatMap(subfolders)) {
    if (!folder.endsWith(here)) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function pruneBundled() {
  const lock = JSON.parse(fs.readFileSync(path.join(__dirname, 'package-lock.json'), 'utf8'));
  const kept = new Set(foldersOf(lock, notBundled));
  // One that lies within another is needed by that one only, so none that stays lies within one that goes.
  for (const folder of Object.keys(lock.packages).filter((name) => name !== '' && !kept.has(name))) {
    fs.rmSync(path.join(__dirname, folder), { recursive: true, force: true });
  }
}

module.exports = { notBundled, foldersOf };

if (require.main === module) {
  pruneOnnx();
  const image = !fs.existsSync(path.join(__dirname, 'node_modules/esbuild'));
  if (image && fs.existsSync(path.join(__dirname, 'lib/index.cjs'))) pruneBundled();
}
