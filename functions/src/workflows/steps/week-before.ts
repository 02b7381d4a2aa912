import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { Ports } from '../ports.ts';
import { dayMs } from '../../domain/time.ts';

/** A week is compared with the one before only when that one ended at most this long before it began. */
const longestPauseMs = dayMs;

/** The person's analysis of the week before, where there is one to compare with. */
export async function weekBefore(
  analyses: Ports['analyses'],
  uid: string,
  { window }: Analysis,
): Promise<Analysis | undefined> {
  const before = await analyses.latestBefore(uid, window.start);
  if (!before || Date.parse(window.start) - Date.parse(before.window.end) > longestPauseMs) return undefined;
  return before;
}
