import assert from 'node:assert/strict';
import fs from 'node:fs';
import { findEmulators, type Machine } from './find-emulators.ts';
import { temporaryFolder } from '../../../functions/test/support/temporary-folder.ts';

const folder = temporaryFolder();
const firestoreJar = 'sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const pubsubJar = 'sdk/platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20.jar';

function installJava(version: string): void {
  folder.write('bin/java', `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`);
}

function installSdk(): void {
  folder.write(firestoreJar, 'jar');
  folder.write(pubsubJar, 'jar');
}

function download(): void {
  for (const jar of ['f.jar', 's.jar', 'p/bin/p']) folder.write(`downloads/${jar}`, 'jar');
}

function machine({ sdkFolders = [folder.path('sdk')] } = {}): Machine {
  return {
    env: { PATH: folder.path('bin') },
    home: folder.path('home'),
    sdkFolders,
    downloads: {
      folder: folder.path('downloads'),
      jars: { firestore: 'f.jar', storage: 's.jar', pubsub: 'p/bin/p' },
    },
  };
}

const all = (source: string) => ({ firestore: source, storage: source, pubsub: source });

describe('findEmulators', () => {
  it('says what to install when there is no Java', () => {
    assert.throws(() => findEmulators(machine()), /Java 17 or newer .*apt-get install/);
  });

  it('says what to install when Java is too old', () => {
    installJava('11.0.2');
    assert.throws(() => findEmulators(machine()), /Java 17 or newer/);
  });

  it('takes the jars of the Google Cloud SDK with Java 17', () => {
    installJava('17.0.15');
    installSdk();
    const found = findEmulators(machine());
    assert.deepEqual(found.sources, all('gcloud'));
    assert.equal(found.summary, 'Java 17, Google Cloud SDK jars');
  });

  it('finds the SDK through a gcloud on the PATH', () => {
    installJava('17.0.15');
    installSdk();
    fs.symlinkSync(folder.write('sdk/bin/gcloud', ''), folder.path('bin/gcloud'));
    assert.deepEqual(findEmulators(machine({ sdkFolders: [] })).sources, all('gcloud'));
  });

  it('cannot use downloads with Java 17, and says what else would do', () => {
    installJava('17.0.15');
    download();
    assert.throws(
      () => findEmulators(machine()),
      /Java 21 \(found 17\).*cloud-firestore-emulator and pubsub-emulator/,
    );
  });

  it('prefers downloads with Java 21', () => {
    installJava('21.0.1');
    installSdk();
    download();
    assert.deepEqual(findEmulators(machine()).sources, all('downloaded'));
  });

  it('leaves the download to firebase-tools with Java 21 and nothing else', () => {
    installJava('21');
    assert.deepEqual(findEmulators(machine()).sources, all('download'));
  });
});

describe('what is prepared for firebase-tools', () => {
  it('is, with Java 17, starters for the jars of the SDK and its leave to run on that', async () => {
    installJava('17.0.15');
    installSdk();
    const env = await findEmulators(machine()).prepare(folder.path());
    assert.deepEqual(Object.keys(env).sort(), [
      'FIRESTORE_EMULATOR_BINARY_PATH',
      'LOCAL_STACK_OLDER_JAVA',
      'PUBSUB_EMULATOR_BINARY_PATH',
      'STORAGE_EMULATOR_BINARY_PATH',
    ]);
    const read = (name: string) => fs.readFileSync(env[name]!, 'latin1');
    assert.ok(read('PUBSUB_EMULATOR_BINARY_PATH').includes(folder.path(pubsubJar)));
    assert.ok(read('STORAGE_EMULATOR_BINARY_PATH').includes('StorageRulesServer.class'));
  });

  it('is nothing where its own emulators run', async () => {
    installJava('21');
    download();
    assert.deepEqual(await findEmulators(machine()).prepare(folder.path()), {});
  });
});
