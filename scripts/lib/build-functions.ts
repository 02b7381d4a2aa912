import { spawnSync } from 'node:child_process';
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
