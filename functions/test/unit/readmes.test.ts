import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quotas } from '../../src/domain/upload/quota.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const pages = globSync('{*.md,{.github,functions,infra,scripts}/**/*.md}', {
  cwd: root,
  exclude: (name) => /node_modules|\.local-stack/.test(name),
});

describe('the pages that people read', () => {
  for (const page of pages) {
    it(`${page} points only to what is there`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#:\s]+)(#[^)]*)?\)/g)].map(([, link]) => link!);
      const dead = links.filter((link) => !existsSync(join(root, dirname(page), link)));
      assert.deepEqual(dead, []);
    });
  }

  it('tell the quotas as they are', () => {
    const page = readFileSync(join(root, 'functions/README.md'), 'utf8');
    for (const [name, { limit, windowMs }] of Object.entries(quotas)) {
      const shown = limit % 1024 ** 3 === 0 ? `${limit / 1024 ** 3} GiB` : String(limit);
      const window = windowMs === 3_600_000 ? 'hour' : 'UTC day';
      const row = new RegExp(`^\\| \`${name}\` +\\| [^|]+ \\| ${shown} +\\| ${window} +\\|$`, 'm');
      assert.match(page, row, name);
    }
  });
});
