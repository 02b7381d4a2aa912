import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../../../..');
const functions = join(root, 'functions');

interface FirebaseConfig {
  functions: { source: string; runtime: string; ignore: string[]; predeploy: string[] }[];
}
const [codebase] = (JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8')) as FirebaseConfig)
  .functions;

/** The program of firebase-tools that chooses what is uploaded. */
const { readdirRecursive } = createRequire(join(root, 'package.json'))('firebase-tools/lib/fsAsync.js') as {
  readdirRecursive: (options: { path: string; ignoreStrings: string[] }) => Promise<{ name: string }[]>;
};

describe('the source that is uploaded', () => {
  let names: string[];
  before(async () => {
    const files = await readdirRecursive({ path: functions, ignoreStrings: codebase!.ignore });
    names = files.map(({ name }) => relative(functions, name));
  });

  it('has what Cloud Build installs and what the functions read', () => {
    for (const name of ['package.json', 'package-lock.json', '.npmrc', 'prune-onnx.cjs'])
      assert.ok(names.includes(name), name);
    assert.ok(names.some((name) => /^models\/.*\.onnx$/.test(name)));
    assert.ok(names.some((name) => /^models\/.*\.json$/.test(name)));
  });

  it('has no tests, sources, maps, texts, values or packages', () => {
    const unwanted =
      /(^|\/)(test|src|node_modules|coverage)\/|\.(map|ts|md|mjs|log)$|\.env|\.local|mocharc|tsconfig/;
    assert.deepEqual(
      names.filter((name) => unwanted.test(name)),
      [],
    );
  });

  it('is nothing but bundles, models and what the install needs', () => {
    const expected = /^(lib\/\w+\.cjs|models\/[\w.-]+|package(-lock)?\.json|\.npmrc|prune-onnx\.cjs)$/;
    assert.deepEqual(
      names.filter((name) => !expected.test(name)),
      [],
    );
  });

  it('is checked and built before every deploy, for Node 24', () => {
    assert.deepEqual(codebase!.predeploy, [
      'npm --prefix "$RESOURCE_DIR/.." run check',
      'npm --prefix "$RESOURCE_DIR" run build',
    ]);
    assert.equal(codebase!.runtime, 'nodejs24');
  });
});
