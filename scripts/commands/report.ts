import { languages } from '../../functions/src/domain/languages.ts';
import { windowDays } from '../../functions/src/workflows/steps/compute-weeks.ts';
import { command, text } from '../lib/command.ts';
import { oneOf, out, timeZone } from '../lib/options.ts';
import { report } from '../report/report.ts';

export default command({
  name: 'report',
  summary: 'Makes the weekly report of recordings: one HTML page that needs nothing else.',
  names: 'FILE [FILE...]',
  options: {
    out,
    language: text('CODE', languages.join(', '), { default: 'en', read: oneOf(...languages) }),
    'time-zone': timeZone,
  },
  details: `FILE is a .json or .ndjson recording or an actigraphy .csv, as for "npm run analyze"; several files are one
person's. The report is of the last ${windowDays} local days; the ${windowDays} before them are compared with, where the files hold them.`,
  examples: [
    ['npm run report -- week.json -o week.html', 'the week of one recording'],
    ['npm run report -- may.ndjson june.ndjson -o week.html --language de', 'of two, in German'],
  ],
  async run({ options: { out, language, 'time-zone': zone }, names: files }, io) {
    io.print(await report({ files, out, language, timeZone: zone }));
  },
});
