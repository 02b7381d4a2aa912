import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** Functions with a row in the deployment and in infra/ whose entry is being written: empty this list when they are there. */
const announced = ['weeklyReport'];

/** The names of the functions that have an entry, sorted. */
export const entryNames = readdirSync(new URL('../../src/entries', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'))
  .sort();

/** The names of the functions that a deployment must be prepared for, sorted. */
export const deployedFunctions = [...new Set([...entryNames, ...announced])].sort();

/** `onDeadLetter` is `on-dead-letter`: names of accounts have no capitals. */
export const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
