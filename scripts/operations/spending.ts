// What was asked of Gemini, and how much may be.
import { addDays, localDay } from '../../functions/src/domain/local-time.ts';
import type { Spending } from '../../functions/src/workflows/ports.ts';
import { workIn } from './place.ts';

const daysShown = 7;

/** Says what was asked for in the week up to `today` (yyyy-mm-dd in UTC), and how much may be. */
export async function showSpending(
  spending: Pick<Spending, 'of'>,
  today: string,
  say: (line: string) => void,
): Promise<void> {
  const days = Array.from({ length: daysShown }, (_, i) => addDays(today, i + 1 - daysShown));
  const all = await Promise.all(days.map(async (day) => ({ day, ...(await spending.of(day)) })));
  for (const { day, asked } of all) say(`${day}  ${String(asked).padStart(9)} texts asked for`);
  say(`At most ${all.at(-1)!.most} a day, of UTC; beyond that the template stands.`);
}

/** @param change the new cap; null for the one that was deployed, undefined to leave it as it is */
export async function runSpending(
  project: string | undefined,
  change: number | null | undefined,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await workIn(project, signal, async ({ ports: { spending, clock }, note }) => {
    if (change !== undefined) {
      await spending.limit(change);
      note('spending.limited', { textsADay: change ?? 'as deployed' });
      say('Changed: every instance goes by it within a minute.');
    }
    await showSpending(spending, localDay('UTC', clock.now()), say);
  });
}
