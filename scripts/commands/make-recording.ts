import { command, flag, text } from '../lib/command.ts';
import { day, out, timeZone, wholeNumber } from '../lib/options.ts';
import { writeSampleWeek } from '../sample-data/sample-week.ts';

export default command({
  name: 'make-recording',
  summary: 'Writes a recording of a made-up person with an Apple Watch and an iPhone, as the app uploads it.',
  options: {
    out,
    seed: text('N', 'another one gives another person', { default: '1', read: wholeNumber }),
    days: text('N', 'local days', { default: '7', read: wholeNumber }),
    'end-day': text('YYYY-MM-DD', 'the last of them', { default: '2025-06-15', read: day }),
    'time-zone': { ...timeZone, help: 'IANA zone of the person', default: 'Europe/Berlin' },
    ndjson: flag('a sample a line instead of one JSON object'),
  },
  details: 'The same options give the same recording, byte for byte.',
  examples: [['npm run make-recording -- --out week.json', 'the sample week of "npm start"']],
  run({ options: { out, 'end-day': endDay, 'time-zone': zone, ...options } }, io) {
    io.print(writeSampleWeek(out, { ...options, endDay, timeZone: zone }));
  },
});
