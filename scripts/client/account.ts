// Signs a person in at Firebase Authentication and keeps the ID token fresh. Neither tokens nor passwords are ever printed.
import type { Destination } from './destination.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';

export interface Account {
  uid: string;
  /** A token that is valid for at least five more minutes; `renew` asks for a new one in any case. */
  token(options?: { renew?: boolean }): Promise<string>;
}

export interface Credentials {
  email: string;
  password: string;
}

/** Of the local stack only: every command meets the same person there. */
export const localPerson: Credentials = { email: 'import@example.org', password: 'local-import' };

const renewBeforeMs = 5 * minuteMs;

interface Session {
  uid: string;
  idToken: string;
  refreshToken: string;
  /** ms since 1970 */
  expiresAt: number;
}

/**
 * @throws RangeError with one sentence when the person cannot be signed in
 */
export async function signIn(to: Destination, credentials: Credentials): Promise<Account> {
  let session = await signedIn(to, credentials);
  return {
    uid: session.uid,
    async token({ renew = false } = {}) {
      if (renew || session.expiresAt - Date.now() < renewBeforeMs) session = await renewed(to, session);
      return session.idToken;
    },
  };
}

/** The local person, who is signed up on first use. */
export async function signInLocally(to: Destination): Promise<Account> {
  const { email, password } = localPerson;
  const body = { email, password, returnSecureToken: true };
  // A second time it is refused: then the person is there.
  await ask(to, `${to.identityUrl}/accounts:signUp`, body);
  return signIn(to, localPerson);
}

/** Someone whose ID token is all there is: it lasts for an hour at most. @throws RangeError when it is no token */
export function withToken(idToken: string): Account {
  const uid = uidOf(idToken);
  return {
    uid,
    token({ renew = false } = {}) {
      if (!renew) return Promise.resolve(idToken);
      const sentence = 'The ID token has expired: sign in again. What was sent is remembered.';
      return Promise.reject(new RangeError(sentence));
    },
  };
}

async function signedIn(to: Destination, { email, password }: Credentials): Promise<Session> {
  const body = { email, password, returnSecureToken: true };
  const answer = await ask(to, `${to.identityUrl}/accounts:signInWithPassword`, body);
  if (!answer.ok) throw new RangeError(sentenceOf(answer.code, to));
  const { localId, idToken, refreshToken, expiresIn } = answer.body as Record<string, string>;
  return sessionOf(localId!, idToken!, refreshToken!, expiresIn!);
}

async function renewed(to: Destination, { uid, refreshToken }: Session): Promise<Session> {
  const answer = await ask(to, `${to.tokenUrl}/token`, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  if (!answer.ok) throw new RangeError(sentenceOf(answer.code, to));
  const { id_token, refresh_token, expires_in } = answer.body as Record<string, string>;
  return sessionOf(uid, id_token!, refresh_token!, expires_in!);
}

function sessionOf(uid: string, idToken: string, refreshToken: string, expiresIn: string): Session {
  return { uid, idToken, refreshToken, expiresAt: Date.now() + 1000 * Number(expiresIn) };
}

type Asked = { ok: true; body: object } | { ok: false; code: string };

async function ask(to: Destination, address: string, body: object): Promise<Asked> {
  const response = await fetch(`${address}?key=${encodeURIComponent(to.apiKey)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new RangeError(unreachable(to), { cause: error });
  });
  const answer = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
  if (response.ok) return { ok: true, body: answer };
  return { ok: false, code: answer.error?.message ?? `HTTP ${response.status}` };
}

/** Where there is nobody at the other end. */
export function unreachable({ local, name }: Destination): string {
  return local
    ? 'The local stack does not answer: run "npm start" in another terminal, or name a project with --project.'
    : `${name} cannot be reached: look at the connection.`;
}

function sentenceOf(code: string, { name }: Destination): string {
  if (/INVALID_LOGIN_CREDENTIALS|INVALID_PASSWORD|EMAIL_NOT_FOUND|INVALID_EMAIL/.test(code)) {
    return `There is no such person with this password in ${name}.`;
  }
  if (/API_KEY|API key/.test(code))
    return `The API key is not one of ${name}: --api-key takes the web API key.`;
  if (/TOKEN_EXPIRED|USER_DISABLED|INVALID_REFRESH_TOKEN/.test(code))
    return 'The session has ended: sign in again.';
  return `Signing in to ${name} failed: ${code}.`;
}

function uidOf(idToken: string): string {
  try {
    const claims = JSON.parse(
      Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as unknown;
    const { user_id, sub } = claims as { user_id?: unknown; sub?: unknown };
    const uid = sub ?? user_id;
    if (typeof uid === 'string' && uid !== '') return uid;
  } catch {
    // Said below.
  }
  throw new RangeError('CLARITY_ID_TOKEN is no Firebase ID token.');
}
