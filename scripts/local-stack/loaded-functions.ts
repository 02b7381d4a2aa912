// Are the functions there? The emulators start without a word of failure when the functions' code cannot be loaded.
import { deployment } from '../../functions/src/deployment.ts';

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

/** The functions of the deployment that are not among those loaded. */
export function missingFunctions(loaded: LoadedFunction[]): string[] {
  const names = new Set(loaded.map(({ name }) => name));
  return Object.keys(deployment).filter((name) => !names.has(name));
}
