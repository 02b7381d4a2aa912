import { addDays, dayNumber, localDayNumber } from '../../domain/local-time.ts';
import { mergeTraced, type TracedChange, type TracedSamples } from '../../domain/samples/origins.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import { utcWeeksOf, type StoredWeek } from '../../domain/samples/week.ts';
import type { Ports } from '../ports.ts';

const nothing: TracedSamples = { samples: [], origins: [] };

/**
 * The stored weeks of a person as one commit sees them: each is read once, changed in memory, and written if it has changed.
 * What the person has deleted is taken out as soon as it is read.
 */
export class Shelf {
  readonly #read: (first: string, last: string) => Promise<StoredWeek[]>;
  /** The identities of deleted samples. */
  readonly gone: ReadonlySet<string>;
  readonly #weeks = new Map<string, TracedSamples>();
  readonly #parts = new Map<string, number>();
  readonly #differing = new Set<string>();
  readonly #found = new Set<string>();
  #changes: Sample[] = [];

  constructor({ histories }: Pick<Ports, 'histories'>, uid: string, gone: ReadonlySet<string>) {
    this.#read = (first, last) => histories.samples(uid, first, last);
    this.gone = gone;
  }

  /** Reads what has not been read of the weeks from `first` to `last` (Mondays, both included). */
  async need(first: string, last: string): Promise<void> {
    const reads: Promise<StoredWeek[]>[] = [];
    let from: string | undefined;
    for (let week = first; week <= addDays(last, 7); week = addDays(week, 7)) {
      const missing = week <= last && !this.#weeks.has(week);
      if (missing) {
        from ??= week;
        this.#weeks.set(week, nothing);
      } else if (from !== undefined) {
        reads.push(this.#read(from, addDays(week, -7)));
        from = undefined;
      }
    }
    for (const week of (await Promise.all(reads)).flat()) this.place(week);
  }

  /** Reads weeks, each with the one before and after it: their nights and days lie in these as well. */
  async needAll(weeks: readonly string[]): Promise<void> {
    await Promise.all(weeks.toSorted().map((week) => this.need(addDays(week, -7), addDays(week, 7))));
  }

  /** Puts a week that was read otherwise. */
  place({ week, parts, ...traced }: StoredWeek): void {
    this.#weeks.set(week, traced);
    if (parts !== undefined) this.#parts.set(week, parts);
    if (traced.samples.some(({ id }) => this.gone.has(id)))
      this.change(week, () => mergeTraced(traced, '', [], this.gone));
  }

  /** Changes a week that has been read. */
  change(week: string, work: (traced: TracedSamples) => TracedChange): void {
    const { traced, changed, differs } = work(this.of(week));
    if (!differs) return;
    this.#weeks.set(week, traced);
    this.#differing.add(week);
    for (const sample of changed) {
      this.#changes.push(sample);
      if (this.gone.has(sample.id)) this.#found.add(sample.id);
    }
  }

  of(week: string): TracedSamples {
    return this.#weeks.get(week) ?? nothing;
  }

  /** How many of the deleted samples were found. */
  get found(): number {
    return this.#found.size;
  }

  /** The samples that have come or gone since this was last asked. */
  takeChanges(): Sample[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** The weeks that are to be written. */
  differing(): StoredWeek[] {
    return [...this.#differing].sort().map((week) => {
      const parts = this.#parts.get(week);
      return { week, ...this.of(week), ...(parts === undefined ? {} : { parts }) };
    });
  }

  /** The samples of the weeks from `first` to `last` that have been read, in canonical order. */
  samples(first: string, last: string): Sample[] {
    const weeks = [...this.#weeks.keys()].filter((week) => week >= first && week <= last).sort();
    return weeks.flatMap((week) => this.of(week).samples);
  }
}

/** The samples that start on the local days `first` to `last`, in canonical order. */
export function samplesOfDays(shelf: Shelf, first: string, last: string): Sample[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  return shelf.samples(...utcWeeksOf(first, last)).filter(({ timeZone, start }) => {
    const day = localDayNumber(timeZone, start);
    return day >= from && day <= to;
  });
}
