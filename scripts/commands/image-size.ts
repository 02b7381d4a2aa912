import { imageSize } from '../image/image-size.ts';
import { command } from '../lib/command.ts';
import { json } from '../lib/options.ts';

export default command({
  name: 'image-size',
  summary: 'Installs what a deployment uploads as Cloud Build does, and measures it by its largest packages.',
  options: { json },
  details: "Needs npm's registry or its cache. Every function is started from it.",
  examples: [['npm run image-size', 'before a deployment, after a change of packages']],
  async run({ options }, io) {
    io.print(await imageSize(options));
  },
});
