// What it is and where the weights come from: README.md beside this file.
import path from 'node:path';
import { root } from '../lib/root.ts';
import { convertPat, mostDifference } from './pat/convert.ts';

export interface Options {
  /** Where to write; functions/models without it. */
  out: string | undefined;
  /** Of the weights; without it the caller is warned. */
  sha256: string | undefined;
}

/**
 * Makes a model that the analysis can load from the authors' weights of PAT.
 *
 * @returns what was made, for reading
 * @throws RangeError with one sentence when the file is not these weights
 */
export async function convertWeights(
  file: string,
  { out = path.join(root, 'functions/models'), sha256 }: Options,
  warn: (sentence: string) => void,
): Promise<string> {
  const done = await convertPat(file, out, { expectedSha256: sha256 });
  if (sha256 === undefined) {
    warn(
      `the weights are unlisted (SHA-256 ${done.weightsSha256}). The hashes that are published ` +
        'for these files contradict each other, so none is known here; names and shapes are those of PAT.',
    );
  }
  return [
    `PAT-${done.size}, ${done.parameters.toLocaleString('en')} parameters`,
    `weights  SHA-256 ${done.weightsSha256}`,
    `model    SHA-256 ${done.sha256}`,
    `parity   ${done.difference.toExponential(1)} (at most ${mostDifference})`,
    ...done.written.map((name) => `written  ${path.relative('', name)}`),
  ].join('\n');
}
