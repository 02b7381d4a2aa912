import type * as firestore from 'firebase-admin/firestore';

export type Sdk = typeof firestore;

/** Makes the client on first use: it costs most of a cold start. */
export type Open = () => Promise<{ sdk: Sdk; db: firestore.Firestore }>;

/** Several events of one upload meet at its document; each attempt waits for the one before. */
export const transactionOptions = { maxAttempts: 10 };
