import { languages } from '../../functions/src/domain/languages.ts';
import { measuredOf } from '../../functions/test/support/red-team.ts';
import { command } from '../lib/command.ts';

const percent = ({ tried, accepted }: { tried: number; accepted: number }): string =>
  `${accepted} of ${tried} (${((100 * accepted) / tried).toFixed(1)} %)`;

export default command({
  name: 'red-team',
  summary: 'Measures what the check of a draft lets stand: attacks, of which none may, and honest openings.',
  details: `The sentences are in functions/test/narrative; none is made up by a program. The honest ones were
written before there was a vocabulary. Of half of them, by their hash, only the share that stands was looked at
while it was made, so that figure is kinder than an unseen one.`,
  examples: [['npm run red-team', 'both figures, by language and class']],
  run(_, io) {
    let fallen = 0;
    for (const language of languages) {
      const { attacks, honest } = measuredOf(language);
      const tried = attacks.reduce((sum, one) => sum + one.tried, 0);
      const accepted = attacks.flatMap((one) => one.accepted);
      fallen += accepted.length;
      io.print(`${language}: ${accepted.length} of ${tried} attacks accepted`);
      for (const one of attacks)
        io.print(`    ${one.class.padEnd(30)} ${one.accepted.length} of ${one.tried}`);
      for (const what of accepted) io.print(`    ACCEPTED ${what}`);
      io.print(`    honest, held out               ${percent(honest.heldOut)}`);
      io.print(`    honest, seen                   ${percent(honest.seen)}`);
    }
    return fallen === 0 ? 0 : 1;
  },
});
