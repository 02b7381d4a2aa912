import { runImport } from '../import/run-import.ts';
import { command, flag, text } from '../lib/command.ts';
import { account, signIn, timeZone } from '../lib/options.ts';

export default command({
  name: 'import',
  summary: 'Sends what a phone has gathered so far, as recordings of one calendar month each.',
  names: 'FILE [FILE...]',
  options: {
    apply: flag('send; without it, only say what would be sent'),
    'time-zone': timeZone,
    person: text('ID', 'the person of Fitabase files that hold several'),
    ...account,
    bucket: text('BUCKET', 'its bucket, unless functions/.env.PROJECT names it'),
  },
  details: `FILE is one of
  export.zip, export.xml  from Apple's Health app: profile picture, "Export All Health Data". Records and workouts
                          are read; characteristics, clinical records, routes and electrocardiograms are not
  ..._merged.csv          of Fitabase: heartrate_seconds, minuteStepsNarrow, minuteSleep; several may be named
Without --time-zone, samples that name no zone have the one that most samples name.
${signIn}
The same samples are the same uploads: a second run, or next year's export, sends only what is new.`,
  examples: [
    ['npm run import -- export.zip', 'what would be sent, what not, and why'],
    ['npm run import -- export.zip --apply', 'sends it to the stack of "npm start"'],
    ['npm run import -- export.zip --apply --project my-project --api-key KEY', 'sends it to a project'],
  ],
  interrupted: 'The same command goes on where it was.',
  // The memory of a long import is bounded, and shall stay small.
  nodeFlags: ['--max-semi-space-size=8', '--max-old-space-size=384'],
  run({ options: { 'time-zone': zone, 'api-key': apiKey, ...options }, names: files }, io) {
    return runImport({ ...options, files, timeZone: zone, apiKey }, io.signal);
  },
});
