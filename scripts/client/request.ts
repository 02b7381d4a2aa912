// One request as the signed-in person: signed in again when the token has run out, and sent again when it may help.
import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable, type Account } from './account.ts';
import type { Destination } from './destination.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';

export interface Answer {
  status: number;
  /** JSON; empty where the answer is none. */
  body: Record<string, unknown>;
}

/** What a caller may replace. */
export interface Surroundings {
  fetch: typeof fetch;
  wait: (ms: number) => Promise<void>;
  /** 0 to 1 */
  random: () => number;
  /** Told why it waits. */
  say: (line: string) => void;
}

export type Send = (address: string, init: RequestInit, scheme?: 'Bearer' | 'Firebase') => Promise<Answer>;

/** Longer than that nobody sits in front of a command. */
const longestWaitMs = 15 * minuteMs;
const mostAttempts = 8;
const firstBackOffMs = 1_000;
const longestBackOffMs = minuteMs;
const requestTimeoutMs = 120_000;

export function surroundings(say: (line: string) => void, signal: AbortSignal): Surroundings {
  return {
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]) }),
    wait: async (ms) => {
      await sleep(ms, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    },
    random: Math.random,
    say,
  };
}

/**
 * Sends requests with the person's token. A 429 or 503 waits as long as `Retry-After` says, or for a random part of a time
 * that doubles ("full jitter"); so do other 5xx and broken connections. A 401 gets a new token, once.
 *
 * Gives every other answer as it is.
 *
 * @throws RangeError with one sentence when trying again does not help, or would take too long
 */
export function sender(to: Destination, account: Account, { fetch, wait, random, say }: Surroundings): Send {
  return async (address, init, scheme = 'Bearer') => {
    let renew = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await once(address, init, `${scheme} ${await account.token({ renew })}`);
      if (answer && answer.status === 401 && !renew) {
        renew = true;
        continue;
      }
      renew = false;
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      if (attempt === mostAttempts) {
        throw new RangeError(
          answer
            ? `${to.name} answered ${answer.status} ${mostAttempts} times. Run the same command again later: what was sent is remembered.`
            : unreachable(to),
        );
      }
      const waitMs =
        answer?.retryAfterMs ?? random() * Math.min(longestBackOffMs, firstBackOffMs * 2 ** attempt);
      if (waitMs > longestWaitMs) {
        throw new RangeError(
          `${to.name} asks to wait for ${spanText(waitMs)}. Run the same command again then: what was sent is remembered.`,
        );
      }
      const why = answer ? `answered ${answer.status}` : 'cannot be reached';
      say(`${to.name} ${why}; trying again in ${spanText(waitMs)}`);
      await wait(waitMs);
    }
  };

  async function once(
    address: string,
    init: RequestInit,
    authorization: string,
  ): Promise<(Answer & { retryAfterMs: number | undefined }) | undefined> {
    const appCheck = process.env['CLARITY_APP_CHECK_TOKEN'];
    const headers = {
      ...(init.headers as Record<string, string> | undefined),
      authorization,
      ...(appCheck && { 'x-firebase-appcheck': appCheck }),
    };
    try {
      const response = await fetch(address, { ...init, headers });
      const text = await response.text();
      return {
        status: response.status,
        body: jsonOf(text),
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      };
    } catch (error) {
      // An interruption is not the other end's fault.
      if ((error as Error).name === 'Interrupted') throw error;
      return undefined;
    }
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110). */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return 1000 * Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** A length of time as a person says it. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
