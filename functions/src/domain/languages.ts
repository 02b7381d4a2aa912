/** The languages that a narrative may be in. */
export const languages = ['en', 'es', 'de'] as const;
export type Language = (typeof languages)[number];

export function isLanguage(code: string | undefined): code is Language {
  return languages.includes(code as Language);
}

/** A language's decimal mark; the other one groups thousands. */
export const decimalMark: Record<Language, '.' | ','> = { en: '.', es: ',', de: ',' };
