// Are the functions there? The emulators start without a word of failure when the functions' code cannot be loaded.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../root.ts';

const entries = path.join(root, 'functions/src/entries');

/** A file in functions/src/entries is a deployed function of the same name. */
export function expectedFunctions(folder = entries): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

export interface LoadedFunction {
  name: string;
  region: string;
}

interface Backends {
  backends: { functionTriggers: LoadedFunction[] }[];
}

/** What the functions emulator at `origin` serves. */
export async function loadedFunctions(origin: string): Promise<LoadedFunction[]> {
  const response = await fetch(`${origin}/backends`);
  if (!response.ok) throw new Error(`The functions emulator answered ${response.status} to /backends.`);
  const { backends } = (await response.json()) as Backends;
  return backends.flatMap(({ functionTriggers }) => functionTriggers);
}

export function missingFunctions(expected: string[], loaded: LoadedFunction[]): string[] {
  const names = new Set(loaded.map(({ name }) => name));
  return expected.filter((name) => !names.has(name));
}
