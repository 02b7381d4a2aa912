import type { Direction, Kind } from './plan.ts';

/**
 * Everything that a text is made of in one language, written by people and reviewed: whatever is chosen from it, and in whatever
 * order, what it says is true of the facts that are filled in. What is filled in never inflects.
 *
 * `[one|many]` chooses by the count that a sentence is about.
 */
export interface Texts {
  /** Sentences of each kind, with its slots. They stay where they are in their list: drafts that are stored name them by number. */
  frames: Record<Kind, readonly string[]>;
  /** First sentences of the template. */
  openings: readonly string[];
  /** Before a sentence, to join it to the one before about the same subject. */
  connectives: Record<string, string>;
  suggestions: Record<string, string>;
  /** What was measured, in the nominative singular. */
  measures: Record<string, string>;
  directions: Record<Direction, string>;
  /** How a number is written with its unit: `#` is the number. Hours and minutes are written out of minutes. */
  units: Record<string, string>;
  /** A time of day in the hour of one, and in any other. */
  clock: readonly [string, string];
  /** Monday to Sunday, as they stand in a sentence. */
  days: readonly string[];
  and: string;
}
