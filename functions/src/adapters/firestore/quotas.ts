import { hash } from 'node:crypto';
import { paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { charge, longestWindowMs, type Counters } from '../../domain/upload/quota.ts';
import type { Quotas } from '../../workflows/ports.ts';
import { transactionOptions, type Open } from './client.ts';

/** Counters of persons and addresses, one document each; a TTL policy on `expiresAt` removes them. */
export function firestoreQuotas(open: Open): Quotas {
  return {
    async take(charges, now) {
      const { sdk, db } = await open();
      const documents = charges.map(({ subject }) => db.doc(paths.quota(hash('sha256', subject, 'hex'))));
      const refused = await db.runTransaction(async (transaction) => {
        const snapshots = await transaction.getAll(...documents);
        const outcomes = charges.map(({ amounts }, i) =>
          charge((snapshots[i]!.data()?.counters ?? {}) as Counters, amounts, now),
        );
        for (const outcome of outcomes) if ('retryAfterS' in outcome) return outcome;
        const expiresAt = sdk.Timestamp.fromMillis(now + longestWindowMs);
        outcomes.forEach((outcome, i) => {
          transaction.set(documents[i]!, { schemaVersion: 1, ...outcome, expiresAt });
        });
        return undefined;
      }, transactionOptions);
      if (refused) throw new Fault('quota/exceeded', refused);
    },
  };
}
