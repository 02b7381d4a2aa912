import { randomInt } from 'node:crypto';
import { paths } from '../../contract/upload.ts';
import { dayMs } from '../../domain/time.ts';
import type { Spending } from '../../workflows/ports.ts';
import type { Open } from './client.ts';

/** Documents of a day: Firestore sustains about one write a second to each. */
const shards = 100;

/** For how long one can look up what was spent. */
const keptMs = 400 * dayMs;

/** Counters by day, removed by a TTL policy on `expiresAt`, and what an operator has set. */
export function firestoreSpending(open: Open, deployed: number): Spending {
  return {
    async of(day) {
      const { sdk, db } = await open();
      const sum = sdk.AggregateField.sum('asked');
      const [counted, settings] = await Promise.all([
        db.collection('spending').where('day', '==', day).aggregate({ sum }).get(),
        db.doc(paths.narratorSettings).get(),
      ]);
      const set: unknown = settings.get('textsADay');
      return { asked: counted.data().sum, most: typeof set === 'number' ? set : deployed };
    },
    async count(day) {
      const { sdk, db } = await open();
      const asked = sdk.FieldValue.increment(1);
      const expiresAt = sdk.Timestamp.fromMillis(Date.parse(day) + keptMs);
      await db.doc(paths.spent(day, randomInt(shards))).set({ day, asked, expiresAt }, { merge: true });
    },
    async limit(most) {
      const { sdk, db } = await open();
      await db
        .doc(paths.narratorSettings)
        .set({ textsADay: most ?? sdk.FieldValue.delete() }, { merge: true });
    },
  };
}
