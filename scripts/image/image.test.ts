import assert from 'node:assert/strict';
import { imagePackages, loadedPackages, megabytesOf, productionPackages, uploadedFiles } from './image.ts';

/** A little above what it is, so that whoever adds to it notices. */
const ceiling = { packages: 145, megabytes: 60 };

describe('what a deployment carries', () => {
  it('uploads the bundles, the models and the manifest: no sources, tests, maps or tools', async () => {
    const files = await uploadedFiles();
    for (const needed of ['lib/index.cjs', 'models/sleep-tcn-v4.onnx', 'package-lock.json', 'prune.cjs'])
      assert.ok(files.includes(needed), needed);
    const folders = [...new Set(files.map((file) => (file.includes('/') ? file.split('/')[0]! : '')))];
    assert.deepEqual(folders.sort(), ['', 'lib', 'models']);
    assert.deepEqual(
      files.filter(
        (file) => /\.(map|ts|mjs|log|local)$|\.env\.|tsconfig|mocharc/.test(file) && file !== '.env.example',
      ),
      [],
    );
  });

  it('keeps the image small', () => {
    const packages = imagePackages();
    const megabytes = megabytesOf(packages);
    assert.ok(packages.length > 100 && megabytes > 45, 'nothing was found to be measured');
    const largest = packages.slice(0, 5).map(({ folder }) => folder);
    assert.ok(packages.length <= ceiling.packages, `${packages.length} packages: ${largest.join(', ')}`);
    assert.ok(megabytes <= ceiling.megabytes, `${megabytes.toFixed(1)} MB: ${largest.join(', ')}`);
  });

  it('keeps every installed package that the bundles load', () => {
    const installed = productionPackages().map(({ folder }) => folder);
    const kept = imagePackages().map(({ folder }) => folder);
    const loaded = loadedPackages();
    assert.ok(loaded.includes('onnxruntime-node'));
    const folderOf = (name: string): string =>
      `node_modules/${name.split('/', name.startsWith('@') ? 2 : 1).join('/')}`;
    const lost = loaded
      .map(folderOf)
      .filter((folder) => installed.includes(folder) && !kept.includes(folder));
    assert.deepEqual(lost, []);
  });
});
