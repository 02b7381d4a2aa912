import type * as firestore from 'firebase-admin/firestore';
import type { Fields } from '../../contract/stored.ts';

export type Sdk = typeof firestore;

/** Makes the client on first use: it costs most of a cold start. */
export type Open = () => Promise<{ sdk: Sdk; db: firestore.Firestore }>;

/** Several events of one upload meet at its document; each attempt waits for the one before. */
export const transactionOptions = { maxAttempts: 10 };

/** How a write with a precondition fails: codes of gRPC. */
export const writeFailure = { notFound: 5, alreadyExists: 6, failedPrecondition: 9, aborted: 10 } as const;

export function failedWith(error: unknown, ...codes: number[]): boolean {
  return codes.includes((error as { code?: number }).code ?? -1);
}

/** A document's fields with Firestore's timestamps, also those in maps, as dates. */
export function withDates(fields: firestore.DocumentData): Fields {
  const dated = Object.entries(fields).map(([name, value]: [string, unknown]) => [name, dateOf(value)]);
  return Object.fromEntries(dated) as Fields;
}

function dateOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('toDate' in value) return (value as firestore.Timestamp).toDate();
  return Object.getPrototypeOf(value) === Object.prototype ? withDates(value) : value;
}
