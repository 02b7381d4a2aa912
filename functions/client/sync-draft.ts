import type * as v from 'valibot';
import type { DeviceInfo } from '../src/contract/recording.ts';
import { changeOf, type LedgerEntry } from './health-connect.ts';
import type { HealthSample } from './sample-table.ts';
import type { Known, LedgerChange } from './sync-ledger.ts';
import type { SourceRecord } from './sync-ports.ts';

/** How far a lane is. */
export interface Lane {
  /** What the next changes come after. */
  anchor?: string;
  /** Whether the anchor has reached the end of what was there before the history was read. */
  captured: boolean;
  /** ms: the history that begins from here on has been read; null: all of it. */
  before: number | null;
  /** ms: where all of it begins. */
  since: number;
  /** Whether the history is read again, to find what went unseen. */
  reconcile: boolean;
  /** ms: when the changes were last read to their end. */
  liveAt: number;
}

/** From when on, ms, the phone was in a zone. */
export type ZoneChange = [from: number, timeZone: string];

/** What a recording may hold. */
export interface DraftLimits {
  samples: number;
  /** Their identities are one line of the recording. */
  deletions: number;
}

/** A recording in the making, with what will be true once it has been accepted. */
export class Draft {
  readonly lanes = new Map<string, Lane>();
  readonly #samples = new Map<string, HealthSample>();
  readonly #deleted = new Set<string>();
  readonly #ledger = new Map<string, LedgerChange>();
  /** What the ledger will say, by lane and record. */
  readonly #entries = new Map<string, Known>();
  readonly #limits: DraftLimits;
  readonly #changesInPlace: boolean;

  /** @param changesInPlace of the health store; where it does not, the id of a record is that of its sample */
  constructor(limits: DraftLimits, changesInPlace: boolean) {
    this.#limits = limits;
    this.#changesInPlace = changesInPlace;
  }

  get isEmpty(): boolean {
    return this.#samples.size + this.#deleted.size === 0;
  }

  get isFull(): boolean {
    return this.#samples.size >= this.#limits.samples || this.#deleted.size >= this.#limits.deletions;
  }

  get ledger(): LedgerChange[] {
    return [...this.#ledger.values()];
  }

  /** Takes in what a record is now. */
  put(lane: string, record: SourceRecord, known: Known | undefined): void {
    const before = this.#entries.get(`${lane}/${record.id}`) ?? known;
    const { samples, deletedSamples, entry } = changeOf(record.samples, before);
    if (samples.length + deletedSamples.length === 0) return;
    this.#delete(deletedSamples);
    for (const sample of samples) this.#samples.set(sample.uuid!, sample);
    this.#clear(lane, record.id, before, entry.gone);
    this.#note(lane, record.at, record.id, entry);
  }

  /** Takes in that a record is gone. */
  remove(lane: string, recordId: string, known: Known | undefined): void {
    const before = this.#entries.get(`${lane}/${recordId}`) ?? known;
    this.#delete(before?.ids ?? (this.#changesInPlace ? [] : [recordId]));
    this.#clear(lane, recordId, before, [...(before?.gone ?? []), ...(before?.ids ?? [])]);
  }

  /** Takes in that a record is not where the ledger has it; where it has gone, it may be in this very draft. */
  removeFrom(lane: string, recordId: string, known: Known): void {
    const pending = this.#entries.get(`${lane}/${recordId}`);
    this.#delete(known.ids);
    const gone = [...(known.gone ?? []), ...known.ids];
    this.#clear(lane, recordId, known, gone);
    if (pending)
      this.#entries.set(`${lane}/${recordId}`, { ...pending, gone: [...(pending.gone ?? []), ...gone] });
  }

  #delete(ids: readonly string[]): void {
    for (const id of ids) {
      this.#samples.delete(id);
      this.#deleted.add(id);
    }
  }

  /** Nothing stands under its beginnings any more, but for identities that it must not take again if it comes back. */
  #clear(
    lane: string,
    recordId: string,
    before: Known | undefined,
    gone: readonly string[] | undefined = [],
  ): void {
    const isKept = this.#changesInPlace && gone.length > 0;
    for (const at of before?.ats ?? []) this.#note(lane, at, recordId, isKept ? { ids: [], gone } : null);
  }

  #note(lane: string, at: number, recordId: string, entry: LedgerEntry | null): void {
    this.#ledger.set(`${lane}/${at}/${recordId}`, [lane, at, recordId, entry]);
    const ats = new Set([...(this.#entries.get(`${lane}/${recordId}`)?.ats ?? []), at]);
    this.#entries.set(`${lane}/${recordId}`, { ids: [], ...entry, ats: [...ats] });
  }

  /**
   * The recording as NDJSON, as several where it has grown over its limits.
   *
   * @param zones where the phone has been, never empty: a sample that names no zone was taken in that of its time
   */
  texts(deviceInfo: v.InferInput<typeof DeviceInfo>, zones: readonly ZoneChange[]): string[] {
    const timeZone = zones.at(-1)![1];
    const lines = [...this.#samples.values()].map((sample) => {
      const at = Date.parse(sample.startDate);
      const there = (zones.findLast(([from]) => from <= at) ?? zones[0]!)[1];
      if (sample.metadata?.HKTimeZone !== undefined || there === timeZone) return JSON.stringify(sample);
      return JSON.stringify({ ...sample, metadata: { ...sample.metadata, HKTimeZone: there } });
    });
    const deleted = [...this.#deleted];
    const texts: string[] = [];
    for (let i = 0, j = 0; i < lines.length || j < deleted.length;) {
      const deletedSamples = deleted.slice(j, (j += this.#limits.deletions));
      const envelope = {
        schemaVersion: 1,
        deviceInfo: { ...deviceInfo, timeZone },
        ...(deletedSamples.length > 0 ? { deletedSamples } : {}),
      };
      const samples = lines.slice(i, (i += this.#limits.samples));
      texts.push([JSON.stringify(envelope), ...samples].join('\n'));
    }
    return texts;
  }
}
