import type { Analysis } from '../analysis/analysis.ts';
import type { Fact } from './facts.ts';
import type { Language } from '../languages.ts';
import type { Narrative } from './narrative.ts';
import type { WeekPicture } from '../analysis/week-picture.ts';

/** Everything that a report of a week shows. */
export interface WeeklyReport {
  language: Language;
  analysis: Analysis;
  /** Those that are compared with the week before carry its number. */
  facts: readonly Fact[];
  /** The days of the week before; null where there is none to compare with. */
  before: readonly string[] | null;
  narrative: Narrative | null;
  picture: WeekPicture;
}
