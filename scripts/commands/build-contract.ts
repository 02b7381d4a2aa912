import { buildContract } from '../contract/build-contract.ts';
import { command } from '../lib/command.ts';

export default command({
  name: 'build:contract',
  summary:
    'Makes the package @clarity-loop/contract, the OpenAPI document and the Swift types from the schemas.',
  examples: [['npm run build:contract', 'after a change of functions/src/contract or functions/client']],
  async run(_call, io) {
    const count = await buildContract();
    io.print(
      `${count} files of @clarity-loop/contract are in .contract; npm publish .contract publishes them.`,
    );
  },
});
