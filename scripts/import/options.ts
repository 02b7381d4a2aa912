import { parseArgs } from 'node:util';
import { isTimeZone } from '../../functions/src/domain/local-time.ts';
import { optionsError } from '../lib/options-error.ts';

export interface Options {
  files: string[];
  apply: boolean;
  timeZone: string | undefined;
  person: string | undefined;
  project: string | undefined;
  apiKey: string | undefined;
  bucket: string | undefined;
}

export const usage = `Sends what a phone has gathered so far: a whole history, as recordings of one calendar month each.

  npm run import -- FILE [FILE...] [--apply] [--time-zone TZ] [--project PROJECT --api-key KEY]

Without --apply it only says what it would send. FILE is one of
  export.zip, export.xml   from Apple's Health app: profile picture, "Export All Health Data". Records and workouts
                           are read; characteristics (date of birth, sex, blood type), clinical records, routes and
                           electrocardiograms are not
  ..._merged.csv           of Fitabase: heartrate_seconds, minuteStepsNarrow, minuteSleep; several may be named
Exports of Google Fit and Health Connect are not read.

  --apply            send; to the local stack of "npm start", or to --project
  --time-zone TZ     IANA zone of samples that name none; without it, the zone that most samples name
  --person ID        the person of Fitabase files that hold several
  --project PROJECT  a Firebase project instead of the local stack
  --api-key KEY      its web API key (it is no secret)
  --bucket BUCKET    its bucket, unless functions/.env.PROJECT names it
  --help             this text

Who is signed in: CLARITY_EMAIL and CLARITY_PASSWORD from the environment; else they are asked for.
The local stack has a person of its own. CLARITY_APP_CHECK_TOKEN is sent along where App Check is enforced.

A run may be stopped at any time: the same command goes on where it was. The same samples are the same uploads, so that
a second run, or next year's export, sends only what is new.`;

/** @throws RangeError that says what is wrong with the arguments */
export function readOptions(args: string[]): Options | 'help' {
  const { values, positionals: files } = parsed(args);
  if (values.help) return 'help';
  if (files.length === 0) throw new RangeError('Name the export; --help tells more.');
  const timeZone = values['time-zone'];
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new RangeError(`"${timeZone}" is no time zone; an IANA name is, like Europe/Berlin.`);
  }
  return {
    files,
    apply: values.apply,
    timeZone,
    person: values.person,
    project: values.project,
    apiKey: values['api-key'],
    bucket: values.bucket,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        apply: { type: 'boolean', default: false },
        'time-zone': { type: 'string' },
        person: { type: 'string' },
        project: { type: 'string' },
        'api-key': { type: 'string' },
        bucket: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw optionsError(error);
  }
}
