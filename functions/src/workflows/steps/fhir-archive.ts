import { fhirEntries, fhirFrame } from '../../contract/fhir.ts';
import { parseStored, storedAnalysis } from '../../contract/stored.ts';
import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import type { Ports } from '../ports.ts';

/** A person's samples and analyses as a FHIR R4 Bundle, piece by piece: years of samples do not fit into memory. */
export async function* fhirArchive(
  { people }: Pick<Ports, 'people'>,
  uid: string,
  now: number,
): AsyncGenerator<Uint8Array> {
  const analyses = await analysesOf(people, uid);
  yield Buffer.from(`${JSON.stringify(fhirFrame(now)).slice(0, -1)},"entry":[`);
  let separator = '\n';
  for await (const entry of fhirEntries({ uid, samples: samplesOf(people, uid), analyses })) {
    yield Buffer.from(separator + JSON.stringify(entry));
    separator = ',\n';
  }
  yield Buffer.from(']}\n');
}

async function* samplesOf(people: Ports['people'], uid: string): AsyncGenerator<readonly Sample[]> {
  for await (const { path, fields, samples } of await people.documents(uid)) {
    // Days of the first releases count until they are taken over, and are kept for a while.
    const untaken = path.startsWith('days/') && !('expiresAt' in fields);
    if (path.startsWith('samples/') || untaken) yield samples!;
  }
}

/** In the order of writing: of several that tell of one night, the last one counts. */
async function analysesOf(people: Ports['people'], uid: string): Promise<Analysis[]> {
  const written: { analysis: Analysis; at: string }[] = [];
  for await (const { path, fields } of await people.documents(uid)) {
    if (!path.startsWith('analyses/')) continue;
    written.push({ analysis: parseStored(storedAnalysis, fields), at: String(fields['createdAt']) });
  }
  return written.sort((a, b) => a.at.localeCompare(b.at)).map(({ analysis }) => analysis);
}
