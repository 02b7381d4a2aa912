// What imports what in functions/src, read off the sources: for the picture of the architecture and the test that guards it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';

export const source = path.join(root, 'functions/src');

export const sourceFiles = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(source, name));

export interface Import {
  file: string;
  target: string;
}

/** The folder of a file, or its own name at the top. */
export function placeOf(file: string): string {
  return path.relative(source, file).split(path.sep)[0]!.replace(/\.ts$/, '');
}

/** Every module that a file names: static, dynamic, re-exported and for types only. */
export function importsOf(file: string): Import[] {
  const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const patterns = [
    /\bfrom\s+'([^']+)'/g,
    /\bimport\s+'([^']+)'/g,
    /\bimport\(\s*'([^']+)'/g,
    /\brequire\(\s*'([^']+)'/g,
  ];
  return patterns.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, target]) => ({ file, target: target! })),
  );
}
