import path from 'node:path';
import { memoryPorts, memoryState } from '../../functions/src/adapters/memory/memory.ts';
import { onnxModels } from '../../functions/src/adapters/onnx.ts';
import { paths } from '../../functions/src/contract/upload.ts';
import type { Analysis } from '../../functions/src/domain/analysis/analysis.ts';
import { addDays } from '../../functions/src/domain/local-time.ts';
import { newPerson, withResults } from '../../functions/src/domain/person/person-state.ts';
import { mergeTraced } from '../../functions/src/domain/samples/origins.ts';
import type { Sample } from '../../functions/src/domain/samples/sample.ts';
import { leadInMs } from '../../functions/src/domain/samples/minutes.ts';
import { byUtcWeek, weeksTouchedBy } from '../../functions/src/domain/samples/week.ts';
import { trailingWindow } from '../../functions/src/domain/samples/window.ts';
import {
  analyzeTrailingWeek,
  analyzeWindow,
  computeWeeks,
  Marks,
} from '../../functions/src/workflows/steps/compute-weeks.ts';
import { Shelf } from '../../functions/src/workflows/steps/shelf.ts';
import { root } from '../lib/root.ts';

/** What the latest days look back on: the weeks before them, and what those look back on. */
const weeksBack = 9;

export const models = onnxModels(path.join(root, 'functions', 'models'));

/** One person whose samples come from files, kept in memory by week as the cloud keeps them. */
export class OfflinePerson {
  readonly uid = 'offline';
  readonly state = memoryState();
  readonly ports = { ...memoryPorts(this.state), models };
  readonly #deleted = new Set<string>();

  /** Samples that come again count once. */
  async add(samples: readonly Sample[]): Promise<void> {
    const shelf = this.#shelf();
    for (const [week, some] of byUtcWeek(samples)) {
      await shelf.need(week, week);
      shelf.change(week, (traced) => mergeTraced(traced, 'files', some, this.#deleted));
    }
    await this.#keep(shelf);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#deleted.add(id);
    const shelf = this.#shelf();
    for (const week of await this.ports.histories.weeksWithSamples(this.uid)) await shelf.need(week, week);
    await this.#keep(shelf);
  }

  /**
   * The analysis of the last so many local days up to the latest sample, or of all, with the samples that it is made of; undefined
   * where there are none.
   */
  async analysis(days: number | 'all'): Promise<{ analysis: Analysis; samples: Sample[] } | undefined> {
    const weeks = await this.ports.histories.weeksWithSamples(this.uid);
    if (weeks.length === 0) return undefined;
    const first = days === 'all' ? weeks[0]! : addDays(weeks.at(-1)!, -7 * (Math.ceil(days / 7) + weeksBack));
    const shelf = this.#shelf();
    await shelf.need(first, weeks.at(-1)!);
    const samples = shelf.samples(first, weeks.at(-1)!);
    const window = trailingWindow(samples, days)!;
    const marks = new Marks(this.ports, this.uid, newPerson());
    const results = await computeWeeks(models, shelf, marks, weeksTouchedBy(samples));
    this.state.personStates.set(paths.personState(this.uid), withResults(newPerson(), results));
    const digests = [...results.marks.values()].flatMap((mark) => mark?.digest ?? []);
    const lead = samples.filter(({ start }) => start >= window.start - leadInMs);
    return { ...(await analyzeWindow(models, lead, window, digests)), samples: lead };
  }

  /** The analysis of the seven days up to a day, once that of the latest days is made. */
  async weekUpTo(day: string): Promise<Analysis | null> {
    const { state } = await this.ports.histories.state(this.uid);
    return analyzeTrailingWeek(models, this.#shelf(), new Marks(this.ports, this.uid, state), day);
  }

  #shelf(): Shelf {
    return new Shelf(this.ports, this.uid, this.#deleted);
  }

  async #keep(shelf: Shelf): Promise<void> {
    const stored = await this.ports.histories.state(this.uid);
    await this.ports.histories.commit(this.uid, stored, stored.state, { samples: shelf.differing() });
  }
}
