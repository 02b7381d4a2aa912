// What tries to make a text say something false, and what must be let through: data files, measured by a test and by
// `npm run red-team`. Nothing in them is made up by a program.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Language } from '../../src/domain/languages.ts';
import { templateDraft, type Draft } from '../../src/domain/narrative/draft.ts';
import { openingProblems, problemsOf } from '../../src/domain/narrative/draft-check.ts';
import { planOf } from '../../src/domain/narrative/plan.ts';
import { weekFacts } from './narrative.ts';

const names: Record<Language, string> = { en: 'english', es: 'spanish', de: 'german' };
const read = (name: string): string => readFileSync(new URL(`../narrative/${name}`, import.meta.url), 'utf8');
const linesOf = (name: string): string[] => read(name).trimEnd().split('\n');

export interface Attack {
  class: string;
  /** What is wrong with it: the opening itself, or how the draft was changed. */
  what: string;
  draft: Draft;
}

/** A text that may name every subject, of a person who wears something: where most could be said. */
export const plan = planOf(weekFacts);

/** Openings, and changes of a good draft, by class. In the files, what cannot be seen is written as `\u{200b}`. */
export function attacksOf(language: Language): Attack[] {
  const good = templateDraft(plan, language);
  let heading = '';
  const openings = linesOf(`attacks-${names[language]}.txt`).flatMap((line) => {
    if (line.startsWith('## ')) {
      heading = line.slice(3);
      return [];
    }
    const opening = line.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
      String.fromCodePoint(parseInt(code, 16)),
    );
    return { class: heading, what: line, draft: { ...good, opening } };
  });
  const changes = JSON.parse(read('drafts.json')) as ({ class: string; what: string } & Record<
    string,
    unknown
  >)[];
  const drafts = changes.map(({ class: name, what, ...change }) => ({
    class: `draft: ${name}`,
    what,
    draft: changed(good, change),
  }));
  return [...openings, ...drafts];
}

/** The draft with other values at some places, `insights.1.frame` for example; null takes an entry out. */
function changed(good: Draft, change: Record<string, unknown>): Draft {
  const draft = structuredClone(good) as unknown as Record<string, unknown>;
  for (const [place, value] of Object.entries(change)) {
    const steps = place.split('.');
    const last = steps.pop()!;
    const holder = steps.reduce((at, step) => at[step] as Record<string, unknown>, draft);
    if (value === null) (holder as unknown as unknown[]).splice(Number(last), 1);
    else holder[last] = value;
  }
  return draft as unknown as Draft;
}

export interface Honest {
  opening: string;
  /** Its words were not read off for the vocabulary; how many of these stand was looked at several times while it was made. */
  heldOut: boolean;
}

/** Openings that were written before there was a vocabulary. Every second one is held out, by its hash. */
export function honestOf(language: Language): Honest[] {
  return linesOf(`honest-${names[language]}.txt`).map((opening) => ({
    opening,
    heldOut: parseInt(hash('sha256', opening, 'hex')[0]!, 16) % 2 === 0,
  }));
}

export const standsDraft = (draft: Draft, language: Language): boolean =>
  problemsOf(draft, plan, language).length === 0;

export const standsOpening = (opening: string, language: Language): boolean =>
  [...openingProblems(opening, ['sleep', 'activity', 'heart', 'wearable'], language)].length === 0;

export interface Measured {
  attacks: { class: string; tried: number; accepted: string[] }[];
  honest: { seen: Share; heldOut: Share };
}
interface Share {
  tried: number;
  accepted: number;
}

/** Both figures of a language. */
export function measuredOf(language: Language): Measured {
  const byClass = Map.groupBy(attacksOf(language), (attack) => attack.class);
  const share = (heldOut: boolean): Share => {
    const own = honestOf(language).filter((one) => one.heldOut === heldOut);
    return {
      tried: own.length,
      accepted: own.filter(({ opening }) => standsOpening(opening, language)).length,
    };
  };
  return {
    attacks: [...byClass].map(([name, attacks]) => ({
      class: name,
      tried: attacks.length,
      accepted: attacks.flatMap(({ draft, what }) => (standsDraft(draft, language) ? what : [])),
    })),
    honest: { seen: share(false), heldOut: share(true) },
  };
}
