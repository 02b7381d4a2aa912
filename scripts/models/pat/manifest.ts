import { createHash } from 'node:crypto';
import type { EncoderManifest } from '../../../functions/src/contract/model-manifest.ts';
import { input, output } from './graph.ts';
import { parametersOf, type PatShape } from './shape.ts';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `pat-s`, `pat-m` or `pat-l`. */
export function modelName({ size }: PatShape): string {
  return `pat-${size.toLowerCase()}`;
}

export function encoderManifest(
  shape: PatShape,
  onnx: Uint8Array,
  weightsSha256: string,
): EncoderManifest & { architecture: string } {
  const name = modelName(shape);
  const { size, patch, heads, layers } = shape;
  return {
    name,
    // The authors number no versions: the file that it was made from is the version.
    version: weightsSha256.slice(0, 12),
    file: `${name}.onnx`,
    sha256: sha256(onnx),
    bytes: onnx.length,
    task: 'actigraphy-embedding',
    description: `PAT-${size}, the encoder of the Pretrained Actigraphy Transformer: a week of activity to 96 numbers.`,
    architecture:
      `Patches of ${patch} minutes, ${layers} transformer ${layers === 1 ? 'block' : 'blocks'} of ${heads} heads ` +
      '(96 wide each), normalised after each sum; mean over the patches.',
    input: {
      name: input.name,
      type: 'float32',
      shape: [...input.shape],
      meaning:
        'activity of 7 days from local midnight, one number a minute, standardised; minutes that are not known are 0',
    },
    output: {
      name: output.name,
      type: 'float32',
      shape: [...output.shape],
      meaning: "mean of the encoder's outputs over all patches; the numbers have no meaning of their own",
    },
    weights: { sha256: weightsSha256, parameters: parametersOf(shape) },
    trainedOn: {
      dataset: 'NHANES 2003-2006 and 2011-2014, minutes of wrist and hip actigraphs, without labels',
      paper: 'Ruan et al. 2024, arXiv 2411.15240',
      licence: 'CC-BY-4.0',
      attribution:
        'Pretrained Actigraphy Transformer (PAT) by Ruan et al. 2024, arXiv 2411.15240, CC BY 4.0; ' +
        'converted from Keras to ONNX, with the mean over the patches added.',
    },
    heldOut: {
      none: 'An encoder estimates nothing that could be right or wrong. No head for it was trained or validated here.',
    },
    limits: [
      'An approximation: the authors standardise each minute of the week over their participants, with statistics that are not published; here the week is standardised over itself.',
      'Trained on accelerometer counts. From steps it is a proxy of unknown worth.',
      'Nothing clinical can be read off the numbers: they serve to compare weeks of the same input.',
      'At least 16 hours of wear on each of the 7 days; minutes without wear count as the mean of the week.',
    ],
    golden: `${name}.golden.json`,
  };
}
