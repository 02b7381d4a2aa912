import type { AppCheck } from 'firebase-admin/app-check';
import type { Auth } from 'firebase-admin/auth';
import { Fault, type FaultCode } from '../domain/fault.ts';
import type { Tokens } from '../workflows/ports.ts';

/** Firebase ID tokens, with the check whether they were revoked, and App Check tokens. */
export function firebaseTokens(openAuth: () => Promise<Auth>, openAppCheck: () => Promise<AppCheck>): Tokens {
  return {
    async verify(token) {
      const auth = await openAuth();
      return (await refusedAs('auth/invalid-token', 'auth/', auth.verifyIdToken(token, true))).uid;
    },
    async verifyApp(token, consume) {
      if (!token) throw new Fault('auth/invalid-app-check');
      const appCheck = await openAppCheck();
      const verified = appCheck.verifyToken(token, { consume });
      const { alreadyConsumed } = await refusedAs('auth/invalid-app-check', 'app-check/', verified);
      // The SDK tells, and leaves it to us to refuse.
      if (alreadyConsumed) throw new Fault('auth/replayed-app-check');
    },
  };
}

/** Only what the token itself is guilty of is its fault; an unreachable key server is ours. */
async function refusedAs<T>(fault: FaultCode, family: string, verified: Promise<T>): Promise<T> {
  try {
    return await verified;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const ours = `${family}internal-error`;
    // Keys that cannot be fetched have the code of a bad argument; only the words tell.
    const away = /error fetching/i.test(String(message));
    if (!String(code).startsWith(family) || code === ours || away) throw error;
    throw new Fault(fault, { cause: error });
  }
}
