import fs from 'node:fs';
import type { Language } from '../../functions/src/domain/languages.ts';
import { reportPage } from '../../functions/src/report/page.ts';
import { readFilesInto } from '../analyze/input.ts';
import { OfflinePerson } from '../analyze/offline-person.ts';
import { offlineReport } from './offline-report.ts';

export interface Options {
  files: string[];
  out: string;
  language: Language;
  timeZone: string | undefined;
}

/**
 * Writes the weekly report of the cloud from recording files, without cloud or emulator.
 *
 * @returns a sentence that names the file
 * @throws RangeError with one sentence when there is nothing to report
 */
export async function report({ files, out, language, timeZone }: Options): Promise<string> {
  const person = new OfflinePerson();
  await readFilesInto(person, files, { timeZone, asked: 'report on' });
  const found = await offlineReport(person, language);
  if (!found) throw new RangeError('There is nothing to report: the files hold no sample that can be used.');
  const page = reportPage(found);
  fs.writeFileSync(out, page);
  return `${out}: ${Math.ceil(page.length / 1024)} KB; open it in a browser.`;
}
