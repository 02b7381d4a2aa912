import fs from 'node:fs';
import path from 'node:path';
import { contractPackage } from './contract-package.ts';
import { generatedFiles } from './generated-files.ts';
import { root } from '../lib/root.ts';

const folder = path.join(root, '.contract');

/**
 * Writes what is made from the contract's schemas (the OpenAPI document and the Swift types, which are committed) and the package
 * for npm, into .contract/, which is not.
 *
 * @returns the number of files in the package
 */
export async function buildContract(): Promise<number> {
  for (const [file, text] of await generatedFiles()) fs.writeFileSync(path.join(root, file), text);

  fs.rmSync(folder, { recursive: true, force: true });
  const files = contractPackage();
  for (const [file, text] of files) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  return files.size;
}
