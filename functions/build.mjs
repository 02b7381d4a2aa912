// src/entries/<its-name>.ts (one exported function `itsName` each) -> lib/itsName.cjs, and lib/index.cjs in front of them.
//   node build.mjs            production bundles, minified; what is imported on first use lies in chunks beside them
//   node build.mjs --dev      npm packages stay outside: 20 ms instead of seconds
//   node build.mjs --watch    as --dev, and again at every change until stdin closes
import { build, context } from 'esbuild';
import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const lib = path.join(here, 'lib');
const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

/** A function's name and its file: `requestUpload` lives in entries/request-upload.ts. */
const entries = fs.readdirSync(path.join(here, 'src/entries')).map((file) => ({
  file: `src/entries/${file}`,
  name: path.basename(file, '.ts').replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
}));
const names = entries.map(({ name }) => name).sort();

/**
 * Every instance serves one function, so it loads only that bundle: FUNCTION_TARGET is set by Cloud Run and, for each
 * worker, by the emulator. Where it is not set (discovery at deploy time) everything is loaded.
 */
function indexSource() {
  const loaders = names.map((name) => `  ${name}: () => require('./${name}.cjs').${name},`);
  return `'use strict';
require('./global.cjs');
const target = process.env.FUNCTION_TARGET;
const functions = {
${loaders.join('\n')}
};
for (const name of Object.keys(functions)) if (!target || name === target) exports[name] = functions[name]();
`;
}

// The framework loads the bundles, not the other way round; onnxruntime-node is native code. All else is bundled: what
// prune.cjs leaves in the image is these and what they need.
const neverBundled = ['@google-cloud/functions-framework', 'onnxruntime-node'];

const shared = {
  absWorkingDir: here,
  outdir: 'lib',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
};
const bundling = {
  ...shared,
  entryPoints: [
    { in: 'src/global.ts', out: 'global' },
    ...entries.map(({ file, name }) => ({ in: file, out: name })),
  ],
  bundle: true,
  // CommonJS has no import.meta.
  define: { 'import.meta.dirname': '__dirname' },
};
// Names stay: stack traces tell more, and keeping only those of functions (`keepNames`) costs the clients 50 ms at their start.
const minified = { minifyWhitespace: true, minifySyntax: true };
const development = { ...bundling, format: 'cjs', packages: 'external' };

/**
 * `import('package')` of a CommonJS package gives its names, as it does in Node; of a chunk of its own, esbuild gives only
 * the default. So such a chunk names them.
 */
const namedExports = {
  name: 'named-exports',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^.]/ }, async ({ kind, path: name, resolveDir, pluginData }) => {
      const ours = kind === 'dynamic-import' && pluginData !== 'resolved';
      if (!ours || neverBundled.includes(name) || isBuiltin(name)) return undefined;
      const found = await resolve(name, { kind, resolveDir, pluginData: 'resolved' });
      if (found.errors.length > 0) return found;
      // A package that brings ES modules for bundlers names its exports by itself.
      if (pathToFileURL(found.path).href !== import.meta.resolve(name)) return found;
      process.noDeprecation = true; // what the packages use is not ours to change
      const names = Object.keys(await import(pathToFileURL(found.path).href));
      // Node's own name for the whole of a CommonJS module.
      if (!names.includes('module.exports')) return found;
      return { path: found.path, namespace: 'named', pluginData: names };
    });
    onLoad({ filter: /.*/, namespace: 'named' }, ({ path: file, pluginData: names }) => {
      const exported = names.filter((name) => !['module.exports', '__esModule'].includes(name));
      const contents = `export { ${exported.join(', ')} } from ${JSON.stringify(file)};`;
      return { contents, resolveDir: path.dirname(file) };
    });
  },
};

/**
 * Pub/Sub hands out its messages as generated classes for whoever wants them, 2 MB of code; its client itself reads
 * protos.json. Nobody here wants them.
 */
const withoutGeneratedProtos = {
  name: 'without-generated-protos',
  setup({ onLoad }) {
    onLoad({ filter: /@google-cloud\/(pubsub|pubsub-api)\/build\/protos\/protos\.js$/ }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/**
 * A file of seven megabytes costs 100 ms before its first line runs, so the clients, which are imported on first use, must
 * be files of their own. esbuild splits only ES modules: it makes those first, and then CommonJS of each file.
 */
async function buildForProduction() {
  await build({
    ...bundling,
    format: 'esm',
    splitting: true,
    // In the same folder, where the models are found from (app.ts).
    chunkNames: 'chunk-[hash]',
    external: neverBundled,
    plugins: [namedExports, withoutGeneratedProtos],
    ...minified,
  });
  const modules = fs
    .readdirSync(lib)
    .filter((name) => name.endsWith('.cjs'))
    .map((name) => path.join('lib', name));
  // What the first pass had to say about the packages need not be said again.
  const rewriting = { ...shared, entryPoints: modules, allowOverwrite: true, logLevel: 'error' };
  // `import()` of a chunk becomes `require`: Node would take all that a CommonJS file exports for its default.
  await build({ ...rewriting, format: 'cjs', ...minified, supported: { 'dynamic-import': false } });
}

fs.rmSync(lib, { recursive: true, force: true });
fs.mkdirSync(lib);

if (watch) {
  const watcher = await context(development);
  await watcher.watch();
  process.stdin.on('end', () => process.exit(0)).resume(); // the process that started us has ended
} else {
  const started = Date.now();
  await (dev ? build(development) : buildForProduction());
  console.error(`[build] ${names.length} functions in ${Date.now() - started} ms`);
}
fs.writeFileSync(path.join(lib, 'index.cjs'), indexSource());
