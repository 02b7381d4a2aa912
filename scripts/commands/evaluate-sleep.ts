import path from 'node:path';
import { command, flag, text } from '../lib/command.ts';
import { root } from '../lib/root.ts';
import { evaluateSleep, writeProduct } from '../models/sleep/evaluate.ts';
import { section } from '../models/sleep/product-card.ts';

export default command({
  name: 'evaluate-sleep',
  summary: 'Measures what the product tells of nights that the sleep model has not seen.',
  options: {
    data: text('DIR', 'the folder of PhysioNet sleep-accel'),
    folds: text('DIR', 'a model for each person, see scripts/models/README.md', {
      default: '.models/folds/v4-onnx',
    }),
    dreamt: text('DIR', 'dataset_sample/features_df of DREAMT_FE'),
    bidsleep: text('DIR', 'the folder of BIDSleep, with its labels written out'),
    write: flag('into the manifest and the card, instead of printing'),
  },
  details: 'Without --data the figures of the 31 nights are those of the manifest.',
  examples: [
    ['npm run evaluate-sleep -- --data sleep-accel', 'the tables of the model card'],
    ['npm run evaluate-sleep -- --dreamt features_df --write', 'other people, into the card'],
  ],
  async run({ options: { data, folds, dreamt, bidsleep, write } }, io) {
    const models = path.join(root, 'functions/models');
    const sources = { models, data, folds: path.resolve(root, folds), external: { dreamt, bidsleep } };
    const product = await evaluateSleep(sources, io.note);
    if (write) await writeProduct(models, product);
    else io.print(section(product));
  },
});
