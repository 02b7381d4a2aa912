import { mondayOf, type WeekDigest } from '../history/week-digest.ts';
import { addDays } from '../local-time.ts';
import type { Draft } from '../narrative/draft.ts';
import type { ComparedWeek } from '../narrative/facts.ts';
import { lookAfter, type Lease, type Look } from '../upload/upload.ts';

/** The right to work on a person, and what for. */
export interface PersonLease extends Lease {
  /** The uploads in hand: their messages must come again, since the holder may have died. */
  uploads: string[];
}

/** What stands about an ISO week, as far as its neighbours and the next computation need it. */
export interface WeekMark {
  monday: string;
  digest: WeekDigest;
  /** Hashes of what is stored: of the week's content, and of the summary of each day that has one. */
  content: string;
  summaries: Record<string, string>;
}

/** The seven days up to `day`, as the week after them is compared with them. */
export interface EarlierWeek {
  day: string;
  compared: ComparedWeek;
}

/** What Gemini was last asked for, and how it was to be written. */
export interface AskedText {
  askedAt: number;
  language: string;
  units: string;
  /** Whose text it is, as long as what was chosen is not known here. */
  uploadId: string | null;
  /** Filled in anew while it holds. */
  chosen: { draft: Draft; modelVersion: string; promptVersion: string } | null;
}

/**
 * What is known of a person beside samples and results. One worker at a time holds the person: every commit of samples or
 * results writes this too, on the condition that nobody else has written it since. That condition is the fence, the check of
 * the version and the check of consent in one.
 */
export interface PersonState {
  /** Raised by every commit of samples or results: a result says which version it knows. */
  version: number;
  lease: PersonLease | null;
  /** Random, of the last write: whoever has lost the answer to a write recognises it. */
  lastWrite: string;
  /** The step that wrote last, in a trace; empty where nothing is written yet. */
  traceparent: string;
  /** ISO weeks (Mondays) whose results are not yet what the stored samples say. */
  dirty: string[];
  /** ISO weeks whose results had to do without a model, to be computed again at the next look. */
  provisional: string[];
  /** Of the latest weeks that have results, oldest first: of all from the week `since` on. */
  marks: { since: string; latest: WeekMark[] };
  /** Weeks that the latest results were compared with; only as long as nothing that goes into them has changed. */
  earlier: EarlierWeek[];
  /** How many deleted samples are remembered. */
  tombstones: number;
  /** The stored weeks before this one (a Monday) are still to be searched for deleted samples; null when none are. */
  walk: string | null;
  /** Days of the first releases that lie before this week (a Monday) are still to be taken over; null when none are. */
  takeOver: string | null;
  text: AskedText | null;
  /** Null when nothing is left to be done. */
  nextLook: Look | null;
}

/** After every week there can be. */
export const afterAllWeeks = '9999-12-27';

/** Somebody of whom no state is stored; of the first releases there may be days, up to `latestDay`, and deletions. */
export function newPerson(latestDay?: string, tombstones = 0): PersonState {
  return {
    version: 0,
    lastWrite: '',
    traceparent: '',
    lease: null,
    dirty: [],
    provisional: [],
    marks: { since: '', latest: [] },
    earlier: [],
    tombstones,
    walk: null,
    takeOver: latestDay === undefined ? null : addDays(mondayOf(latestDay), 14),
    text: null,
    nextLook: null,
  };
}

/** Marks that are at hand without being read: enough for an upload that reaches back a month. */
const mostMarks = 9;

/** Whether there is work that belongs to no upload. */
export function hasWork({ dirty, walk, takeOver }: PersonState): boolean {
  return dirty.length > 0 || walk !== null || takeOver !== null;
}

/** The state as it is written: whatever is left to be done is found again after a crash. */
export function withLook(state: PersonState, now: number): PersonState {
  const open = hasWork(state) || state.provisional.length > 0;
  return { ...state, nextLook: open ? (state.nextLook ?? lookAfter(now)) : null };
}

/** The latest marks, with those of `newer` in the place of older ones; null where a week has no results any more. */
function latestMarks(
  { since, latest }: PersonState['marks'],
  newer: ReadonlyMap<string, WeekMark | null>,
): PersonState['marks'] {
  const kept = latest.filter(({ monday }) => !newer.has(monday));
  const added = [...newer.values()].filter((mark) => mark !== null && mark.monday >= since);
  const all = [...kept, ...(added as WeekMark[])].sort((a, b) => (a.monday < b.monday ? -1 : 1));
  const most = all.slice(-mostMarks);
  return { since: most.length < all.length ? most[0]!.monday : since, latest: most };
}

/** The latest day that has a summary. */
export function latestDay({ marks: { latest } }: PersonState): string | undefined {
  return Object.keys(latest.at(-1)?.summaries ?? {})
    .sort()
    .at(-1);
}

const union = (some: readonly string[], others: readonly string[]): string[] =>
  [...new Set([...some, ...others])].sort();

/** The state once samples or results have changed. */
export const raised = (state: PersonState): PersonState => ({ ...state, version: state.version + 1 });

/** The state once weeks have changed whose results are still to be computed. */
export function withDirty(state: PersonState, mondays: readonly string[]): PersonState {
  return { ...state, dirty: union(state.dirty, mondays), earlier: untouched(state, mondays) };
}

/** Earlier weeks that no change of these weeks reaches: they know their own days, and what was usual in the weeks before. */
function untouched({ earlier }: PersonState, mondays: readonly string[]): EarlierWeek[] {
  return earlier.filter(({ day }) => mondays.every((monday) => monday > day));
}

/** The state once the results of weeks are stored. */
export function withResults(
  state: PersonState,
  {
    computed,
    marks,
    later,
    provisional,
  }: {
    computed: readonly string[];
    marks: ReadonlyMap<string, WeekMark | null>;
    later: readonly string[];
    provisional: readonly string[];
  },
): PersonState {
  const open = (mondays: readonly string[]) => mondays.filter((monday) => !computed.includes(monday));
  return {
    ...state,
    dirty: union(open(state.dirty), later),
    provisional: union(open(state.provisional), provisional),
    marks: latestMarks(state.marks, marks),
    earlier: untouched(state, computed),
  };
}
