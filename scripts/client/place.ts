// Where the commands that act as a signed-in person go: the emulators of a running `npm start`, or a project.
import fs from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { demoProject, readFirebaseConfig } from '../local-stack/configuration.ts';
import { root } from '../lib/root.ts';

export interface Place {
  /** For a person: `project X`, or `the local stack`. */
  name: string;
  project: string;
  /** The web API key of the project; the emulator takes any. */
  apiKey: string;
  /** Undefined where nothing names it; only uploads need it. */
  bucket: string | undefined;
  /** Their origins, `http://host:port`; undefined with a project. */
  emulators: Emulators | undefined;
  /** Gives a token of App Check where no app does; otherwise CLARITY_APP_CHECK_TOKEN has one. */
  appCheck?: () => Promise<{ token: string; expireTimeMillis: number }>;
}

/** A Stack of local-stack/emulators.ts has them. */
export interface Emulators {
  auth: string;
  firestore: string;
  storage: string;
  functions: string;
}

export interface PlaceOptions {
  project?: string | undefined;
  apiKey?: string | undefined;
  bucket?: string | undefined;
}

/** @throws RangeError that says what of the options is wrong */
export function placeOf({ project, apiKey, bucket }: PlaceOptions): Place {
  if (project === undefined) {
    if (apiKey ?? bucket)
      throw new RangeError('--api-key and --bucket belong to a project: name it with --project.');
    return localStack();
  }
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)) throw new RangeError(`"${project}" is no project id.`);
  return {
    name: `project ${project}`,
    project,
    apiKey: apiKey ?? '',
    bucket: bucket ?? bucketOf(project),
    emulators: undefined,
  };
}

/** The emulators where the environment says they are (as in `emulators.ts exec`), else on the ports of firebase.json. */
export function localStack(env: NodeJS.ProcessEnv = process.env): Place {
  const { emulators } = readFirebaseConfig();
  const origin = (name: keyof Emulators, variable: string) =>
    `http://${env[variable] ?? `${emulators[name].host}:${emulators[name].port}`}`;
  const functions = env['LOCAL_STACK_FUNCTIONS_URL'];
  return onEmulators({
    auth: origin('auth', 'FIREBASE_AUTH_EMULATOR_HOST'),
    firestore: origin('firestore', 'FIRESTORE_EMULATOR_HOST'),
    storage: origin('storage', 'FIREBASE_STORAGE_EMULATOR_HOST'),
    functions: functions ? new URL(functions).origin : origin('functions', 'FUNCTIONS_HOST'),
  });
}

export function onEmulators(emulators: Emulators): Place {
  const project = demoProject();
  return { name: 'the local stack', project, apiKey: 'local', bucket: bucketOf(project), emulators };
}

/** @throws RangeError with one sentence where nobody does */
export async function mustAnswer({ name, emulators }: Place): Promise<void> {
  const address = emulators?.auth ?? 'https://identitytoolkit.googleapis.com';
  await fetch(address, { method: 'HEAD' }).catch((error: unknown) => {
    const sentence = emulators
      ? 'The local stack does not answer: run "npm start" in another terminal, or name a project with --project.'
      : `${name} cannot be reached: look at the connection.`;
    throw new RangeError(sentence, { cause: error });
  });
}

/** As the functions of the project have it. */
function bucketOf(project: string): string | undefined {
  const file = path.join(root, `functions/.env.${project}`);
  if (!fs.existsSync(file)) return undefined;
  return parseEnv(fs.readFileSync(file, 'utf8'))['RECORDINGS_BUCKET'];
}
