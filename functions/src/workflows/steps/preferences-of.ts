import type { Units } from '../../domain/narrative/facts.ts';
import { isLanguage, type Language } from '../../domain/languages.ts';
import type { Person } from '../ports.ts';

/** The language of a person who has chosen none, or one that we cannot write in. */
const defaultLanguage: Language = 'en';

/** How a person reads what we write. */
export function preferencesOf({ language, units }: Person): { language: Language; units: Units } {
  return {
    language: isLanguage(language) ? language : defaultLanguage,
    units: units === 'imperial' ? 'imperial' : 'metric',
  };
}
