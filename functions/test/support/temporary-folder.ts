import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder for one test, removed after it. */
export function temporaryFolder(): {
  path(...names: string[]): string;
  write(name: string, text: string): string;
} {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scripts-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    path: (...names) => path.join(folder, ...names),
    write: (name, text) => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text, { mode: 0o755 });
      return file;
    },
  };
}
