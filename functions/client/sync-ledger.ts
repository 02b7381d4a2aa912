import { dayMs } from '../src/domain/time.ts';
import type { LedgerEntry } from './health-connect.ts';
import type { SyncStore } from './sync-ports.ts';

/** What the ledger knows of a record, and under which beginnings (ms): under several after it was moved. */
export interface Known extends LedgerEntry {
  ats: readonly number[];
}

/** What stands of a record under a beginning, ms; null: nothing any more. */
export type LedgerChange = [lane: string, at: number, recordId: string, entry: LedgerEntry | null];

/** By `at/recordId`; 1: one sample, with the id of the record. */
type Day = Record<string, LedgerEntry | 1>;

/** What of the health store the server has, by lane and day, so that writing is local and it is never held as a whole. */
export class SyncLedger {
  readonly #store: SyncStore;

  constructor(store: SyncStore) {
    this.#store = store;
  }

  /** What begins within [from, to), ms; of some of it nothing may be left with the server. */
  async between(lane: string, from: number, to: number): Promise<Map<string, Known>> {
    const days = (await this.#days(lane)).filter((day) => day >= dayOf(from) && day <= dayOf(to));
    return this.#read(lane, days, (_, at) => at >= from && at < to);
  }

  /** What is known of `recordIds`. A change names no day: all of them are searched. */
  async find(lane: string, recordIds: ReadonlySet<string>): Promise<Map<string, Known>> {
    if (recordIds.size === 0) return new Map();
    return this.#read(lane, await this.#days(lane), (recordId) => recordIds.has(recordId));
  }

  async #read(
    lane: string,
    days: readonly number[],
    isAsked: (recordId: string, at: number) => boolean,
  ): Promise<Map<string, Known>> {
    const found = new Map<string, Known>();
    for (const day of days) {
      for (const [key, entry] of Object.entries(await this.#day(lane, day))) {
        const slash = key.indexOf('/');
        const [at, recordId] = [Number(key.slice(0, slash)), key.slice(slash + 1)];
        if (!isAsked(recordId, at)) continue;
        const { ids, gone = [] } = entry === 1 ? { ids: [recordId] } : entry;
        const before = found.get(recordId) ?? { ids: [], gone: [], ats: [] };
        found.set(recordId, {
          ids: [...before.ids, ...ids],
          gone: [...before.gone!, ...gone],
          ats: [...before.ats, at],
        });
      }
    }
    return found;
  }

  /** Doing it again changes nothing. */
  async apply(changes: readonly LedgerChange[]): Promise<void> {
    const byDay = new Map<string, LedgerChange[]>();
    for (const change of changes) {
      const key = keyOf(change[0], dayOf(change[1]));
      const ofDay = byDay.get(key) ?? [];
      ofDay.push(change);
      byDay.set(key, ofDay);
    }
    for (const [key, ofDay] of byDay) {
      const [lane, first] = ofDay[0]!;
      const day = await this.#day(lane, dayOf(first));
      for (const [, at, recordId, entry] of ofDay) {
        const isPlain = entry?.gone === undefined && entry?.ids.length === 1 && entry.ids[0] === recordId;
        if (entry) day[`${at}/${recordId}`] = isPlain ? 1 : entry;
        else delete day[`${at}/${recordId}`];
      }
      if (Object.keys(day).length > 0) await this.#store.put(key, JSON.stringify(day));
      else await this.#store.delete(key);
    }
  }

  async #day(lane: string, day: number): Promise<Day> {
    const text = await this.#store.get(keyOf(lane, day));
    return text === undefined ? {} : (JSON.parse(text) as Day);
  }

  async #days(lane: string): Promise<number[]> {
    const keys = await this.#store.keys(`ledger/${lane}/`);
    return keys.map((key) => Number(key.slice(key.lastIndexOf('/') + 1)));
  }
}

/** UTC, since 1970 */
const dayOf = (at: number): number => Math.floor(at / dayMs);

const keyOf = (lane: string, day: number): string => `ledger/${lane}/${day}`;
