import assert from 'node:assert/strict';
import { FirestoreRestError, firestoreRest, type DocumentData } from '../../../scripts/firestore-rest.ts';
import { signUp, type Person } from '../../../scripts/journey.ts';
import { call, putObject, touchObject } from '../support/client.ts';
import { stack } from '../support/emulators.ts';

type Verb = 'get' | 'list' | 'write' | 'delete';
type Actor = 'nobody' | 'the owner' | 'someone else';

const actors: Actor[] = ['nobody', 'the owner', 'someone else'];
const verbs: Verb[] = ['get', 'list', 'write', 'delete'];

/** What the owner may do with each document; nobody else may do anything with any. */
const documents: Record<string, Verb[]> = {
  'users/{uid}': ['get', 'write'],
  'users/{uid}/uploads/an-upload': ['get', 'list'],
  'users/{uid}/analyses/an-upload': ['get', 'list'],
  'users/{uid}/narratives/an-upload': ['get', 'list'],
  'users/{uid}/days/2025-06-01': [],
  'users/{uid}/deletions/samples': [],
  'users/{uid}/quotas/narratives-2025-06-01': [],
  'users/{uid}/deadLetters/an-upload': [],
  'somewhere/else': [],
};

const administrator = firestoreRest({
  origin: stack.origins.firestore,
  project: stack.project,
  token: 'owner',
});

/** Whether the rules let a request through. */
async function permitted(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof FirestoreRestError && error.status === 403) return false;
    throw error;
  }
}

describe('firestore.rules', () => {
  let owner: Person;
  let other: Person;
  before(async () => {
    [owner, other] = await Promise.all([signUp(stack), signUp(stack)]);
    for (const path of Object.keys(documents))
      await administrator.set(path.replace('{uid}', owner.uid), { language: 'en' });
  });

  const firestoreOf = (actor: Actor) => {
    if (actor === 'the owner') return owner.firestore;
    if (actor === 'someone else') return other.firestore;
    return firestoreRest({ origin: stack.origins.firestore, project: stack.project });
  };

  for (const [pattern, ownersVerbs] of Object.entries(documents)) {
    for (const actor of actors) {
      for (const verb of verbs) {
        const expected = actor === 'the owner' && ownersVerbs.includes(verb);
        it(`${actor} ${expected ? 'may' : 'may not'} ${verb} ${pattern}`, async () => {
          const path = pattern.replace('{uid}', owner.uid);
          const firestore = firestoreOf(actor);
          const collection = path.slice(0, path.lastIndexOf('/'));
          const requests: Record<Verb, () => Promise<unknown>> = {
            get: () => firestore.get(path),
            list: () => firestore.list(collection),
            write: () => firestore.set(path, { language: 'de' }),
            delete: () => firestore.delete(path),
          };
          assert.equal(await permitted(requests[verb]), expected);
        });
      }
    }
  }

  const at = new Date();
  const consent = { generatedText: true, version: '1', at };
  const persons: [string, DocumentData, boolean][] = [
    [
      'everything that a person decides',
      { timeZone: 'Europe/Berlin', language: 'de', units: 'metric', consent },
      true,
    ],
    ['nothing', {}, true],
    ['a field that is not theirs', { admin: true }, false],
    ['a language that is no code', { language: 'German' }, false],
    ['units that do not exist', { units: 'nautical' }, false],
    ['a time zone that is no text', { timeZone: 1 }, false],
    ['an endless time zone', { timeZone: 'x'.repeat(65) }, false],
    ['a consent without a time', { consent: { generatedText: true, version: '1' } }, false],
    ['a consent of the future', { consent: { ...consent, at: new Date(Date.now() + 3_600_000) } }, false],
    ['a consent that says maybe', { consent: { ...consent, generatedText: 'maybe' } }, false],
    ['a consent with something else in it', { consent: { ...consent, forever: true } }, false],
  ];
  for (const [name, data, expected] of persons) {
    it(`a person ${expected ? 'may' : 'may not'} store ${name}`, async () => {
      assert.equal(await permitted(() => owner.firestore.set(`users/${owner.uid}`, data)), expected);
    });
  }
});

describe('storage.rules', () => {
  let owner: Person;
  let other: Person;
  const body = '{"samples": [{}]}';
  before(async () => {
    [owner, other] = await Promise.all([signUp(stack), signUp(stack)]);
  });

  async function announced(uploadId: string): Promise<string> {
    const input = { contentType: 'application/json', sizeBytes: body.length, uploadId };
    const { result } = await call('requestUpload', input, owner.idToken);
    return (result as { path: string }).path;
  }

  it('lets an announced recording in, once', async () => {
    const path = await announced('let-it-in');
    assert.equal(await putObject(path, body, 'application/json', owner.idToken), 200);
    assert.equal(await putObject(path, body, 'application/json', owner.idToken), 403);
  });

  it('refuses a recording that was not announced', async () => {
    const path = `recordings/${owner.uid}/not-announced`;
    assert.equal(await putObject(path, body, 'application/json', owner.idToken), 403);
  });

  it('refuses another type or size than the announced one', async () => {
    const path = await announced('something-else');
    assert.equal(await putObject(path, body, 'application/x-ndjson', owner.idToken), 403);
    assert.equal(await putObject(path, `${body} `, 'application/json', owner.idToken), 403);
  });

  it("refuses someone else's token, and none, for an announced recording", async () => {
    const path = await announced('only-mine');
    assert.equal(await putObject(path, body, 'application/json', other.idToken), 403);
    assert.equal(await putObject(path, body, 'application/json', undefined), 403);
  });

  it('lets nobody read or delete a recording, not even its owner', async () => {
    const path = await announced('write-only');
    await putObject(path, body, 'application/json', owner.idToken);
    for (const token of [owner.idToken, other.idToken, undefined]) {
      assert.equal(await touchObject('GET', path, token), 403);
      assert.equal(await touchObject('DELETE', path, token), 403);
    }
  });

  it('refuses every other place in the bucket', async () => {
    for (const path of ['elsewhere', `recordings/${owner.uid}`, `recordings/${owner.uid}/a/b`]) {
      assert.equal(await putObject(path, body, 'application/json', owner.idToken), 403);
    }
  });
});
