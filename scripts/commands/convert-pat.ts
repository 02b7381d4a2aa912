import { command, text } from '../lib/command.ts';
import { convertWeights } from '../models/convert-pat.ts';
import { mostDifference } from '../models/pat/convert.ts';

export default command({
  name: 'convert-pat',
  summary: "Converts the weights of the Pretrained Actigraphy Transformer from Keras's HDF5 to ONNX.",
  names: 'WEIGHTS.h5',
  options: {
    out: text('DIR', 'where to write, instead of functions/models'),
    sha256: text('HEX', 'refuse any other file than the one with this SHA-256'),
  },
  details: `Ruan et al. 2024, arXiv 2411.15240, CC BY 4.0. The size (S, M or L) is recognised. Writes pat-m.onnx,
pat-m.golden.json and pat-m.json, once the model agrees with a forward pass written out to ${mostDifference}.`,
  examples: [
    ['npm run convert-pat -- PAT-M_29k_weights.h5', 'where it comes from: scripts/models/README.md'],
  ],
  async run({ options, names: [file] }, io) {
    io.print(
      await convertWeights(file!, options, (sentence) => {
        io.note(`convert-pat: warning: ${sentence}`);
      }),
    );
  },
});
