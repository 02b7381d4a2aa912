import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, Agent, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getAppCheck } from 'firebase-admin/app-check';
import { getAuth } from 'firebase-admin/auth';
import { selfSigned, type Certificate } from '../../../../scripts/local-stack/stand-ins/self-signed.ts';
import { firebaseTokens } from '../../../src/adapters/tokens.ts';

const project = 'clarity-tokens';
const projectNumber = '1234567890';
const kid = 'key-1';
const mine = generateKeyPairSync('rsa', { modulusLength: 2048 });
const forger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const now = Math.floor(Date.now() / 1000);

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token as Firebase would sign it, but for the changes. */
function signed(claims: object, header: object = {}, key = mine.privateKey): string {
  const content = `${encoded({ alg: 'RS256', typ: 'JWT', kid, ...header })}.${encoded(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(key, 'base64url')}`;
}

const person = {
  iss: `https://securetoken.google.com/${project}`,
  aud: project,
  sub: 'person-1',
  user_id: 'person-1',
  auth_time: now - 60,
  iat: now - 60,
  exp: now + 3000,
};
const fromApp = {
  iss: `https://firebaseappcheck.googleapis.com/${projectNumber}`,
  aud: [`projects/${projectNumber}`, `projects/${project}`],
  sub: 'app-1',
  iat: now - 60,
  exp: now + 3000,
};

/** What Google's servers would say: keys, accounts, and which App Check tokens were consumed. */
describe('the tokens of a request, checked by the SDK with keys and accounts that a server gives it', () => {
  let certificate: Certificate;
  let server: Server;
  let app: App;
  let account: object | undefined;
  let consumed: boolean;
  let broken: boolean;

  const answers: [path: RegExp, answer: () => object][] = [
    [
      /^\/robot\/v1\/metadata\/x509\//,
      () => ({ [kid]: mine.publicKey.export({ type: 'spki', format: 'pem' }) }),
    ],
    [/accounts:lookup$/, () => ({ users: account ? [account] : [] })],
    [
      /^\/v1\/jwks$/,
      () => ({ keys: [{ ...mine.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] }),
    ],
    [/:verifyAppCheckToken$/, () => ({ alreadyConsumed: consumed })],
  ];

  before(async () => {
    certificate = await selfSigned();
    server = createServer(certificate, (request, response) => {
      void text(request).then(() => {
        const answer = broken ? undefined : answers.find(([path]) => path.test(request.url!))?.[1];
        response.writeHead(answer ? 200 : 500, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer?.() ?? { error: 'away' }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  beforeEach(() => {
    const { port } = server.address() as AddressInfo;
    const httpAgent = new Agent({ keepAlive: false });
    // Every host of Google's is this server.
    httpAgent.createConnection = () =>
      connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificate.cert });
    const getAccessToken = () => Promise.resolve({ access_token: 'a', expires_in: 3600 });
    app = initializeApp({ projectId: project, credential: { getAccessToken }, httpAgent }, 'tokens');
    account = { localId: 'person-1', validSince: String(now - 3600) };
    consumed = false;
    broken = false;
  });
  afterEach(() => deleteApp(app));

  const tokens = () =>
    firebaseTokens(
      () => Promise.resolve(getAuth(app)),
      () => Promise.resolve(getAppCheck(app)),
    );
  const code = (expected: string) => ({ code: expected });

  it('give the uid of whoever signed in', async () => {
    assert.equal(await tokens().verify(signed(person)), 'person-1');
  });

  const refused: [string, string][] = [
    ['that has expired', signed({ ...person, iat: now - 7200, exp: now - 3600 })],
    ['for another project', signed({ ...person, aud: 'another-project' })],
    ['of another issuer', signed({ ...person, iss: 'https://securetoken.google.com/another-project' })],
    ['of nobody', signed({ ...person, sub: '' })],
    ['that somebody else signed', signed(person, {}, forger.privateKey)],
    ['of a key that Google does not know', signed(person, { kid: 'key-2' })],
    ['that says it needs no signature', `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(person)}.`],
    [
      'whose claims were changed',
      signed(person).replace(/\.[^.]+\./, `.${encoded({ ...person, sub: 'other' })}.`),
    ],
    ['that is none', 'not-a-token'],
  ];
  for (const [what, token] of refused) {
    it(`refuse an ID token ${what}`, async () => {
      await assert.rejects(tokens().verify(token), code('auth/invalid-token'));
    });
  }

  it('refuse an ID token that was revoked, and one of an account that was disabled or removed', async () => {
    for (const other of [{ validSince: String(now) }, { disabled: true }]) {
      account = { localId: 'person-1', validSince: String(now - 3600), ...other };
      await assert.rejects(tokens().verify(signed(person)), code('auth/invalid-token'));
    }
    account = undefined;
    await assert.rejects(tokens().verify(signed(person)), code('auth/invalid-token'));
  });

  it('take an App Check token of the app, and refuse all others', async () => {
    await tokens().verifyApp(signed(fromApp), false);
    const others = [
      undefined,
      '',
      'not-a-token',
      signed({ ...fromApp, exp: now - 60 }),
      signed({ ...fromApp, aud: ['projects/another'] }),
      signed({ ...fromApp, iss: 'https://example.org/' }),
      signed(fromApp, {}, forger.privateKey),
      `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(fromApp)}.`,
    ];
    for (const token of others) {
      await assert.rejects(tokens().verifyApp(token, false), code('auth/invalid-app-check'));
    }
  });

  it('refuse an App Check token that was consumed before, where it is consumed', async () => {
    await tokens().verifyApp(signed(fromApp), true);
    consumed = true;
    await assert.rejects(tokens().verifyApp(signed(fromApp), true), code('auth/replayed-app-check'));
    await tokens().verifyApp(signed(fromApp), false);
  });

  it('blame nobody where the servers are away', async () => {
    broken = true;
    const notTheirs = (error: { code?: unknown }) =>
      error.code !== 'auth/invalid-token' && error.code !== 'auth/invalid-app-check';
    await assert.rejects(tokens().verify(signed(person)), notTheirs);
    await assert.rejects(tokens().verifyApp(signed(fromApp), false), notTheirs);
  });
});
