// The door to everything that only machines with Java 17 or without a network need. Where firebase-tools' own emulators run (Java 21;
// downloaded, or to be downloaded) nothing behind it is used.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { javaIsNeeded, javaMajorVersion, oldestJava } from '../../install/java-version.mjs';
import { firebaseToolsFolder } from '../configuration.ts';
import { writeJar } from './jar.ts';

type Kind = 'firestore' | 'storage' | 'pubsub';
const javaOfDownloads = 21;

/** `download`: firebase-tools will fetch it when it starts. */
type Source = 'downloaded' | 'gcloud' | 'download';

export interface Emulators {
  /** Where each of them comes from. */
  sources: Record<Kind, Source>;
  /** The same in words, with the version of Java. */
  summary: string;
  /** Writes what starts the SDK's jars into the run's folder. @returns the variables with which firebase-tools uses them */
  prepare(runFolder: string): Promise<Record<string, string>>;
}

interface SdkJars {
  firestoreJar?: string;
  pubsubJar?: string;
}

export interface Machine {
  env: NodeJS.ProcessEnv;
  home: string;
  /** Where the Google Cloud SDK may be installed. */
  sdkFolders: string[];
  /** firebase-tools' download folder and the relative paths of the jars it would put there. */
  downloads: { folder: string; jars: Record<Kind, string> };
}

function thisMachine(): Machine {
  const home = os.homedir();
  const details = JSON.parse(
    fs.readFileSync(path.join(firebaseToolsFolder(), 'lib/emulator/downloadableEmulatorInfo.json'), 'utf8'),
  ) as Record<Kind, { downloadPathRelativeToCacheDir: string }>;
  return {
    env: process.env,
    home,
    sdkFolders: [
      '/usr/lib/google-cloud-sdk',
      '/opt/google-cloud-sdk',
      path.join(home, 'google-cloud-sdk'),
      '/snap/google-cloud-cli/current',
    ],
    downloads: {
      folder: process.env['FIREBASE_EMULATORS_PATH'] ?? path.join(home, '.cache/firebase/emulators'),
      jars: {
        firestore: details.firestore.downloadPathRelativeToCacheDir,
        storage: details.storage.downloadPathRelativeToCacheDir,
        pubsub: details.pubsub.downloadPathRelativeToCacheDir,
      },
    },
  };
}

/** The SDK that a `gcloud` on the PATH belongs to: <sdk>/bin/gcloud, often reached through a link. */
function sdkFoldersOnPath(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'gcloud'))
    .filter((gcloud) => fs.existsSync(gcloud))
    .map((gcloud) => path.dirname(path.dirname(fs.realpathSync(gcloud))));
}

/** The emulators that the Google Cloud SDK has, wherever it is installed. */
export function jarsOfSdk({ env, sdkFolders }: Machine = thisMachine()): SdkJars {
  const candidates = [env['CLOUDSDK_ROOT_DIR'] ?? '', ...sdkFolders, ...sdkFoldersOnPath(env)];
  const found: SdkJars = {};
  for (const sdk of candidates.filter((folder) => folder !== '')) {
    const firestoreJar = path.join(sdk, 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar');
    if (fs.existsSync(firestoreJar)) found.firestoreJar ??= firestoreJar;
    const pubsubFolder = path.join(sdk, 'platform/pubsub-emulator/lib');
    const pubsubJar = fs.existsSync(pubsubFolder)
      ? fs.readdirSync(pubsubFolder).find((file) => /^cloud-pubsub-emulator.*\.jar$/.test(file))
      : undefined;
    if (pubsubJar) found.pubsubJar ??= path.join(pubsubFolder, pubsubJar);
  }
  return found;
}

/**
 * Finds what runs the Firestore, Storage rules and Pub/Sub emulators: the jars that firebase-tools has downloaded (they need
 * Java 21), else the components of the Google Cloud SDK (Java 17 is enough).
 *
 * @throws Error with one sentence that says what to install
 */
export function findEmulators(machine: Machine = thisMachine()): Emulators {
  const java = javaMajorVersion(machine.env);
  if (java < oldestJava) throw new Error(javaIsNeeded);

  const sdk = jarsOfSdk(machine);
  const { folder, jars } = machine.downloads;
  const source = (kind: Kind): Source => {
    if (java >= javaOfDownloads && fs.existsSync(path.join(folder, jars[kind]))) return 'downloaded';
    // The rules engine that evaluates storage.rules is inside the SDK's Firestore jar.
    return (kind === 'pubsub' ? sdk.pubsubJar : sdk.firestoreJar) ? 'gcloud' : 'download';
  };
  const sources = { firestore: source('firestore'), storage: source('storage'), pubsub: source('pubsub') };

  if (java < javaOfDownloads && Object.values(sources).includes('download')) {
    throw new Error(
      `The Firebase emulators need either Java ${javaOfDownloads} (found ${java}), so that firebase-tools can download ` +
        'them, or the components cloud-firestore-emulator and pubsub-emulator of the Google Cloud SDK.',
    );
  }
  return {
    sources,
    summary: `Java ${java}, ${[...new Set(Object.values(sources).map((one) => words[one]))].join(' and ')}`,
    prepare: async (runFolder) => ({
      ...(java < javaOfDownloads ? { LOCAL_STACK_OLDER_JAVA: 'true' } : {}),
      ...(await prepareJars(sources, sdk, runFolder)),
    }),
  };
}

const words: Record<Source, string> = {
  downloaded: 'downloaded jars',
  gcloud: 'Google Cloud SDK jars',
  download: 'jars to be downloaded',
};

async function prepareJars(
  sources: Emulators['sources'],
  { firestoreJar, pubsubJar }: SdkJars,
  runFolder: string,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  if (sources.firestore === 'gcloud' && firestoreJar) {
    // The SDK's jar names no main class. The variable never points at the SDK itself: firebase-tools changes its mode.
    env['FIRESTORE_EMULATOR_BINARY_PATH'] = path.join(runFolder, 'firestore.jar');
    await writeJar(env['FIRESTORE_EMULATOR_BINARY_PATH'], {
      mainClass: 'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
      classPath: pathToFileURL(firestoreJar).href,
    });
  }
  if (sources.storage === 'gcloud' && firestoreJar) {
    env['STORAGE_EMULATOR_BINARY_PATH'] = path.join(runFolder, 'storage-rules.jar');
    await writeJar(env['STORAGE_EMULATOR_BINARY_PATH'], {
      mainClass: 'StorageRulesServer',
      classPath: pathToFileURL(firestoreJar).href,
      entries: storageRulesClasses(),
    });
  }
  if (sources.pubsub === 'gcloud' && pubsubJar) {
    env['PUBSUB_EMULATOR_BINARY_PATH'] = path.join(runFolder, 'pubsub.sh');
    // The folder in the command line marks the process as ours where there is no /proc (processes.ts).
    const java = `java -XX:+UseSerialGC '-Drun.folder=${runFolder}' -jar '${pubsubJar}' "$@"`;
    fs.writeFileSync(env['PUBSUB_EMULATOR_BINARY_PATH'], `#!/bin/sh\nexec ${java}\n`, { mode: 0o755 });
  }
  return env;
}

function storageRulesClasses(): Record<string, Buffer> {
  const folder = path.join(import.meta.dirname, 'storage-rules/classes');
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.class'));
  return Object.fromEntries(files.map((file) => [file, fs.readFileSync(path.join(folder, file))]));
}
