import type { RetryPolicy } from './retry.ts';

/**
 * Which fault of which outside thing is tried again, how often, and how long a call may take. Nothing is called without
 * a deadline. What is tried again is idempotent by construction: creates with a precondition, transactions, reads, and
 * messages whose handling is idempotent.
 *
 * | outside thing | who tries again | deadline of one port call |
 * | --- | --- | --- |
 * | Firestore | its client: ABORTED, UNAVAILABLE, RESOURCE_EXHAUSTED and DEADLINE_EXCEEDED with backoff; transactions and conditional writes 10 times | 30 s; samples and results 60 s; the deletion of a person 240 s |
 * | Storage | its client: 408, 429, 5xx and broken connections, only with a precondition or for reads | 30 s; archives 240 s |
 * | Pub/Sub | its client: UNAVAILABLE and the like with backoff | 15 s |
 * | Auth | nobody: the caller of the function does | 10 s |
 * | Vertex AI | `vertex` below: 429, 5xx, timeouts and broken connections, with full jitter | 10 s a call, 20 s for the last one to begin |
 * | the whole event | the platform: 10 s to 600 s backoff; five deliveries, then the dead letter | the function's timeout |
 */
export const deadlines = {
  uploads: 30_000,
  analyses: 30_000,
  narratives: 30_000,
  quotas: 30_000,
  erasures: 240_000,
  exports: 240_000,
  people: 30_000,
  histories: 60_000,
  recordings: 30_000,
  requests: 15_000,
  deadLetters: 30_000,
  tokens: 10_000,
  spending: 10_000,
} as const;

export const vertexCall: { timeoutMs: number; retry: RetryPolicy } = {
  timeoutMs: 10_000,
  retry: { attempts: 3, baseMs: 500, capMs: 4000, deadlineMs: 20_000 },
};

/** After this many failures in a row nobody asks Vertex for a while; then one call tries. */
export const vertexBreaker = { failures: 5, openMs: 30_000 };

/**
 * Calls of one instance at once, and those that wait. With the function's `maxInstances` this bounds the calls of the
 * whole project; what finds no place is unavailable, and the template stands.
 */
export const vertexPlaces = { atOnce: 4, waiting: 16 };
