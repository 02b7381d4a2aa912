import { command, text } from '../lib/command.ts';
import { day, out, wholeNumber } from '../lib/options.ts';
import { writeExport } from '../sample-data/make-export.ts';

export default command({
  name: 'make-export',
  summary: 'Writes an Apple Health export of a made-up person, of any size, to try "npm run import" on.',
  options: {
    out,
    days: text('N', 'whole local days', { default: '30', read: wholeNumber }),
    megabytes: text('N', 'repeat heart rates until the XML has about this size', { read: wholeNumber }),
    'last-day': text('YYYY-MM-DD', 'the last of the days', { default: '2025-06-15', read: day }),
  },
  details:
    'Zipped as the phone shares it when FILE ends with .zip, else the XML alone. The same options, the same XML.',
  examples: [['npm run make-export -- --out export.zip --days 400 --megabytes 200', 'more than a year']],
  run({ options: { out, 'last-day': lastDay, ...options } }) {
    return writeExport(out, { ...options, lastDay });
  },
});
