import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uploadedFiles } from '../image/image.ts';

const root = join(import.meta.dirname, '../..');

interface FirebaseConfig {
  functions: { runtime: string; predeploy?: string[]; postdeploy?: string[] }[];
}
const [codebase] = (JSON.parse(readFileSync(join(root, 'firebase.json'), 'utf8')) as FirebaseConfig)
  .functions;

describe('the source that is uploaded', () => {
  let names: string[];
  before(async () => {
    names = await uploadedFiles();
  });

  it('has what Cloud Build installs and what the functions read', () => {
    for (const name of ['package.json', 'package-lock.json', '.npmrc', 'prune.cjs'])
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
    const expected = /^(lib\/[\w-]+\.cjs|models\/[\w.-]+|package(-lock)?\.json|\.npmrc|prune\.cjs)$/;
    assert.deepEqual(
      names.filter((name) => !expected.test(name)),
      [],
    );
  });

  it('is for Node 24, and deployed as it was built: no hook runs a package with the credentials of a deploy', () => {
    assert.deepEqual([codebase!.predeploy, codebase!.postdeploy], [undefined, undefined]);
    assert.equal(codebase!.runtime, 'nodejs24');
  });
});
