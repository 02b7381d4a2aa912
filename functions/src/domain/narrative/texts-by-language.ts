import type { Language } from '../languages.ts';
import type { Texts } from './texts.ts';
import { english } from './texts-english.ts';
import { german } from './texts-german.ts';
import { spanish } from './texts-spanish.ts';

export const texts: Record<Language, Texts> = { en: english, es: spanish, de: german };
