// What a deployment carries: the files that `firebase deploy` uploads, and the packages that stay once Cloud Build has
// installed and pruned them.
import fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { readFirebaseConfig } from '../local-stack/configuration.ts';
import { deployedBundles } from '../lib/build-functions.ts';
import { root } from '../lib/root.ts';

const functions = path.join(root, 'functions');
const require = createRequire(import.meta.url);

interface Lock {
  packages: Record<string, object>;
}

interface Prune {
  notBundled: string[];
  foldersOf: (lock: Lock, names: readonly string[]) => string[];
}

/** What the CLI adds to `ignore` of firebase.json. */
const alwaysIgnored = ['firebase-debug.log', 'firebase-debug.*.log', '.runtimeconfig.json'];

/** The files of functions/ that the firebase CLI uploads, by its own walk; paths relative to functions/. */
export async function uploadedFiles(): Promise<string[]> {
  const { readdirRecursive } = require('firebase-tools/lib/fsAsync.js') as {
    readdirRecursive: (options: { path: string; ignoreStrings: string[] }) => Promise<{ name: string }[]>;
  };
  const { ignore = [] } = readFirebaseConfig().functions[0] as { ignore?: string[] };
  const files = await readdirRecursive({ path: functions, ignoreStrings: [...ignore, ...alwaysIgnored] });
  return files.map(({ name }) => path.relative(functions, name)).sort();
}

/** Bytes of the files in a folder, without those of packages within it. */
function bytesOf(folder: string): number {
  return fs.readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesOf(file);
    return entry.isFile() ? sum + fs.statSync(file).size : sum;
  }, 0);
}

export interface InstalledPackage {
  /** Relative to the installation. */
  folder: string;
  megabytes: number;
}

/** The packages of the image by the lock file, as they are installed in `installation`; the largest first. */
export function imagePackages(installation = functions): InstalledPackage[] {
  const { notBundled, foldersOf } = require(path.join(functions, 'prune.cjs')) as Prune;
  return packages((lock) => foldersOf(lock, notBundled), installation);
}

/** All packages that are needed in production, before what the bundles contain is taken away. */
export function productionPackages(installation = functions): InstalledPackage[] {
  const { foldersOf } = require(path.join(functions, 'prune.cjs')) as Prune;
  const { dependencies } = require(path.join(functions, 'package.json')) as { dependencies: object };
  return packages((lock) => foldersOf(lock, Object.keys(dependencies)), installation);
}

function packages(choose: (lock: Lock) => string[], installation: string): InstalledPackage[] {
  const lock = JSON.parse(fs.readFileSync(path.join(functions, 'package-lock.json'), 'utf8')) as Lock;
  return choose(lock)
    .filter((folder) => fs.existsSync(path.join(installation, folder)))
    .map((folder) => ({ folder, megabytes: bytesOf(path.join(installation, folder)) / 1e6 }))
    .sort((a, b) => b.megabytes - a.megabytes);
}

export function megabytesOf(installed: readonly InstalledPackage[]): number {
  return installed.reduce((sum, { megabytes }) => sum + megabytes, 0);
}

/** Packages that the bundles in lib/ load when they run, optional ones included. @throws Error where there are no production bundles */
export function loadedPackages(): string[] {
  const named = deployedBundles().flatMap((file) => [
    ...fs.readFileSync(file, 'utf8').matchAll(/require\)?\("([^".][^"]*)"\)/g),
  ]);
  return [...new Set(named.map(([, name]) => name!))].filter((name) => !isBuiltin(name)).sort();
}
