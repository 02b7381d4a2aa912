import { randomUUID } from 'node:crypto';
import { FirebaseError, initializeApp } from 'firebase/app';
import {
  connectFirestoreEmulator,
  deleteDoc,
  doc,
  getDocFromServer,
  getDocsFromServer,
  getFirestore,
  setDoc,
  terminate,
  type DocumentData,
  type Firestore,
} from 'firebase/firestore';
import { hostOf } from '../../../scripts/client/session.ts';
import { administrate, putObject, storeObject, touchObject } from './client.ts';
import { stack } from './emulators.ts';
import { signUp, type Person } from './person.ts';
import { rulesBucket, rulesProject } from './rules.ts';

/** One request of one actor, and whether the rules must let it through. */
export interface AccessCase {
  name: string;
  expected: boolean;
  /** Whether the rules let it through. */
  attempt(): Promise<boolean>;
}

/** Everybody who may come: the owner with an account of every kind, and others. */
export interface Actors {
  owner: Person;
  byName: Record<string, Person | undefined>;
}

const opened = new Map<string, Firestore>();
after(() => Promise.all([...opened.values()].map(terminate)));

/** The SDK of whoever has this token; `owner` is the owner of the project, whom no rules bind. */
function firestoreAs(token = '', projectId = rulesProject): Firestore {
  const name = JSON.stringify([token, projectId]);
  const known = opened.get(name);
  if (known) return known;
  const firestore = getFirestore(initializeApp({ projectId, apiKey: 'local' }, randomUUID()));
  const options = token ? { mockUserToken: token } : {};
  connectFirestoreEmulator(firestore, ...hostOf(stack.origins.firestore), options);
  opened.set(name, firestore);
  return firestore;
}

const administrator = firestoreAs('owner');
/** `storage.rules` look into the documents of the project itself. */
const ownProject = firestoreAs('owner', stack.project);

export async function actors(): Promise<Actors> {
  const [owner, other, administrating] = await Promise.all([signUp(), signUp(), signUp()]);
  // The e-mail address of whoever has just signed up is not verified.
  const verified = await administrate(owner, { emailVerified: true });
  const disabled = await administrate(owner, { disableUser: false, customAttributes: '{"disabled":true}' });
  const claiming = await administrate(administrating, { customAttributes: '{"admin":true,"role":"owner"}' });
  return {
    owner,
    byName: {
      nobody: undefined,
      'the owner': owner,
      'the owner with a verified address': verified,
      'the owner with a claim of being disabled': disabled,
      'someone else': other,
      'someone else who claims to be an administrator': claiming,
    },
  };
}

const isOwner = (actor: string): boolean => actor.startsWith('the owner');

type Verb = 'get' | 'list' | 'create' | 'update' | 'delete';
const verbs: Verb[] = ['get', 'list', 'create', 'update', 'delete'];

/** What the owner may do with each document; nobody else may do anything with any. */
const documents: Record<string, Verb[]> = {
  'users/{uid}': ['get', 'create', 'update'],
  'users/{uid}/uploads/an-upload': ['get', 'list'],
  'users/{uid}/analyses/an-upload': ['get', 'list'],
  'users/{uid}/narratives/an-upload': ['get', 'list'],
  'users/{uid}/summaries/2025-06-01': ['get', 'list'],
  'users/{uid}/weeks/2025-05-26': ['get', 'list'],
  'users/{uid}/samples/2025-05-26': [],
  'users/{uid}/private/state': [],
  'users/{uid}/days/2025-06-01': [],
  'users/{uid}/deletions/samples': [],
  'users/{uid}/deadLetters/an-upload': [],
  'users/{uid}/exports/an-export': [],
  'quotas/a-person': [],
  'erasures/{uid}': [],
  'spending/2025-06-01-0': [],
  'settings/narrator': [],
  'somewhere/else': [],
};

/** Whether the rules let a request through. */
async function permitted(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof FirebaseError && error.code === 'permission-denied') return false;
    throw error;
  }
}

/** Every actor with every verb on every kind of document. */
export function documentCases({ owner, byName }: Actors): AccessCase[] {
  return Object.entries(documents).flatMap(([pattern, ownersVerbs]) =>
    Object.entries(byName).flatMap(([actor, person]) =>
      verbs.map((verb): AccessCase => {
        const expected = isOwner(actor) && ownersVerbs.includes(verb);
        const path = pattern.replace('{uid}', owner.uid);
        const document = doc(firestoreAs(person?.token), path);
        const requests: Record<Verb, () => Promise<unknown>> = {
          get: () => getDocFromServer(document),
          list: () => getDocsFromServer(document.parent),
          create: () => setDoc(document, { language: 'de' }),
          update: () => setDoc(document, { language: 'en' }),
          delete: () => deleteDoc(document),
        };
        return {
          name: `${actor} ${expected ? 'may' : 'may not'} ${verb} ${pattern}`,
          expected,
          async attempt() {
            const stored = doc(administrator, path);
            if (verb === 'create') await deleteDoc(stored);
            else await setDoc(stored, { language: 'en' });
            return permitted(requests[verb]);
          },
        };
      }),
    ),
  );
}

/** What a person may store about themselves, field by field. */
export function personCases({ owner }: Actors): AccessCase[] {
  const at = new Date();
  const consent = { generatedText: true, version: '1', at };
  const all = { timeZone: 'Europe/Berlin', language: 'de', units: 'metric' };
  const cases: [string, DocumentData, boolean][] = [
    ['everything that a person decides', { ...all, consent: { ...consent, processing: true } }, true],
    ['nothing', {}, true],
    ['imperial units', { units: 'imperial' }, true],
    ['the longest time zone', { timeZone: 'x'.repeat(64) }, true],
    ['a consent without a word on processing', { consent }, true],
    [
      'a consent that was withdrawn',
      { consent: { ...consent, generatedText: false, processing: false } },
      true,
    ],
    ['the longest version', { consent: { ...consent, version: 'x'.repeat(32) } }, true],
    ['a field that is not theirs', { admin: true }, false],
    ['a language that is no code', { language: 'German' }, false],
    ['a language that is no text', { language: 1 }, false],
    ['units that do not exist', { units: 'nautical' }, false],
    ['a time zone that is no text', { timeZone: 1 }, false],
    ['a list of time zones', { timeZone: ['UTC'] }, false],
    ['an endless time zone', { timeZone: 'x'.repeat(65) }, false],
    ['a consent that is no record', { consent: true }, false],
    ['a consent without a time', { consent: { generatedText: true, version: '1' } }, false],
    ['a consent without a version', { consent: { generatedText: true, at } }, false],
    ['a consent to nothing', { consent: { version: '1', at } }, false],
    ['a consent of the future', { consent: { ...consent, at: new Date(Date.now() + 3_600_000) } }, false],
    ['a consent of a time in words', { consent: { ...consent, at: 'now' } }, false],
    ['a consent that says maybe', { consent: { ...consent, generatedText: 'maybe' } }, false],
    ['a processing that says maybe', { consent: { ...consent, processing: 'maybe' } }, false],
    ['a version that is no text', { consent: { ...consent, version: ['1'] } }, false],
    ['an endless version', { consent: { ...consent, version: 'x'.repeat(33) } }, false],
    ['a consent with something else in it', { consent: { ...consent, forever: true } }, false],
  ];
  return cases.flatMap(([what, fields, expected]) =>
    (['create', 'update'] as const).map((verb): AccessCase => ({
      name: `a person ${expected ? 'may' : 'may not'} ${verb} a document with ${what}`,
      expected,
      async attempt() {
        const path = `users/${owner.uid}`;
        const stored = doc(administrator, path);
        if (verb === 'create') await deleteDoc(stored);
        else await setDoc(stored, {});
        return permitted(() => setDoc(doc(firestoreAs(owner.token), path), fields));
      },
    })),
  );
}

const body = '{"samples": [{}]}';
const json = 'application/json';
let announcements = 0;

/** The status document of an announced upload of `body`; gives the name of its object. */
async function announced({ uid }: Person, status = 'requested'): Promise<string> {
  const uploadId = `announced-${announcements++}`;
  const upload = { status, announced: { contentType: json, sizeBytes: body.length } };
  await setDoc(doc(ownProject, `users/${uid}/uploads/${uploadId}`), upload);
  return `recordings/${uid}/${uploadId}`;
}

const allowed = (status: number): boolean => {
  if (status === 200 || status === 204) return true;
  if (status === 403) return false;
  throw new Error(`The storage emulator answered ${status}.`);
};

/** Every actor with every verb on every kind of object. */
export function objectCases({ owner, byName }: Actors): AccessCase[] {
  const expiresIn = (ms: number) => ({ expiresAtMs: String(Date.now() + ms) });
  const exported = (name: string) => `exports/${owner.uid}/${name}`;
  const ofActor = ([actor, person]: [string, Person | undefined]): AccessCase[] => {
    const token = person?.token;
    const mine = isOwner(actor);
    const recording = `recordings/${owner.uid}/stored-${actor.replaceAll(/\W/g, '')}`;
    const put = (path: string, contentType = json, content = body) =>
      putObject(path, content, contentType, token, rulesBucket).then(allowed);
    const touch = async (method: 'GET' | 'DELETE' | 'PATCH', path: string, metadata = {}) => {
      await storeObject(path, body, metadata, rulesBucket);
      return allowed(await touchObject(method, path, token, rulesBucket));
    };
    const cases: [string, boolean, () => Promise<boolean>][] = [
      ['create an announced recording', mine, async () => put(await announced(owner))],
      [
        'create one again that is stored',
        false,
        async () => {
          const path = await announced(owner);
          await putObject(path, body, json, owner.token, rulesBucket);
          return put(path);
        },
      ],
      ['create one that is under work', false, async () => put(await announced(owner, 'processing'))],
      ['create one of another type', false, async () => put(await announced(owner), 'application/x-ndjson')],
      ['create one of another size', false, async () => put(await announced(owner), json, `${body} `)],
      ['create one that was not announced', false, () => put(`recordings/${owner.uid}/not-announced`)],
      ['get a recording', false, () => touch('GET', recording)],
      ['update a recording', false, () => touch('PATCH', recording)],
      ['delete a recording', false, () => touch('DELETE', recording)],
      [
        'list recordings',
        false,
        async () => allowed(await touchObject('LIST', `recordings/${owner.uid}/`, token, rulesBucket)),
      ],
      ['get an export', mine, () => touch('GET', exported('new'), expiresIn(60_000))],
      ['get an export that has expired', false, () => touch('GET', exported('old'), expiresIn(-1000))],
      ['get an export that never expires', false, () => touch('GET', exported('eternal'))],
      ['create an export', false, () => put(exported(`made-${actor.length}`))],
      ['update an export', false, () => touch('PATCH', exported('new'), expiresIn(60_000))],
      ['delete an export', false, () => touch('DELETE', exported('new'), expiresIn(60_000))],
      [
        'list exports',
        false,
        async () => allowed(await touchObject('LIST', `exports/${owner.uid}/`, token, rulesBucket)),
      ],
      ...['elsewhere', `recordings/${owner.uid}`, `recordings/${owner.uid}/a/b`].flatMap(
        (path): [string, boolean, () => Promise<boolean>][] => [
          [`create ${path.replace(owner.uid, '{uid}')}`, false, () => put(path)],
          [`get ${path.replace(owner.uid, '{uid}')}`, false, () => touch('GET', path)],
        ],
      ),
    ];
    return cases.map(([what, expected, attempt]) => ({
      name: `${actor} ${expected ? 'may' : 'may not'} ${what}`,
      expected,
      attempt,
    }));
  };
  return Object.entries(byName).flatMap(ofActor);
}
