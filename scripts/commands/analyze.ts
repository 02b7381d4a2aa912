import { windowDays } from '../../functions/src/workflows/steps/compute-weeks.ts';
import { analyze } from '../analyze/analyze.ts';
import { command, flag, text, UsageError } from '../lib/command.ts';
import { oneOf, timeZone, wholeNumber } from '../lib/options.ts';

export default command({
  name: 'analyze',
  summary: 'Analyses recordings with the code of the cloud, without the cloud.',
  names: 'FILE [FILE...]',
  options: {
    format: text('json|text', 'text is for reading; the default on a terminal, json elsewhere', {
      read: oneOf('json', 'text'),
    }),
    days: text('N', `the last N local days up to the latest sample; else ${windowDays}, as in the cloud`, {
      read: wholeNumber,
    }),
    all: flag('from the first sample to the last; the default when every file is a CSV'),
    'time-zone': timeZone,
  },
  details: `FILE is one of (each also gzip-encoded, with .gz at the end)
  .json    a recording as the app uploads it
  .ndjson  the same, one sample a line; it may be of any length
  .csv     counts of a research actigraph, with the header "timestamp,activity"; one epoch a line, of a length
           that divides a minute or is a multiple of it; rows may be missing; times without offset are UTC
Several files are one person's: their samples are merged as those of several uploads are. The analysis goes to
standard output, remarks about the files to standard error.`,
  examples: [
    ['npm run analyze -- week.json more.ndjson.gz', 'two files of one person, for reading'],
    ['npm run -s analyze -- recording.csv --format json > analysis.json', 'all of it, for a program'],
  ],
  async run({ options: { format, days, all, 'time-zone': zone }, names: files }, io) {
    if (days && all) throw new UsageError('Give --days or --all, not both.');
    const form = format ?? (process.stdout.isTTY ? 'text' : 'json');
    io.print(await analyze({ files, format: form, days: all ? 'all' : days, timeZone: zone }));
  },
});
