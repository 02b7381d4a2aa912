import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { jarsOfSdk } from './find-emulators.ts';
import { skip } from '../../../functions/test/support/skip.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';
import { deeply } from '../../../functions/test/support/tier.ts';

const source = path.join(import.meta.dirname, 'storage-rules');

describe('the committed bytecode of the storage rules', () => {
  const folder = temporaryFolder();

  deeply('is byte for byte what javac 17 makes of its source', function () {
    const home = process.env['JAVA_HOME_17_X64'];
    const javac = (...args: string[]) =>
      spawnSync(home ? path.join(home, 'bin/javac') : 'javac', args, { cwd: source, encoding: 'utf8' });
    const { firestoreJar } = jarsOfSdk();
    if (!/^javac 17\./.test(javac('-version').stdout)) skip(this, 'there is no javac of JDK 17');
    if (!firestoreJar) skip(this, 'there is no Firestore emulator of the Google Cloud SDK');

    const options = ['--release', '11', '-proc:none', '-cp', firestoreJar, '-d', folder.path()];
    const { status, stderr } = javac(...options, 'StorageRulesServer.java');
    assert.equal(status, 0, stderr);
    const classes = (where: string) =>
      fs.readdirSync(where).map((name) => [name, fs.readFileSync(path.join(where, name), 'base64')]);
    assert.deepEqual(classes(folder.path()), classes(path.join(source, 'classes')));
  });
});
