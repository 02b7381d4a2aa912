// `npm run draw-architecture`: draws the picture in functions/README.md anew, from what the sources import.
import fs from 'node:fs';
import path from 'node:path';
import { withPicture } from './architecture/picture.ts';
import { root } from './lib/root.ts';

const page = path.join(root, 'functions/README.md');
fs.writeFileSync(page, withPicture(fs.readFileSync(page, 'utf8')));
