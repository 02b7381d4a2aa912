import type { Language } from '../domain/languages.ts';

/** Day before month, and 24 hours, also in English. */
const locales: Record<Language, string> = { en: 'en-GB', es: 'es', de: 'de' };

/** How a language writes numbers and days. */
export interface Format {
  number: (value: number, digits?: number) => string;
  /** A share of 0 to 1 as whole percent. */
  percent: (share: number) => string;
  /** `7:05`, of minutes. */
  hours: (minutes: number) => string;
  /** `07:05`, of a clock minute; 1440 is `24:00`. */
  clock: (minute: number) => string;
  /** `Mon 9` */
  shortDay: (day: string) => string;
  /** `Mon, 9 June` */
  day: (day: string) => string;
  /** `9–15 June 2025` */
  days: (first: string, last: string) => string;
}

export function formatOf(language: Language): Format {
  const locale = locales[language];
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  const weekday = dates({ weekday: 'short' });
  const day = dates({ weekday: 'short', day: 'numeric', month: 'long' });
  const range = dates({ day: 'numeric', month: 'long', year: 'numeric' });
  const parsed = (text: string) => Date.parse(`${text}T00:00:00Z`);
  const hours = (minutes: number): string => {
    const whole = Math.round(minutes);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  };
  return {
    number: (value, digits = 0) =>
      value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    percent: (share) => `${Math.round(share * 100)} %`,
    hours,
    clock: (minute) => hours(minute).padStart(5, '0'),
    shortDay: (text) =>
      `${weekday.format(parsed(text)).replace('.', '')} ${new Date(parsed(text)).getUTCDate()}`,
    day: (text) => day.format(parsed(text)),
    days: (first, last) => range.formatRange(parsed(first), parsed(last)),
  };
}

/** Fills `{name}` in; `[one|many]` chooses by the value of `n`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_, one: string, many: string) => (values['n'] === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
