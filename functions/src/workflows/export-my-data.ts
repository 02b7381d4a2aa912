import type { ExportAnswer } from '../contract/answers.ts';
import type { ExportFormat } from '../contract/upload.ts';
import { Fault } from '../domain/fault.ts';
import { dayMs } from '../domain/time.ts';
import { fhirArchive } from './steps/fhir-archive.ts';
import { jsonArchive } from './steps/json-archive.ts';
import type { Ports } from './ports.ts';

/** How long an archive can be read; the bucket's lifecycle removes it afterwards. */
const keptMs = dayMs;

const contentTypes = { json: 'application/json', fhir: 'application/fhir+json' } as const;
const archives = { json: jsonArchive, fhir: fhirArchive } as const satisfies Record<ExportFormat, unknown>;

/**
 * Writes everything that is stored about a person (`json`), or what of it other health software understands (`fhir`),
 * into one archive in Storage, which the person may read for 24 hours.
 * Asking again within the hour renews the same archive. An archive that was overtaken by the deletion of all of it is
 * removed again: its announcement has gone with the other documents.
 *
 * @throws Fault `person/erasing`
 */
export async function exportMyData(
  ports: Pick<Ports, 'people' | 'recordings' | 'exports' | 'clock'>,
  uid: string,
  format: ExportFormat,
): Promise<ExportAnswer> {
  const { exports, clock } = ports;
  const now = clock.now();
  const name = `${format}-${new Date(now).toISOString().slice(0, 13)}.json`;
  const about = { contentType: contentTypes[format], expiresAt: now + keptMs };
  await exports.announce(uid, name, about.expiresAt);
  const path = await exports.write(uid, name, about, archives[format](ports, uid, now));
  if (!(await exports.announced(uid, name))) {
    await exports.remove(uid, name);
    throw new Fault('person/erasing');
  }
  return { path, contentType: about.contentType, expiresAt: new Date(about.expiresAt).toISOString() };
}
