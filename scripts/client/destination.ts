// Where the commands that act as a signed-in person go: the emulators of a running `npm start`, or a project.
import fs from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { region } from '../../functions/src/config.ts';
import { demoProject, readFirebaseConfig } from '../local-stack/configuration.ts';
import { root } from '../lib/root.ts';

export interface Destination {
  /** For a person: `project X`, or `the local stack`. */
  name: string;
  project: string;
  local: boolean;
  /** The web API key of the project; the emulator takes any. */
  apiKey: string;
  bucket: string;
  identityUrl: string;
  tokenUrl: string;
  storageUrl: string;
  /** Of the emulator only: with a project, the functions are asked. */
  firestoreUrl: string | undefined;
  functionUrl(name: string): string;
}

/** The emulators where the environment says they are (as in `emulators.ts exec`), else on the ports of firebase.json. */
export function localStack(env: NodeJS.ProcessEnv = process.env): Destination {
  const project = demoProject();
  const { emulators } = readFirebaseConfig();
  const origin = (name: 'auth' | 'firestore' | 'storage' | 'functions', variable: string) =>
    `http://${env[variable] ?? `${emulators[name].host}:${emulators[name].port}`}`;
  const auth = origin('auth', 'FIREBASE_AUTH_EMULATOR_HOST');
  const functions =
    env['LOCAL_STACK_FUNCTIONS_URL'] ?? `${origin('functions', 'FUNCTIONS_HOST')}/${project}/${region}`;
  return {
    name: 'the local stack',
    project,
    local: true,
    apiKey: 'local',
    bucket: bucketOf(project)!,
    identityUrl: `${auth}/identitytoolkit.googleapis.com/v1`,
    tokenUrl: `${auth}/securetoken.googleapis.com/v1`,
    storageUrl: origin('storage', 'FIREBASE_STORAGE_EMULATOR_HOST'),
    firestoreUrl: origin('firestore', 'FIRESTORE_EMULATOR_HOST'),
    functionUrl: (name) => `${functions}/${name}`,
  };
}

/** @throws RangeError that says what is missing */
export function projectNamed(
  project: string,
  options: { apiKey?: string | undefined; bucket?: string | undefined },
): Destination {
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)) throw new RangeError(`"${project}" is no project id.`);
  const bucket = options.bucket ?? bucketOf(project);
  if (!bucket) {
    throw new RangeError(
      `Name the bucket with --bucket, or as RECORDINGS_BUCKET in functions/.env.${project}.`,
    );
  }
  return {
    name: `project ${project}`,
    project,
    local: false,
    apiKey: options.apiKey ?? '',
    bucket,
    identityUrl: 'https://identitytoolkit.googleapis.com/v1',
    tokenUrl: 'https://securetoken.googleapis.com/v1',
    storageUrl: 'https://firebasestorage.googleapis.com',
    firestoreUrl: undefined,
    functionUrl: (name) => `https://${region}-${project}.cloudfunctions.net/${name}`,
  };
}

/** As the functions of the project are told it. */
function bucketOf(project: string): string | undefined {
  const file = path.join(root, `functions/.env.${project}`);
  if (!fs.existsSync(file)) return undefined;
  return parseEnv(fs.readFileSync(file, 'utf8'))['RECORDINGS_BUCKET'];
}
