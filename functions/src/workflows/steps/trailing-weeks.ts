import type { Analysis } from '../../domain/analysis/analysis.ts';
import { mondayOf } from '../../domain/history/week-digest.ts';
import { addDays } from '../../domain/local-time.ts';
import { comparedWeek, factsOf, type ComparedWeek } from '../../domain/narrative/facts.ts';
import type { Narrative, TemplateReason } from '../../domain/narrative/narrative.ts';
import {
  latestDay,
  withResults,
  type AskedText,
  type EarlierWeek,
  type PersonState,
} from '../../domain/person/person-state.ts';
import type { AnalysisWrite, Models, Person, Ports } from '../ports.ts';
import { analyzeTrailingWeek, weeksBack, windowDays, type Marks, type WeekResults } from './compute-weeks.ts';
import { preferencesOf } from './preferences-of.ts';
import type { Shelf } from './shelf.ts';
import { filledAnew, lastAsked, templateNarrative } from './text-plan.ts';

/** What trailing weeks are made of. */
interface TrailingInput {
  models: Models;
  shelf: Shelf;
  marks: Marks;
  person: Person;
  asked: AskedText | null;
  /** Those that hold for the samples as they are now. */
  earlier: readonly EarlierWeek[];
  /** The latest day that anything is known of; undefined where nothing is. */
  today: string | undefined;
}

/** The trailing weeks of a person as they are now, each analysed once. */
export class TrailingWeeks {
  readonly #analyses = new Map<string, Analysis | null>();
  readonly #input: TrailingInput;
  readonly #known: Map<string, ComparedWeek>;
  readonly #used = new Set<string>();

  constructor(input: TrailingInput) {
    this.#input = input;
    this.#known = new Map(input.earlier.map(({ day, compared }) => [day, compared]));
  }

  get today(): string | undefined {
    return this.#input.today;
  }

  /** The analysis of the seven days up to `day`; null where they have no samples. */
  async analysis(day: string): Promise<Analysis | null> {
    const known = this.#analyses.get(day);
    if (known !== undefined) return known;
    const { models, shelf, marks } = this.#input;
    const analysis = await analyzeTrailingWeek(models, shelf, marks, day);
    this.#analyses.set(day, analysis);
    return analysis;
  }

  /**
   * The text of such an analysis that is written without asking Gemini: what it chose before, for the latest week, where that still
   * holds and the person consents still; else the template, with the reason. It is compared with the seven days before.
   */
  async text(
    analysis: Analysis,
    day: string,
    reason: TemplateReason,
    traceparent: string,
  ): Promise<Narrative> {
    const { person, asked, today } = this.#input;
    const { language, units } = preferencesOf(person);
    const facts = factsOf(analysis, units, await this.before(addDays(day, 1 - windowDays)));
    const mayBe = day === today && person.consent?.generatedText === true;
    const again = mayBe ? filledAnew(asked, { facts, language, traceparent }) : undefined;
    return again ?? templateNarrative(facts, language, reason, traceparent);
  }

  /**
   * What a week that begins on `first` is compared with: the seven days before it, where they have samples.
   *
   * @param analyze where their analysis is to be had, if they are not at hand
   */
  async before(
    first: string,
    analyze = (day: string): Promise<Analysis | null> => this.analysis(day),
  ): Promise<ComparedWeek | undefined> {
    const day = addDays(first, -1);
    if (!this.#known.has(day)) {
      const analysis = await analyze(day);
      if (!analysis) return undefined;
      this.#known.set(day, comparedWeek(analysis));
    }
    this.#used.add(day);
    return this.#known.get(day);
  }

  /** What was compared with, to be at hand the next time. */
  get earlier(): EarlierWeek[] {
    const days = [...this.#used].sort().slice(-mostEarlier);
    return days.map((day) => ({ day, compared: this.#known.get(day)! }));
  }
}

/** The trailing weeks once the results stand, and what Gemini was last asked for. */
export async function trailingAfter(
  ports: Pick<Ports, 'narratives' | 'models'>,
  uid: string,
  state: PersonState,
  results: WeekResults,
  made: Pick<TrailingInput, 'shelf' | 'marks' | 'person'>,
): Promise<{ asked: AskedText | null; trailing: TrailingWeeks }> {
  const asked = await lastAsked(ports, uid, state);
  const after = withResults(state, results);
  const { earlier } = after;
  const { models } = ports;
  const trailing = new TrailingWeeks({ ...made, models, asked, earlier, today: latestDay(after) });
  return { asked, trailing };
}

/** The trailing week and the ISO week are each compared with one. */
const mostEarlier = 2;

/**
 * The analysis of the latest week, told anew by the upload that has told it, where samples of it have changed and no upload in hand
 * tells it: the newest result always knows the newest data.
 *
 * @param earlier the latest day before these results
 * @param removed uploads that are being deleted
 */
export async function retoldLatest(
  { analyses, narratives }: Pick<Ports, 'analyses' | 'narratives'>,
  uid: string,
  { weeks }: Pick<WeekResults, 'weeks'>,
  trailing: TrailingWeeks,
  earlier: string | undefined,
  removed: readonly string[] = [],
): Promise<AnalysisWrite[]> {
  const { today } = trailing;
  if (today === undefined) return [];
  // It knows its own days, and what was usual in the weeks before. Of removed uploads one may have told it.
  const first = addDays(mondayOf(today), -7 * weeksBack);
  const same = today === earlier && removed.length === 0;
  if (same && ![...weeks.keys()].some((monday) => monday >= first)) return [];
  const newest = await analyses.newest(uid, removed.length + 1);
  const teller = newest.find(({ uploadId }) => !removed.includes(uploadId));
  const analysis = teller && (await trailing.analysis(today));
  if (!analysis) return [];
  const { uploadId, traceparent } = teller;
  const narrative = await trailing.text(analysis, today, 'not-due', traceparent);
  const known = await narratives.find({ uid, uploadId });
  // A text whose facts are the same is still true; one that compares may be false although its own week is as it was.
  const stands = known && JSON.stringify(known.facts) === JSON.stringify(narrative.facts);
  if (stands && JSON.stringify(analysis) === JSON.stringify(teller.analysis)) return [];
  return [{ uploadId, analysis, latest: true, traceparent, ...(stands ? {} : { narrative }) }];
}
