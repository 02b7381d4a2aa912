// The uploads that were given up, and another try for them once the cause is fixed.
import { faultOf, isFaultCode, type FaultCode } from '../../functions/src/domain/fault.ts';
import type { DeadLetter, KeptLetter, Ports } from '../../functions/src/workflows/ports.ts';
import { retryUpload } from '../../functions/src/workflows/retry-upload.ts';
import { workIn } from './place.ts';

const lettersPerPage = 200;

type Letters = Pick<Ports, 'uploads' | 'recordings' | 'requests' | 'deadLetters' | 'clock'>;

function line({ uploadId, code, deliveries }: DeadLetter, at: number): string {
  const how = deliveries === null ? 'at once' : `after ${deliveries} deliveries`;
  return `${new Date(at).toISOString()}  ${uploadId}  ${code}, ${how}`;
}

export interface Options {
  replay: boolean;
  /** Empty: all of them. */
  uploadIds: string[];
  /** Only letters with this one. */
  code: FaultCode | undefined;
  /** Without it, replay only shows what it would do. */
  apply: boolean;
  /** Replays begun a second, at most. */
  rate: number;
}

export interface Surroundings {
  /** A line of the result. */
  say: (line: string) => void;
  /** @throws Interrupted */
  wait: (ms: number) => Promise<void>;
  /** Hears of every letter that was tried again, and what came of it: `queued`, or a code. */
  replayed?: (letter: DeadLetter, outcome: string) => void;
}

/** All of them, oldest first. */
async function* keptLetters({ deadLetters }: Pick<Ports, 'deadLetters'>): AsyncGenerator<KeptLetter> {
  let page = await deadLetters.list(lettersPerPage);
  while (page.length > 0) {
    yield* page;
    page = await deadLetters.list(lettersPerPage, page.at(-1));
  }
}

/**
 * Lists the letters that are chosen, or tries their uploads again, and says what was left out: what is not chosen, and what was
 * kept after this began, which may be what it has tried again.
 *
 * @returns the number of failures; an id without a letter is one
 */
export async function deadLetters(
  ports: Letters,
  { replay, uploadIds, code, apply, rate }: Options,
  { say, wait, replayed = () => {} }: Surroundings,
): Promise<number> {
  const begun = ports.clock.now();
  const missing = new Set(uploadIds);
  const replays: Promise<void>[] = [];
  let chosen = 0;
  let others = 0;
  let failures = 0;

  const tryAgain = async (letter: DeadLetter): Promise<void> => {
    try {
      await retryUpload(ports, letter);
      replayed(letter, 'queued');
      say(`${letter.uploadId}  tried again`);
    } catch (problem) {
      failures++;
      replayed(letter, faultOf(problem).code);
      say(`${letter.uploadId}  ${(problem as Error).message}`);
    }
  };

  let later = false;
  try {
    for await (const { letter, at } of keptLetters(ports)) {
      later = at > begun;
      if (later) break;
      const isNamed = uploadIds.length === 0 || uploadIds.includes(letter.uploadId);
      if (!isNamed || (code !== undefined && letter.code !== code)) {
        others++;
        continue;
      }
      chosen++;
      missing.delete(letter.uploadId);
      if (replay && apply) {
        replays.push(tryAgain(letter));
        await wait(1000 / rate);
      } else say(line(letter, at));
    }
  } finally {
    await Promise.all(replays);
  }

  for (const uploadId of missing) say(`${uploadId}  no such dead letter`);
  const count = `${chosen} dead letter${chosen === 1 ? '' : 's'}`;
  say(`${count}${replay && !apply && chosen > 0 ? '; --apply tries them again' : ''}`);
  if (others > 0) say(`left out: ${others} of other uploads or codes`);
  if (later) say('left out: what came after this began; run it again');
  return failures + missing.size;
}

/** What `--code` may be. */
export function faultCode(given: string): FaultCode {
  if (isFaultCode(given)) return given;
  throw new RangeError('must be a code like analysis/gave-up.');
}

/**
 * The same, in the project (in whose log each retry is noted) or on the emulators.
 *
 * @returns the number of failures
 * @throws RangeError where no local stack is running
 */
export function runDeadLetters(
  project: string | undefined,
  options: Options,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  return workIn(project, signal, ({ ports, wait, note }) => {
    const replayed = ({ uploadId, code }: DeadLetter, outcome: string): void => {
      note('deadLetter.replayed', { uploadId, code, outcome });
    };
    return deadLetters(ports, options, { say, wait, replayed });
  });
}
