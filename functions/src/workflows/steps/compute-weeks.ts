import { hash } from 'node:crypto';
import { conclude, type Analysis } from '../../domain/analysis/analysis.ts';
import { summariesOf, type DaySummary } from '../../domain/analysis/day-summary.ts';
import { digestOf } from '../../domain/analysis/digest.ts';
import { findingsOf, type Findings } from '../../domain/analysis/findings.ts';
import { prepareWindow } from '../../domain/analysis/prepare.ts';
import { mondayOf, type WeekDigest } from '../../domain/history/week-digest.ts';
import { addDays } from '../../domain/local-time.ts';
import { activityWeek, embeddingOf } from '../../domain/metrics/embedding.ts';
import type { PersonState, WeekMark } from '../../domain/person/person-state.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import { utcWeeksOf } from '../../domain/samples/week.ts';
import { weekWindow, type Window } from '../../domain/samples/window.ts';
import type { Models, Ports } from '../ports.ts';
import { samplesOfDays, type Shelf } from './shelf.ts';
import { stageNights, undefinedWithoutModel } from './stage-nights.ts';

/** Days of the trailing window that an analysis looks at. */
export const windowDays = 7;
/** A change of one week can reach the habit and the typical ranges of so many that follow. */
const weeksAhead = 4;
/** The nights of a trailing window lie in two weeks, and each looks back four. */
export const weeksBack = 5;

/** What is computed of one ISO week. */
interface ComputedWeek {
  analysis: Analysis;
  digest: WeekDigest;
  summaries: DaySummary[];
}

/** The results of some weeks, as they are to be stored. */
export interface WeekResults {
  computed: readonly string[];
  weeks: Map<string, { analysis: Analysis; mark: WeekMark } | null>;
  summaries: Map<string, DaySummary | null>;
  marks: Map<string, WeekMark | null>;
  /** Weeks that look back on these, and are to be computed again. */
  later: string[];
  /** Weeks that had to do without a model. */
  provisional: string[];
}

/** The marks of weeks, most of which are at hand in the person's state; the others are read. */
export class Marks {
  readonly #read: (mondays: string[]) => Promise<WeekMark[]>;
  readonly #since: string;
  readonly #known: Map<string, WeekMark | null>;

  constructor({ histories }: Pick<Ports, 'histories'>, uid: string, { marks }: PersonState) {
    this.#read = (mondays) => histories.marks(uid, mondays);
    this.#since = marks.since;
    this.#known = new Map(marks.latest.map((mark) => [mark.monday, mark]));
  }

  /** Of those of the weeks that have results. */
  async of(mondays: readonly string[]): Promise<WeekMark[]> {
    const unread = mondays.filter((monday) => monday < this.#since && !this.#known.has(monday));
    for (const monday of unread) this.#known.set(monday, null);
    if (unread.length > 0) for (const mark of await this.#read(unread)) this.set(mark.monday, mark);
    return mondays.map((monday) => this.#known.get(monday) ?? null).filter((mark) => mark !== null);
  }

  /** The digests that a window needs which ends in the week of `day`. */
  async before(day: string): Promise<WeekDigest[]> {
    const marks = await this.of(weeksFrom(mondayOf(day), -weeksBack, weeksBack));
    return marks.map(({ digest }) => digest);
  }

  set(monday: string, mark: WeekMark | null): void {
    this.#known.set(monday, mark);
  }
}

const weeksFrom = (monday: string, first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => addDays(monday, 7 * (first + i)));

/**
 * Computes what is stored of some ISO weeks, from the earliest to the latest: what a week leaves behind for the ones that follow
 * is known when they are computed.
 *
 * @param mondays in order
 */
export async function computeWeeks(
  models: Models,
  shelf: Shelf,
  marks: Marks,
  mondays: readonly string[],
): Promise<WeekResults> {
  const results: WeekResults = {
    computed: mondays,
    weeks: new Map(),
    summaries: new Map(),
    marks: new Map(),
    later: [],
    provisional: [],
  };
  const later = new Set<string>();
  for (const monday of mondays) {
    const [before, [known]] = await Promise.all([
      marks.before(monday),
      marks.of([monday]),
      shelf.need(...utcWeeksOf(addDays(monday, -1), addDays(monday, 6))),
    ]);
    const computed = await analyzeWeek(models, shelf, monday, before);
    const mark = computed && markOf(monday, computed);
    marks.set(monday, mark ?? null);
    later.delete(monday);
    for (const day of Object.keys(known?.summaries ?? {}))
      if (!mark || !(day in mark.summaries)) results.summaries.set(day, null);
    for (const summary of computed?.summaries ?? [])
      if (known?.summaries[summary.day] !== mark!.summaries[summary.day])
        results.summaries.set(summary.day, summary);
    if (mark || known) results.marks.set(monday, mark ?? null);
    if (JSON.stringify(known) !== JSON.stringify(mark ?? undefined))
      results.weeks.set(monday, computed && mark ? { analysis: computed.analysis, mark } : null);
    if (computed?.analysis.provisional) results.provisional.push(monday);
    if (JSON.stringify(known?.digest) !== JSON.stringify(mark?.digest)) {
      const ahead = await marks.of(weeksFrom(monday, 1, weeksAhead));
      for (const week of ahead) later.add(week.monday);
    }
  }
  results.later = [...later].sort();
  return results;
}

function markOf(monday: string, { analysis, digest, summaries }: ComputedWeek): WeekMark {
  return {
    monday,
    digest,
    content: hashOf([analysis, digest]),
    summaries: Object.fromEntries(summaries.map((summary) => [summary.day, hashOf(summary)])),
  };
}

/** Enough to see whether anything has changed. */
function hashOf(content: unknown): string {
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 12);
}

/** The analysis of the trailing week that ends on a day; null where there are no samples. */
export async function analyzeTrailingWeek(
  models: Models,
  shelf: Shelf,
  marks: Marks,
  lastDay: string,
): Promise<Analysis | null> {
  // One day more: the night that ends on the first day begins on the day before.
  const first = addDays(lastDay, -windowDays);
  const [before] = await Promise.all([marks.before(lastDay), shelf.need(...utcWeeksOf(first, lastDay))]);
  const samples = samplesOfDays(shelf, first, lastDay);
  const window = weekWindow(samples, addDays(lastDay, 1 - windowDays));
  return window ? (await analyzeWindow(models, samples, window, before)).analysis : null;
}

async function analyzeWeek(
  models: Models,
  shelf: Shelf,
  monday: string,
  before: readonly WeekDigest[],
): Promise<ComputedWeek | null> {
  const samples = samplesOfDays(shelf, addDays(monday, -1), addDays(monday, 6));
  const window = weekWindow(samples, monday);
  if (!window) return null;
  const { analysis, findings } = await analyzeWindow(models, samples, window, before);
  return { analysis, digest: digestOf(findings), summaries: summariesOf(findings) };
}

/** The analysis of a window, and what it was found out from. */
export async function analyzeWindow(
  models: Models,
  samples: readonly Sample[],
  window: Window,
  history: readonly WeekDigest[],
): Promise<{ analysis: Analysis; findings: Findings }> {
  const preparation = prepareWindow(window, samples, history);
  const embedding = await embeddingOfWeek(models, preparation.samples).catch(undefinedWithoutModel);
  const { staged, cards, missing } = await stageNights(models, preparation.toStage);
  const findings = findingsOf(preparation, staged);
  const analysis = {
    ...conclude(findings, cards, embedding),
    ...(missing || !embedding ? { provisional: true as const } : {}),
  };
  return { analysis, findings };
}

async function embeddingOfWeek(models: Models, samples: readonly Sample[]): Promise<Analysis['embedding']> {
  const encoder = await models.encoder();
  if (!encoder) return { unavailable: 'model/not-installed' };
  const week = activityWeek(samples);
  if ('unavailable' in week) return week;
  return embeddingOf(week, await encoder.embed(week.standardised), encoder.card);
}
