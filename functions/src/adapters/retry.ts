// Not the default export: bundles that leave this package outside cannot import the default of an ES module.
import { AbortError, makeRetriable } from 'p-retry';

/** How often and how patiently an outside call is repeated. */
export interface RetryPolicy {
  attempts: number;
  /** The wait before attempt n + 1 is random between 0 and `baseMs * 2^n`, at most `capMs` (full jitter). */
  baseMs: number;
  capMs: number;
  /** No attempt begins later than this after the first. */
  deadlineMs: number;
}

/** Exponential backoff with full jitter, before the attempt that follows `attempt` (1, 2, ...). */
export function backoffMs({ baseMs, capMs }: RetryPolicy, attempt: number, random = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/**
 * Repeats `operation` while it fails with something that `mayHelp` says may pass.
 *
 * Full jitter spreads the second attempts of many callers over the whole interval (M. Brooker, "Exponential
 * Backoff And Jitter", AWS Architecture Blog, 2015); p-retry's own randomisation never goes below the base.
 */
export async function withRetry<T>(
  operation: () => Promise<T>,
  policy: RetryPolicy,
  mayHelp: (error: unknown) => boolean,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<T> {
  const started = performance.now();
  const retrying = makeRetriable(
    async () => {
      try {
        return await operation();
      } catch (error) {
        // p-retry never repeats plain TypeErrors, which is what fetch reports a broken connection with.
        const problem = error instanceof Error ? error : new Error('not an error', { cause: error });
        throw mayHelp(error) ? new Passing(problem) : new AbortError(problem);
      }
    },
    {
      retries: policy.attempts - 1,
      minTimeout: 0,
      maxTimeout: 0,
      async onFailedAttempt({ attemptNumber, retriesLeft, error }) {
        if (retriesLeft === 0) return;
        const delay = backoffMs(policy, attemptNumber);
        if (performance.now() - started + delay > policy.deadlineMs) throw error;
        await wait(delay);
      },
    },
  );
  return retrying().catch((error: unknown) => {
    throw error instanceof Passing ? error.cause : error;
  });
}

class Passing extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}
