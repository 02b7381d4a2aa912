import { readFileSync } from 'node:fs';
import { parseStored, storedAnalysis, storedNarrative, type Fields } from '../../src/contract/stored.ts';

/** A document as that version of the product has written it (fixtures/documents-v1, -v2); they are kept for ever. */
export function documentOf(version: 1 | 2, name: string): Fields {
  const file = new URL(`../fixtures/documents-v${version}/${name}.json`, import.meta.url);
  const revived = JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'date' in value ? new Date(value.date as string) : value,
  ) as Fields;
  return revived;
}

/** The analysis and the narrative of a whole week. */
export const someAnalysis = () => parseStored(storedAnalysis, documentOf(2, 'analysis'));
export const someNarrative = () => parseStored(storedNarrative, documentOf(1, 'narrative'));
