import { hash, randomInt } from 'node:crypto';
import { paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { charge, longestWindowMs, type Counters } from '../../domain/upload/quota.ts';
import type { Quotas } from '../../workflows/ports.ts';
import { transactionOptions, type Open } from './client.ts';

/**
 * Documents of one address. Everybody behind a carrier's shared address writes to them, and Firestore sustains about one write a
 * second to a document.
 */
const addressShards = 8;

type Charge = Parameters<Quotas['take']>[0][number];

/**
 * What is charged to which document: to a person's own; to one of the address's, drawn at random, of which each holds a share of
 * the limit, so that a use counts there as many times as there are shares.
 */
function sharded({ subject, amounts }: Charge): { document: string; amounts: Charge['amounts'] } {
  if (!subject.startsWith('address:')) return { document: subject, amounts };
  const larger = Object.entries(amounts).map(([name, amount]) => [name, addressShards * amount]);
  return {
    document: `${subject}/${randomInt(addressShards)}`,
    amounts: Object.fromEntries(larger) as Charge['amounts'],
  };
}

/** Counters of persons and addresses; a TTL policy on `expiresAt` removes them. */
export function firestoreQuotas(open: Open): Quotas {
  return {
    async take(charges, now) {
      const { sdk, db } = await open();
      const shares = charges.map(sharded);
      const documents = shares.map(({ document }) => db.doc(paths.quota(hash('sha256', document, 'hex'))));
      const refused = await db.runTransaction(async (transaction) => {
        const snapshots = await transaction.getAll(...documents);
        const outcomes = shares.map(({ amounts }, i) =>
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
