import v8 from 'node:v8';
import { windowDays } from '../../functions/src/workflows/steps/compute-weeks.ts';
import { readFilesInto } from './input.ts';
import { OfflinePerson } from './offline-person.ts';
import { report } from './report.ts';

export interface Options {
  files: string[];
  format: 'json' | 'text';
  /** Trailing local days up to the latest sample; without it, that of the cloud, or everything when all files are CSV. */
  days: number | 'all' | undefined;
  /** Zone of what names none. */
  timeZone: string | undefined;
}

/**
 * The analysis of the cloud on recording files, without cloud or emulator. Remarks about the files go to standard error.
 *
 * @throws RangeError with one sentence when there is nothing that can be analysed
 */
export async function analyze({ files, format, days: asked, timeZone }: Options): Promise<string> {
  // By default V8 lets the space for young objects grow to about 100 MB while a long recording is read: that is a third of
  // what the whole of it needs, and brings no speed.
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  const isWhole = files.every((file) => /\.csv(\.gz)?$/i.test(file));
  const window = asked ?? (isWhole ? 'all' : windowDays);
  const person = new OfflinePerson();
  await readFilesInto(person, files, { timeZone, asked: 'analyse' });
  const found = await person.analysis(window);
  if (!found) throw new RangeError('There is nothing to analyse: the files hold no sample that can be used.');
  if (format === 'json') return JSON.stringify(found.analysis, null, 2);
  return report(found.analysis, found.samples, window);
}
