import path from 'node:path';
import v8 from 'node:v8';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { analyzeDays, windowDays } from '../../functions/src/workflows/analyze-recording.ts';
import { readFilesInto } from './input.ts';
import { offlineDays } from './offline-days.ts';
import { report } from './report.ts';
import { root } from '../lib/root.ts';

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
  const { days, origin } = await offlineDays();
  await readFilesInto(days, origin, files, { timeZone, asked: 'analyse' });
  const models = onnxModels(path.join(root, 'functions', 'models'));
  const analysis = await analyzeDays({ days, models }, origin.uid, window);
  if (!analysis)
    throw new RangeError('There is nothing to analyse: the files hold no sample that can be used.');
  if (format === 'json') return JSON.stringify(analysis, null, 2);
  return report(analysis, await days.latest(origin.uid, window === 'all' ? Infinity : window + 1), window);
}
