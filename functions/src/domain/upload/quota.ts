import { dayMs, hourMs } from '../time.ts';

const gib = 1024 ** 3;

/**
 * How much of what may be asked for in one window of time. Windows are fixed, in UTC: a quota that is used up is whole
 * again at the next full hour or at midnight. A repeated request counts again.
 */
export const quotas = {
  /** Recordings sent or announced by one person. */
  uploads: { limit: 240, windowMs: hourMs },
  /** Their bytes, as sent. */
  uploadBytes: { limit: 2 * gib, windowMs: dayMs },
  /** Days of the samples of each recording that is of more than 8: twice the five years that an import may bring, and more. */
  recordingDays: { limit: 5000, windowMs: dayMs },
  /** Recordings from one network address, whoever sends them: many people may share one. */
  addressUploads: { limit: 2400, windowMs: hourMs },
  /** Weekly reports as a page. */
  reports: { limit: 120, windowMs: hourMs },
  retries: { limit: 60, windowMs: hourMs },
  deletions: { limit: 240, windowMs: hourMs },
  /** Narratives written anew on request. */
  narratives: { limit: 5, windowMs: dayMs },
  exports: { limit: 5, windowMs: dayMs },
  erasures: { limit: 5, windowMs: dayMs },
} as const satisfies Record<string, { limit: number; windowMs: number }>;

export type QuotaName = keyof typeof quotas;

/** What one subject has used up of each quota, each since the beginning of its window (ms since 1970). */
export type Counters = Partial<Record<QuotaName, { since: number; used: number }>>;

/** The longest that a counter means anything. */
export const longestWindowMs = Math.max(...Object.values(quotas).map(({ windowMs }) => windowMs));

/**
 * Takes `amounts` out of what is left to a subject; a negative one is given back, as far as it was taken in this window.
 *
 * @returns the counters afterwards, or the seconds until the quota that is used up is whole again
 */
export function charge(
  counters: Counters,
  amounts: Partial<Record<QuotaName, number>>,
  now: number,
): { counters: Counters } | { retryAfterS: number } {
  const charged = { ...counters };
  let retryAfterMs = 0;
  for (const [name, amount] of Object.entries(amounts) as [QuotaName, number][]) {
    const { limit, windowMs } = quotas[name];
    const since = now - (now % windowMs);
    const counter = counters[name];
    const used = Math.max(0, (counter?.since === since ? counter.used : 0) + amount);
    if (used > limit) retryAfterMs = Math.max(retryAfterMs, since + windowMs - now);
    charged[name] = { since, used };
  }
  return retryAfterMs > 0 ? { retryAfterS: Math.ceil(retryAfterMs / 1000) } : { counters: charged };
}
