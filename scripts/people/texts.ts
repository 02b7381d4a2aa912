// Ten weeks as people read them, in three languages: kept, so that a change of the wording is read before it is made.
import fs from 'node:fs';
import path from 'node:path';
import type { Language } from '../../functions/src/domain/languages.ts';
import { templateDraft, textOf } from '../../functions/src/domain/narrative/draft.ts';
import { comparedWeek, factsOf } from '../../functions/src/domain/narrative/facts.ts';
import { planOf } from '../../functions/src/domain/narrative/plan.ts';
import { root } from '../lib/root.ts';
import type { Judged } from './judged.ts';

/** People, and whose week is taken for the one before where their own was the same. */
const weeks: { name: string; after?: string }[] = [
  { name: 'plain' },
  { name: 'insomnia-up', after: 'late-sleeper' },
  { name: 'late-sleeper', after: 'insomnia-lying' },
  { name: 'two-nights-off' },
  { name: 'dead-at-one' },
  { name: 'estimated' },
  { name: 'nap-without-nights' },
  { name: 'travel-east' },
  { name: 'phone-only' },
  { name: 'first-evening' },
];

export const goldenFile = (language: Language): string =>
  path.join(root, 'scripts/people/golden', `ten-weeks-${language}.txt`);

export const goldenTexts = (language: Language): string => fs.readFileSync(goldenFile(language), 'utf8');

export function tenWeeks(all: readonly Judged[], language: Language): string {
  const weekOf = (name: string) => all.find(({ person }) => person.name === name)!;
  return weeks
    .map(({ name, after }) => {
      const { person, week } = weekOf(name);
      const facts = after
        ? factsOf(week.analysis, 'metric', comparedWeek(weekOf(after).week.analysis))
        : week.facts;
      const plan = planOf(facts);
      const { summary, highlights, suggestions } = textOf(
        templateDraft(plan, language),
        plan.insights,
        language,
      );
      const title = after ? `${person.life} The week before was that of somebody else.` : person.life;
      return [`## ${title}`, summary, ...highlights, ...suggestions.map((one) => `> ${one}`)].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}
