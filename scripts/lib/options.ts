// Options that several commands share, and what texts of options may be.
import { isTimeZone } from '../../functions/src/domain/local-time.ts';
import { flag, text } from './command.ts';

/** A whole number from 1 on. */
export function wholeNumber(given: string): number {
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new RangeError('must be a whole number from 1 on.');
  return Number(given);
}

/** A whole number, 0 too. */
export function wholeNumberOr0(given: string): number {
  return given === '0' ? 0 : wholeNumber(given);
}

export const numberUpTo =
  (most: number) =>
  (given: string): number => {
    const value = Number(given);
    if (given !== '' && value >= 0 && value <= most) return value;
    throw new RangeError(`must be a number from 0 to ${most}.`);
  };

export const oneOf =
  <const T extends string>(...all: readonly T[]) =>
  (given: string): T => {
    const found = all.find((one) => one === given);
    if (found === undefined) throw new RangeError(`must be one of ${all.join(', ')}.`);
    return found;
  };

function zone(given: string): string {
  if (isTimeZone(given)) return given;
  throw new RangeError(`must be an IANA time zone like Europe/Berlin, not "${given}".`);
}

/** For commands that read samples. */
export const timeZone = text('TZ', 'IANA zone of samples that name none', { read: zone });

/** yyyy-mm-dd */
export function day(given: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(Date.parse(`${given}T00:00:00Z`))) return given;
  throw new RangeError('must be a day like 2025-06-15.');
}

/** For commands that write a file. */
export const out = text('FILE', 'the file to write', { short: 'o', required: true });

/** For commands that act as a signed-in person. */
export const account = {
  project: text('PROJECT', 'a Firebase project instead of the local stack of "npm start"'),
  'api-key': text('KEY', 'its web API key (it is no secret)'),
};

/** Their details. */
export const signIn = `As whom: CLARITY_EMAIL and CLARITY_PASSWORD from the environment; else they are asked for, and the local stack has a
person of its own. CLARITY_APP_CHECK_TOKEN is sent where App Check is enforced.`;

/** For commands that look after a project. */
export const project = text('PROJECT', 'the project', { required: true });

/** For commands that measure. */
export const json = flag('the figures as JSON');
