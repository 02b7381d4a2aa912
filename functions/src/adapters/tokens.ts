import type { Auth } from 'firebase-admin/auth';
import { Fault } from '../domain/fault.ts';
import type { Tokens } from '../workflows/ports.ts';

/** Firebase ID tokens, with the check whether they were revoked. */
export function firebaseTokens(open: () => Promise<Auth>): Tokens {
  return {
    async verify(token) {
      const auth = await open();
      try {
        return (await auth.verifyIdToken(token, true)).uid;
      } catch (error) {
        const code = String((error as { code?: unknown }).code);
        // Only what the token itself is guilty of is its fault; an unreachable key server is ours.
        if (!code.startsWith('auth/') || code === 'auth/internal-error') throw error;
        throw new Fault('auth/invalid-token', { cause: error });
      }
    },
  };
}
