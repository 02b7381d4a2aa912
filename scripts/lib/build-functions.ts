import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './root.ts';

/** Builds functions/ as it is deployed, or with `--dev` as the emulators run it. @throws Error when it does not compile */
export function buildFunctions(...flags: '--dev'[]): void {
  const { status } = spawnSync(process.execPath, ['build.mjs', ...flags], {
    cwd: path.join(root, 'functions'),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('The functions could not be built.');
}

/** The files of the bundles as they are deployed. @throws Error where there are none, or only those of the local stack */
export function deployedBundles(lib = path.join(root, 'functions/lib')): string[] {
  const bundles = fs.existsSync(lib) ? fs.readdirSync(lib).filter((name) => name.endsWith('.cjs')) : [];
  if (!bundles.some((name) => name.startsWith('chunk-'))) {
    throw new Error('functions/lib holds no production bundles: run "npm run build".');
  }
  return bundles.map((name) => path.join(lib, name));
}
