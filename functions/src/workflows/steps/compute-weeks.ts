import { hash } from 'node:crypto';
import { conclude, type Analysis } from '../../domain/analysis/analysis.ts';
import { prepare } from '../../domain/analysis/prepare.ts';
import { digestsBefore, mondayOf, type WeekDigest } from '../../domain/history/week-digest.ts';
import type { DaySummary } from '../../domain/history/day-summary.ts';
import { addDays } from '../../domain/local-time.ts';
import { activityWeek, embeddingOf } from '../../domain/metrics/embedding.ts';
import type { PersonState, WeekMark } from '../../domain/person/person-state.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import { utcWeeksOf } from '../../domain/samples/week.ts';
import type { Models, Ports } from '../ports.ts';
import { samplesOfDays, type Shelf } from './shelf.ts';
import { stageNights, undefinedWithoutModel } from './stage-nights.ts';

/** Days of the trailing window that an analysis looks at. */
export const windowDays = 7;
/** A change of one week can reach the habit and the typical ranges of so many that follow. */
const weeksAhead = 4;
/** The nights of a trailing window lie in two weeks, and each looks back four. */
const weeksBack = 5;

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
    const sunday = addDays(monday, 6);
    const [before, [known]] = await Promise.all([
      marks.of(weeksFrom(monday, -weeksBack, weeksBack)),
      marks.of([monday]),
      shelf.need(...utcWeeksOf(addDays(monday, -1), sunday)),
    ]);
    const computed = await analyzeDays(models, shelf, sunday, digestsOf(before));
    const mark = computed && markOf(monday, computed);
    marks.set(monday, mark ?? null);
    later.delete(monday);
    for (const day of Object.keys(known?.summaries ?? {}))
      if (!mark || !(day in mark.summaries)) results.summaries.set(day, null);
    for (const summary of computed?.summaries ?? [])
      if (known?.summaries[summary.day] !== mark!.summaries[summary.day])
        results.summaries.set(summary.day, summary);
    if (mark || known) results.marks.set(monday, mark ?? null);
    if (known?.content !== mark?.content)
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

const digestsOf = (marks: readonly WeekMark[]): WeekDigest[] => marks.map(({ digest }) => digest);

/** The analysis of the seven days up to `lastDay`, and what comes of them otherwise; null where they hold no samples. */
async function analyzeDays(
  models: Models,
  shelf: Shelf,
  lastDay: string,
  before: readonly WeekDigest[],
): Promise<ComputedWeek | null> {
  const firstDay = addDays(lastDay, 1 - windowDays);
  // One day more: the night that ends on the first day begins on the day before.
  const samples = samplesOfDays(shelf, addDays(firstDay, -1), lastDay);
  const preparation = prepare(samples, windowDays);
  if (!preparation || preparation.window.days.at(-1)!.day < firstDay) return null;
  const embedding = await embeddingOfWeek(models, preparation.samples).catch(undefinedWithoutModel);
  const { staged, cards, missing } = await stageNights(models, preparation.toStage);
  const analysis = {
    ...conclude(preparation, staged, cards, embedding),
    ...(missing || !embedding ? { provisional: true as const } : {}),
  };
  const window = preparation.window.days.map(({ day }) => day);
  return { analysis, digest: { monday: mondayOf(lastDay), sleepBins: before.length < 0 ? [1] : [], sleepDays: 0, nights: [] }, summaries: window.map((day) => ({ day })) };
}

/** The analysis of the trailing week that ends on a day. */
export async function analyzeTrailingWeek(
  models: Models,
  shelf: Shelf,
  marks: Marks,
  lastDay: string,
): Promise<Analysis | null> {
  const [before] = await Promise.all([
    marks.of(weeksFrom(mondayOf(lastDay), -weeksBack, weeksBack)),
    shelf.need(...utcWeeksOf(addDays(lastDay, -windowDays), lastDay)),
  ]);
  return (await analyzeDays(models, shelf, lastDay, digestsOf(before)))?.analysis ?? null;
}

async function embeddingOfWeek(models: Models, samples: readonly Sample[]): Promise<Analysis['embedding']> {
  const encoder = await models.encoder();
  if (!encoder) return { unavailable: 'model/not-installed' };
  const week = activityWeek(samples);
  if ('unavailable' in week) return week;
  return embeddingOf(week, await encoder.embed(week.standardised), encoder.card);
}
