import type { Language } from '../domain/languages.ts';
import type { ReportWords } from './report-words.ts';
import { german } from './words-german.ts';
import { english } from './words-english.ts';
import { spanish } from './words-spanish.ts';

/** Everything that a report says, in each language. */
export const reportWords: Record<Language, ReportWords> = { en: english, es: spanish, de: german };
