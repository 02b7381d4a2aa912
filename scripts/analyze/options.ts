import { parseArgs } from 'node:util';
import { isTimeZone } from '../../functions/src/domain/local-time.ts';
import { windowDays } from '../../functions/src/workflows/analyze-recording.ts';
import { optionsError } from '../lib/options-error.ts';

export interface Options {
  files: string[];
  format: 'json' | 'text';
  /** Trailing local days, or everything. */
  window: number | 'all';
  /** Zone of what names none. */
  timeZone: string | undefined;
}

export const usage = `Analyses recordings with the code of the cloud, without the cloud.

  npm run -s analyze -- FILE [FILE...] [--format json|text] [--days N|--all] [--time-zone TZ]

FILE is one of (each also gzip-encoded, with .gz at the end)
  .json     a recording as the app uploads it
  .ndjson   the same, one sample a line; it may be of any length
  .csv      counts of a research actigraph, with the header "timestamp,activity"; one epoch a line, of a
            length that divides a minute or is a multiple of it; rows may be missing, but none is made up
Several files are one person's: their samples are merged as those of several uploads are.

  --format json|text  text is for reading; the default on a terminal, json elsewhere
  --days N            the last N local days up to the latest sample; default ${windowDays}, as in the cloud
  --all               from the first sample to the last; the default when every file is a CSV, because
                      published values of such recordings are of the whole of them
  --time-zone TZ      IANA zone of samples that name none, and of timestamps without offset in a CSV
                      (there the default is UTC)
  --help              this text

The analysis goes to standard output, remarks about the files to standard error. Exit status 1 and one sentence
on standard error when there is nothing that can be analysed.`;

/** @throws RangeError that says what is wrong with the arguments */
export function readOptions(args: string[], terminal: boolean): Options | 'help' {
  const { values, positionals: files } = parsed(args);
  if (values.help) return 'help';
  if (files.length === 0) throw new RangeError('Name at least one recording file; --help tells more.');

  const { format = terminal ? 'text' : 'json', days, all, 'time-zone': timeZone } = values;
  if (format !== 'json' && format !== 'text') throw new RangeError('--format is json or text.');
  if (days !== undefined && all) throw new RangeError('Give --days or --all, not both.');
  if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days)) {
    throw new RangeError('--days is a whole number from 1 on.');
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new RangeError(`"${timeZone}" is no time zone; an IANA name is, like Europe/Berlin.`);
  }
  const whole = all || (days === undefined && files.every((file) => /\.csv(\.gz)?$/i.test(file)));
  return { files, format, window: whole ? 'all' : Number(days ?? windowDays), timeZone };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        days: { type: 'string' },
        all: { type: 'boolean', default: false },
        'time-zone': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw optionsError(error);
  }
}
