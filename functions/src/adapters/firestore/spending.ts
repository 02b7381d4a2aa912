import { randomInt } from 'node:crypto';
import { paths } from '../../contract/upload.ts';
import { dayMs } from '../../domain/time.ts';
import type { Spending } from '../../workflows/ports.ts';
import type { Open } from './client.ts';

/** Documents of a day, of which Firestore sustains about one write a second each: twice what the functions may ask for. */
const shards = 20;

/** For how long one can look up what was spent. */
const keptMs = 400 * dayMs;

/** Counters by day, removed by a TTL policy on `expiresAt`, and what an operator has set. */
export function firestoreSpending(open: Open, deployed: number): Spending {
  return {
    async of(day) {
      const { db } = await open();
      const counters = Array.from({ length: shards }, (_, shard) => db.doc(paths.spent(day, shard)));
      const [settings, ...counted] = await db.getAll(db.doc(paths.narratorSettings), ...counters);
      const set: unknown = settings!.get('textsADay');
      const asked = counted.reduce((sum, one) => sum + Number(one.get('asked') ?? 0), 0);
      return { asked, most: typeof set === 'number' ? set : deployed };
    },
    async count(day) {
      const { sdk, db } = await open();
      const asked = sdk.FieldValue.increment(1);
      const expiresAt = sdk.Timestamp.fromMillis(Date.parse(day) + keptMs);
      await db.doc(paths.spent(day, randomInt(shards))).set({ asked, expiresAt }, { merge: true });
    },
    async limit(most) {
      const { sdk, db } = await open();
      await db
        .doc(paths.narratorSettings)
        .set({ textsADay: most ?? sdk.FieldValue.delete() }, { merge: true });
    },
  };
}
