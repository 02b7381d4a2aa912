// `npm run convert-pat -- PAT-M_29k_weights.h5`: the authors' weights of PAT to a model that the analysis can load.
// What it is and where the weights come from: README.md beside this file.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/root.ts';
import { optionsError } from '../lib/options-error.ts';
import { convertPat, mostDifference } from './pat/convert.ts';

const usage = `Usage: npm run convert-pat -- WEIGHTS.h5 [--out DIR] [--sha256 HEX]

Converts the weights of the Pretrained Actigraphy Transformer (Ruan et al. 2024, arXiv 2411.15240, CC BY 4.0) from
Keras's HDF5 to ONNX. The size (S, M or L) is recognised. Writes pat-m.onnx, pat-m.golden.json and pat-m.json, once the
model agrees with a forward pass written out to ${mostDifference}.

  --out DIR      where to write (functions/models)
  --sha256 HEX   refuse any other file than the one with this SHA-256
  --help         this text`;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.help) return console.log(usage);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new RangeError('Name one file; --help tells more.');

  const folder = values.out ?? path.join(root, 'functions/models');
  const done = await convertPat(file, folder, { expectedSha256: values.sha256 });
  if (values.sha256 === undefined) {
    console.error(
      `convert-pat: warning: the weights are unlisted (SHA-256 ${done.weightsSha256}). The hashes that are published ` +
        'for these files contradict each other, so none is known here; names and shapes are those of PAT.',
    );
  }
  console.log(
    [
      `PAT-${done.size}, ${done.parameters.toLocaleString('en')} parameters`,
      `weights  SHA-256 ${done.weightsSha256}`,
      `model    SHA-256 ${done.sha256}`,
      `parity   ${done.difference.toExponential(1)} (at most ${mostDifference})`,
      ...done.written.map((name) => `written  ${path.relative('', name)}`),
    ].join('\n'),
  );
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' }, sha256: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw optionsError(error);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`convert-pat: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
