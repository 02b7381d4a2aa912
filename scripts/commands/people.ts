import fs from 'node:fs';
import { languages } from '../../functions/src/domain/languages.ts';
import { command, flag, text } from '../lib/command.ts';
import { judged, toleranceMinutes, type Judged } from '../people/judged.ts';
import { people } from '../people/people.ts';
import { peoplePage } from '../people/pictures.ts';
import { goldenFile, tenWeeks } from '../people/texts.ts';

export default command({
  name: 'people',
  summary: 'Tells the last week of people whose truth is known, and compares: person, truth, what is told.',
  options: {
    out: text('FILE', 'a page of pictures as well', { short: 'o' }),
    texts: flag('writes the texts of ten weeks anew, to be read as a whole'),
  },
  details: `The sleep of a whole night may be ${toleranceMinutes} minutes off, that of an estimated one is in its interval, and nothing is told
that was not measured. Made up by a seed: the same people every time.`,
  examples: [['npm run people -- -o people.html', 'the table, and a page to look at']],
  async run({ options: { out, texts } }, io) {
    const all: Judged[] = [];
    for (const person of people) {
      const one = await judged(person);
      all.push(one);
      io.print(
        `${one.complaints.length > 0 ? 'NO ' : 'ok '} ${person.name.padEnd(24)} ${one.truth.padEnd(22)} ${one.told}`,
      );
      for (const complaint of one.complaints) io.print(`     ${complaint}`);
    }
    if (texts)
      for (const language of languages) fs.writeFileSync(goldenFile(language), tenWeeks(all, language));
    if (out !== undefined) fs.writeFileSync(out, peoplePage(all));
    const wrong = all.filter(({ complaints }) => complaints.length > 0).length;
    io.print(`${all.length} people, ${wrong} of whom something false is told`);
    return wrong === 0 ? 0 : 1;
  },
});
