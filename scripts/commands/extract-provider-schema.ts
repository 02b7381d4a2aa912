import path from 'node:path';
import { extractProviderSchema } from '../deployment/offline-terraform/extract.ts';
import { command } from '../lib/command.ts';

export default command({
  name: 'extract-provider-schema',
  summary: "Takes the Terraform provider's schema anew from npm; the tests hold infra/ against it.",
  examples: [['npm run extract-provider-schema', 'after infra/ uses a new resource or argument']],
  async run(_call, io) {
    io.print(`${path.relative('', await extractProviderSchema())} is written.`);
  },
});
