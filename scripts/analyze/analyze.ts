// `npm run analyze -- FILE [FILE...]`: the analysis of the cloud on recording files, without cloud or emulator.
// Standard output holds the analysis and nothing else; what there is to say about the files goes to standard error.
import path from 'node:path';
import v8 from 'node:v8';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { analyzeDays } from '../../functions/src/workflows/analyze-recording.ts';
import { readFilesInto } from './input.ts';
import { offlineDays } from './offline-days.ts';
import { readOptions, usage, type Options } from './options.ts';
import { report } from './report.ts';
import { root } from '../lib/root.ts';

// By default V8 lets the space for young objects grow to about 100 MB while a long recording is read: that is a third of
// what the whole of it needs, and brings no speed.
v8.setFlagsFromString('--semi-space-growth-factor=1');

async function analyze({ files, format, window, timeZone }: Options): Promise<string> {
  const { days, origin } = await offlineDays();
  await readFilesInto(days, origin, files, { timeZone, asked: 'analyse' });
  const models = onnxModels(path.join(root, 'functions', 'models'));
  const analysis = await analyzeDays({ days, models }, origin.uid, window);
  if (!analysis)
    throw new RangeError('There is nothing to analyse: the files hold no sample that can be used.');
  if (format === 'json') return JSON.stringify(analysis, null, 2);
  return report(analysis, await days.latest(origin.uid, window === 'all' ? Infinity : window + 1), window);
}

async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const options = readOptions(process.argv.slice(2), process.stdout.isTTY);
  console.log(options === 'help' ? usage : await analyze(options));
}

try {
  await main();
} catch (error) {
  console.error(`analyze: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
