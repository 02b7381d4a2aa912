import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** The names of the deployed functions, sorted. */
export const deployedFunctions = readdirSync(new URL('../../src/entries', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'))
  .sort();

/** `onDeadLetter` is `on-dead-letter`: names of accounts have no capitals. */
export const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
