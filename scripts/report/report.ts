// `npm run report -- FILE [FILE...] -o week.html`: the weekly report of the cloud from recording files, without cloud or emulator.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { isLanguage, languages, type Language } from '../../functions/src/domain/languages.ts';
import { isTimeZone } from '../../functions/src/domain/local-time.ts';
import { reportPage } from '../../functions/src/report/page.ts';
import { windowDays } from '../../functions/src/workflows/analyze-recording.ts';
import { readFilesInto } from '../analyze/input.ts';
import { offlineDays } from '../analyze/offline-days.ts';
import { optionsError } from '../lib/options-error.ts';
import { offlineReport } from './offline-report.ts';

const usage = `Makes the weekly report of recordings: one HTML page that needs nothing else.

  npm run report -- FILE [FILE...] -o week.html [--language en|es|de] [--time-zone TZ]

FILE is a .json or .ndjson recording or an actigraphy .csv, as for \`npm run analyze\`; several files are one person's.
The report is of the last ${windowDays} local days; the ${windowDays} before them are compared with, where the files hold them.

  -o, --out FILE    where the page goes
  --language CODE   ${languages.join(', ')}; default en
  --time-zone TZ    IANA zone of samples that name none
  --help            this text`;

interface Options {
  files: string[];
  out: string;
  language: Language;
  timeZone: string | undefined;
}

/** @throws RangeError that says what is wrong with the arguments */
function readOptions(args: string[]): Options | 'help' {
  const { values, positionals: files } = parsed(args);
  if (values.help) return 'help';
  const { out, language, 'time-zone': timeZone } = values;
  if (files.length === 0) throw new RangeError('Name at least one recording file; --help tells more.');
  if (out === undefined) throw new RangeError('Say where the page goes: -o week.html.');
  if (!isLanguage(language)) throw new RangeError(`--language is one of ${languages.join(', ')}.`);
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new RangeError(`"${timeZone}" is no time zone; an IANA name is, like Europe/Berlin.`);
  }
  return { files, out, language, timeZone };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string', short: 'o' },
        language: { type: 'string', default: 'en' },
        'time-zone': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw optionsError(error);
  }
}

async function pageOf({ files, language, timeZone }: Options): Promise<string> {
  const { days, origin } = await offlineDays();
  await readFilesInto(days, origin, files, { timeZone, asked: 'report on' });
  const report = await offlineReport(days, origin.uid, language);
  if (!report) throw new RangeError('There is nothing to report: the files hold no sample that can be used.');
  return reportPage(report);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const page = await pageOf(options);
  fs.writeFileSync(options.out, page);
  console.log(`${options.out}: ${Math.ceil(page.length / 1024)} KB; open it in a browser.`);
}

try {
  await main();
} catch (error) {
  console.error(`report: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
