import type { PersonDocument } from '../../functions/src/contract/documents.ts';
import type { Language } from '../../functions/src/domain/languages.ts';

/** What the person of the sample week has decided: a text may be generated. */
export function samplePerson(language: Language = 'en'): PersonDocument {
  return {
    timeZone: 'Europe/Berlin',
    language,
    consent: { generatedText: true, version: '1', at: new Date() },
  };
}
