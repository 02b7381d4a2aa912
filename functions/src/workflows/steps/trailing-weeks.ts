import type { Analysis } from '../../domain/analysis/analysis.ts';
import { mondayOf } from '../../domain/history/week-digest.ts';
import { addDays } from '../../domain/local-time.ts';
import { factsOf } from '../../domain/narrative/facts.ts';
import type { Narrative, TemplateReason } from '../../domain/narrative/narrative.ts';
import type { AskedText } from '../../domain/person/person-state.ts';
import type { AnalysisWrite, Models, Person, Ports } from '../ports.ts';
import { analyzeTrailingWeek, weeksBack, windowDays, type Marks, type WeekResults } from './compute-weeks.ts';
import { preferencesOf } from './preferences-of.ts';
import type { Shelf } from './shelf.ts';
import { filledAnew, templateNarrative } from './text-plan.ts';

/** The trailing weeks of a person as they are now, each analysed once. */
export class TrailingWeeks {
  readonly #analyses = new Map<string, Analysis | null>();
  readonly #models: Models;
  readonly #shelf: Shelf;
  readonly #marks: Marks;
  readonly #person: Person;
  readonly #asked: AskedText | null;
  /** The latest day that anything is known of; undefined where nothing is. */
  readonly today: string | undefined;

  constructor(
    models: Models,
    shelf: Shelf,
    marks: Marks,
    today: string | undefined,
    person: Person,
    asked: AskedText | null,
  ) {
    this.#models = models;
    this.#shelf = shelf;
    this.#marks = marks;
    this.#person = person;
    this.#asked = asked;
    this.today = today;
  }

  /** The analysis of the seven days up to `day`; null where they have no samples. */
  async analysis(day: string): Promise<Analysis | null> {
    const known = this.#analyses.get(day);
    if (known !== undefined) return known;
    const analysis = await analyzeTrailingWeek(this.#models, this.#shelf, this.#marks, day);
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
    const { language, units } = preferencesOf(this.#person);
    const before = await this.analysis(addDays(day, -windowDays));
    const facts = factsOf(analysis, units, before ?? undefined);
    const mayBe = day === this.today && this.#person.consent?.generatedText === true;
    const again = mayBe ? filledAnew(this.#asked, { facts, language, traceparent }) : undefined;
    return again ?? templateNarrative(facts, language, reason, traceparent);
  }
}

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
  if (!analysis || JSON.stringify(analysis) === JSON.stringify(teller.analysis)) return [];
  const { uploadId, traceparent } = teller;
  const narrative = await trailing.text(analysis, today, 'not-due', traceparent);
  const known = await narratives.find({ uid, uploadId });
  // A text whose facts are the same is still true.
  const stands = known && JSON.stringify(known.facts) === JSON.stringify(narrative.facts);
  return [{ uploadId, analysis, latest: true, traceparent, ...(stands ? {} : { narrative }) }];
}
