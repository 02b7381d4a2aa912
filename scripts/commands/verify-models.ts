import path from 'node:path';
import { command, text } from '../lib/command.ts';
import { root } from '../lib/root.ts';
import { productLines, verdictTable, verifyModels } from '../models/verify-models.ts';

export default command({
  name: 'verify-models',
  summary: 'Checks that every installed model is what its manifest says.',
  options: { folder: text('DIR', 'instead of functions/models') },
  details: 'Exit code 1 if one is not.',
  examples: [['npm run verify-models', 'a table of the models in functions/models']],
  async run({ options }, io) {
    const verdicts = await verifyModels(options.folder ?? path.join(root, 'functions/models'));
    io.print(verdictTable(verdicts));
    const product = productLines(verdicts);
    if (product.length > 0) io.print(`\n${product.join('\n')}`);
    return verdicts.some(({ failed }) => failed) ? 1 : 0;
  },
});
