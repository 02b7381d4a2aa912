import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { writeJar, type Jar } from './jar.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';

const folder = temporaryFolder();

/** The entries of a jar by name, their checksums verified. */
async function contentsOf(jar: Jar): Promise<Record<string, string>> {
  const file = folder.path('a.jar');
  await writeJar(file, jar);
  const zip = await openPromise(file, { validateEntrySizes: true });
  const contents: Record<string, string> = {};
  for await (const entry of zip.eachEntry())
    contents[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
  return contents;
}

describe('writeJar', () => {
  it('writes a manifest and the entries', async () => {
    const entries = { 'Main.class': Buffer.from('code') };
    assert.deepEqual(await contentsOf({ mainClass: 'Main', classPath: 'file:///b.jar', entries }), {
      'META-INF/MANIFEST.MF':
        'Manifest-Version: 1.0\r\nMain-Class: Main\r\nClass-Path: file:///b.jar\r\n\r\n',
      'Main.class': 'code',
    });
  });

  it('folds manifest lines at 72 bytes, and they read back whole', async () => {
    const classPath = `file:///${'folder/'.repeat(40)}b.jar`;
    const { 'META-INF/MANIFEST.MF': manifest } = await contentsOf({ mainClass: 'Main', classPath });
    for (const line of manifest!.split('\r\n')) assert.ok(line.length <= 70, line);
    assert.ok(manifest!.replaceAll('\r\n ', '').includes(`Class-Path: ${classPath}\r\n`));
  });
});
