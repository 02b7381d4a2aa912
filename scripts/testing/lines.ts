// How many lines of code there are. Figures to look at: a rise wants its reason in the commit.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.ts';

const code = (folder: string) => ['ts', 'mjs', 'cjs', 'java'].map((end) => `:(glob)${folder}/**/*.${end}`);
const testsOfScripts = 'scripts/**/*.test.ts';

const parts: Record<string, string[]> = {
  src: [...code('functions/src'), ...code('functions/client')],
  tests: [...code('functions/test'), `:(glob)${testsOfScripts}`],
  scripts: [...code('scripts'), `:(exclude,glob)${testsOfScripts}`],
};

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Lines of the files that git knows, as they are in the working tree. */
function count(paths: string[]): number {
  const files = git('ls-files', '-z', '--', ...paths).split('\0');
  return files.reduce((sum, name) => {
    const file = path.join(root, name);
    return name && fs.existsSync(file) ? sum + fs.readFileSync(file, 'utf8').split('\n').length - 1 : sum;
  }, 0);
}

/** Lines added since the commit before the last one, less those removed; undefined where there is none. */
function grown(paths: string[]): number | undefined {
  try {
    const changed = git('diff', '--numstat', 'HEAD~1', '--', ...paths).trim();
    const rows = changed ? changed.split('\n').map((row) => row.split('\t').map(Number)) : [];
    return rows.reduce((sum, [added = 0, removed = 0]) => sum + added - removed, 0);
  } catch {
    return undefined;
  }
}

/** One line a part, `src: 15000 lines (14990 at the commit before)`; none where there is no git. */
export function linesOfCode(): string[] {
  try {
    return Object.entries(parts).map(([name, paths]) => {
      const now = count(paths);
      const more = grown(paths);
      return `${name}: ${now} lines${more === undefined ? '' : ` (${now - more} at the commit before)`}`;
    });
  } catch {
    return [];
  }
}
