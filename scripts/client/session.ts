// A signed-in person, with the client that apps use. Neither tokens nor passwords are ever printed.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { deleteApp, FirebaseError, initializeApp, type FirebaseApp } from 'firebase/app';
import { CustomProvider, initializeAppCheck } from 'firebase/app-check';
import {
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  getAuth,
  signInWithEmailAndPassword,
} from 'firebase/auth';
import { connectFirestoreEmulator, getFirestore, setLogLevel, terminate } from 'firebase/firestore';
import { connectFunctionsEmulator, getFunctions } from 'firebase/functions';
import { connectStorageEmulator, getStorage } from 'firebase/storage';
import { clarityLoop, type ClarityLoop } from '../../functions/client/client.ts';
import { region } from '../../functions/src/config.ts';
import { hourMs } from '../../functions/src/domain/time.ts';
import { mustAnswer, type Place } from './place.ts';

// What it logs comes as an error as well.
setLogLevel('silent');

export interface Credentials {
  email: string;
  password: string;
}

export interface Session {
  uid: string;
  loop: ClarityLoop;
  /** For what the client has no call for. */
  app: FirebaseApp;
  /** Valid for five more minutes at least. */
  idToken: () => Promise<string>;
  /** Closes the connections, without which the process does not end. */
  end: () => Promise<void>;
}

/** Of the local stack only: every command meets the same person there. */
export const localPerson: Credentials = { email: 'import@example.org', password: 'local-import' };

/**
 * The person whom the environment names (CLARITY_EMAIL and CLARITY_PASSWORD), or whose name is typed in; on the local
 * stack, without these, its own person.
 *
 * @throws RangeError with one sentence when there is none
 */
export async function openSession(place: Place): Promise<Session> {
  const { CLARITY_EMAIL, CLARITY_PASSWORD } = process.env;
  if (place.emulators && !CLARITY_EMAIL) return signUp(place, localPerson);
  if (!place.apiKey) {
    throw new RangeError('Name the web API key of the project with --api-key: signing in needs it.');
  }
  const email = CLARITY_EMAIL ?? (await askFor('E-mail: '));
  const password = CLARITY_PASSWORD ?? (await askFor('Password: ', { hidden: true }));
  return signIn(place, { email, password });
}

/** @throws RangeError with one sentence when the person cannot be signed in */
export function signIn(place: Place, { email, password }: Credentials): Promise<Session> {
  return sessionOf(place, (app) => signInWithEmailAndPassword(getAuth(app), email, password));
}

/** Someone new, or who has signed up with these credentials before. @throws RangeError */
export function signUp(place: Place, { email, password }: Credentials = newCredentials()): Promise<Session> {
  return sessionOf(place, async (app) => {
    try {
      await createUserWithEmailAndPassword(getAuth(app), email, password);
    } catch (error) {
      if (codeOf(error) !== 'auth/email-already-in-use') throw error;
      await signInWithEmailAndPassword(getAuth(app), email, password);
    }
  });
}

export function newCredentials(): Credentials {
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  return { email, password: randomBytes(12).toString('base64url') };
}

async function sessionOf(place: Place, signIn: (app: FirebaseApp) => Promise<unknown>): Promise<Session> {
  // The SDK holds the process for half a minute after a request that reached nobody, so it is not the one to find that out.
  await mustAnswer(place);
  const app = appOf(place);
  const end = async (): Promise<void> => {
    await terminate(getFirestore(app));
    await deleteApp(app);
  };
  try {
    await signIn(app);
  } catch (error) {
    await end();
    throw new RangeError(sentenceOf(codeOf(error), place), { cause: error });
  }
  const user = getAuth(app).currentUser!;
  return {
    uid: user.uid,
    loop: clarityLoop(app, {
      region,
      ...(place.emulators ? { functionsUrl: `${place.emulators.functions}/${place.project}/${region}` } : {}),
    }),
    app,
    idToken: () => user.getIdToken(),
    end,
  };
}

function appOf({ project, apiKey, bucket, emulators, appCheck }: Place): FirebaseApp {
  const app = initializeApp(
    { projectId: project, apiKey, ...(bucket ? { storageBucket: bucket } : {}) },
    randomBytes(6).toString('hex'),
  );
  const token = process.env['CLARITY_APP_CHECK_TOKEN'];
  const given = () => Promise.resolve({ token: token!, expireTimeMillis: Date.now() + hourMs });
  const getToken = appCheck ?? (token ? given : undefined);
  if (getToken) {
    const provider = new CustomProvider({ getToken });
    initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: false });
  }
  if (emulators) {
    connectAuthEmulator(getAuth(app), emulators.auth, { disableWarnings: true });
    connectFirestoreEmulator(getFirestore(app), ...hostOf(emulators.firestore));
    connectStorageEmulator(getStorage(app), ...hostOf(emulators.storage));
    connectFunctionsEmulator(getFunctions(app, region), ...hostOf(emulators.functions));
  }
  return app;
}

/** Of an origin, as the SDK takes it. */
export function hostOf(origin: string): [host: string, port: number] {
  const { hostname, port } = new URL(origin);
  return [hostname, Number(port)];
}

function codeOf(error: unknown): string {
  return error instanceof FirebaseError ? error.code : String(error);
}

function sentenceOf(code: string, { name }: Place): string {
  if (/credential|wrong-password|user-not-found|invalid-email/.test(code)) {
    return `There is no such person with this password in ${name}.`;
  }
  if (/api-key/.test(code)) return `The API key is not one of ${name}: --api-key takes the web API key.`;
  return `Signing in to ${name} failed: ${code}.`;
}

/** What a person types, on the terminal; a hidden answer is not shown. */
async function askFor(question: string, { hidden = false } = {}): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new RangeError('Give CLARITY_EMAIL and CLARITY_PASSWORD in the environment.');
  }
  process.stderr.write(question);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
  });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
