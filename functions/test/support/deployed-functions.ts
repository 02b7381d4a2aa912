import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** `onDeadLetter` is `on-dead-letter`: in names of files and of accounts, which have no capitals. */
export const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The names of the deployed functions, sorted: one for every file in entries/. */
export const deployedFunctions = readdirSync(new URL('../../src/entries', import.meta.url))
  .map((file) => camelCase(basename(file, '.ts')))
  .sort();
