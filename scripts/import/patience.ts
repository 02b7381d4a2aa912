// Waits, and tries again, where that may help.
import { ClientError, type ClientErrorCode } from '../../functions/client/client.ts';
import { minuteMs } from '../../functions/src/domain/time.ts';

/** What a caller may replace. */
export interface Surroundings {
  wait: (ms: number) => Promise<void>;
  /** 0 to 1 */
  random: () => number;
  /** Called with why it waits. */
  say: (line: string) => void;
}

export type Patiently = <T>(work: () => Promise<T>) => Promise<T>;

const passing: ClientErrorCode[] = ['quota/exceeded', 'service/unavailable', 'internal', 'upload/deleting'];
/** Longer than that nobody sits in front of a command. */
const longestWaitMs = 15 * minuteMs;
const mostAttempts = 8;
const firstBackOffMs = 1_000;
const longestBackOffMs = minuteMs;

/**
 * Does the work again where a quota is used up, the service is away or a deletion under way: as late as the service says, or after a random
 * part of a time that doubles ("full jitter").
 *
 * @param name of the place, for a person
 * @throws RangeError with one sentence where it would take too long; every other error as it is
 */
export function patient(name: string, { wait, random, say }: Surroundings): Patiently {
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ClientError && passing.includes(error.code))) throw error;
        const { code, retryAfterS } = error;
        if (attempt === mostAttempts)
          throw giveUp(`${name} cannot be used (${code}, ${attempt} times).`, error);
        const backOffMs = random() * Math.min(longestBackOffMs, firstBackOffMs * 2 ** attempt);
        const waitMs = retryAfterS === undefined ? backOffMs : 1000 * retryAfterS;
        if (waitMs > longestWaitMs) throw giveUp(`${name} asks to wait for ${spanText(waitMs)}.`, error);
        say(`${name}: ${code}; trying again in ${spanText(waitMs)}`);
        await wait(waitMs);
      }
    }
  };
}

function giveUp(why: string, cause: ClientError): RangeError {
  return new RangeError(`${why} Run the same command again later: what was sent is remembered.`, { cause });
}

/** A length of time as a person says it. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
