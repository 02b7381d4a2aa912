// src/entries/<name>.ts (one exported function `<name>` each) -> lib/<name>.cjs, and lib/index.cjs in front of them.
//   node build.mjs            production bundles, minified
//   node build.mjs --dev      npm packages stay outside: 20 ms instead of seconds
//   node build.mjs --watch    as --dev, and again at every change until stdin closes
import { build, context } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const lib = path.join(here, 'lib');
const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

const names = fs
  .readdirSync(path.join(here, 'src/entries'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'))
  .sort();

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

// firebase-functions must exist once in a process (params and discovery live in it); onnxruntime-node is native code.
const neverBundled = [
  'firebase-functions',
  'firebase-functions/*',
  '@google-cloud/functions-framework',
  'onnxruntime-node',
  // Large, and only an instance that has an error to report imports it.
  '@sentry/google-cloud-serverless',
];

const options = {
  absWorkingDir: here,
  entryPoints: [
    { in: 'src/global.ts', out: 'global' },
    ...names.map((name) => ({ in: `src/entries/${name}.ts`, out: name })),
  ],
  outdir: 'lib',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  // CommonJS has no import.meta.
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  ...(dev ? { packages: 'external' } : { external: neverBundled, minify: true, keepNames: true }),
};

fs.rmSync(lib, { recursive: true, force: true });
fs.mkdirSync(lib);
fs.writeFileSync(path.join(lib, 'index.cjs'), indexSource());

if (watch) {
  const watcher = await context(options);
  await watcher.watch();
  process.stdin.on('end', () => process.exit(0)).resume(); // the process that started us has ended
} else {
  const started = Date.now();
  await build(options);
  console.error(`[build] ${names.length} functions in ${Date.now() - started} ms`);
}
