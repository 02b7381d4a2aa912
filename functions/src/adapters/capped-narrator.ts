import { Fault } from '../domain/fault.ts';
import { localDay } from '../domain/local-time.ts';
import { minuteMs } from '../domain/time.ts';
import type { Clock, Narrator, Spending } from '../workflows/ports.ts';

/** How long an instance goes by what it has read: another cap holds that much later. */
const readEveryMs = minuteMs;

/**
 * The narrator until as many texts of a day have been asked for as may be. What the other instances asked for since the last
 * reading is not known: together they may ask for as many more as they do in a minute.
 */
export function cappedNarrator(narrator: Narrator, spending: Spending, clock: Pick<Clock, 'now'>): Narrator {
  let known = { day: '', readAt: 0, left: 0 };
  return {
    async write(request) {
      const now = clock.now();
      const day = localDay('UTC', now);
      if (known.day !== day || now - known.readAt >= readEveryMs) {
        const { asked, most } = await spending.of(day);
        known = { day, readAt: now, left: most - asked };
      }
      if (known.left <= 0) throw new Fault('narrator/cap-reached');
      known.left--;
      await spending.count(day);
      return narrator.write(request);
    },
  };
}
