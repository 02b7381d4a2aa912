import fs from 'node:fs';
import path from 'node:path';
import { withPicture } from '../architecture/picture.ts';
import { command } from '../lib/command.ts';
import { root } from '../lib/root.ts';

export default command({
  name: 'draw-architecture',
  summary:
    'Draws which room of functions/src imports which, in functions/README.md; a test compares the picture.',
  examples: [['npm run draw-architecture', 'after an import between rooms was added or removed']],
  async run() {
    const page = path.join(root, 'functions/README.md');
    fs.writeFileSync(page, await withPicture(fs.readFileSync(page, 'utf8')));
  },
});
