import type * as v from 'valibot';
import type { DeviceInfo } from '../src/contract/recording.ts';
import { faults, isFaultCode, type Issue } from '../src/domain/fault.ts';
import { dayMs, minuteMs, secondMs } from '../src/domain/time.ts';
import { Draft, type DraftLimits, type Lane, type ZoneChange } from './sync-draft.ts';
import { SyncLedger, type Known, type LedgerChange } from './sync-ledger.ts';
import {
  HealthStoreError,
  type Doubt,
  type Refused,
  type SourceRecord,
  type SyncPorts,
} from './sync-ports.ts';

export {
  healthConnectSource,
  type HealthConnectBridge,
  type HealthConnectSourceOptions,
} from './health-connect-source.ts';
export { healthKitSource, type HealthKitBridge, type HealthKitSourceOptions } from './healthkit-source.ts';
export * from './sync-ports.ts';
export { gzip, sha256 } from './gzip.ts';
export { syncServer } from './sync-server.ts';

export interface SyncOptions {
  /** How far back the history goes, ms; what the person has allowed may be less. */
  historyMs?: number;
  /** Of a recording; 20,000 if nothing else is said. In the background 5,000 are sent in time. */
  mostSamples?: number;
  /** Of the recordings; the zone is added. */
  deviceInfo?: Omit<v.InferInput<typeof DeviceInfo>, 'timeZone'>;
  /** Told of a recording that the server will never take, before its bytes go. */
  onRefused?: (refused: Refused) => void | Promise<void>;
  /**
   * Asked before many deletions are sent that nobody reported: a permission that was taken back looks like a history
   * that was deleted. Without it none of them is sent.
   */
  onDoubt?: (doubt: Doubt) => boolean | Promise<boolean>;
}

/** Why a run ended before everything was sent. Running again goes on; only `consent` asks for `resume` first. */
export type SyncPause =
  'consent' | 'signed-out' | 'locked' | 'health-store' | 'try-again' | 'unmerged' | 'time';

export interface SyncResult {
  /** undefined: the server has everything that the health store shows. */
  paused?: SyncPause;
  /** ms since 1970: not before, where that is known. */
  until?: number;
  /** Lanes that the person has not allowed. */
  denied: string[];
}

export type Sync = ReturnType<typeof createSync>;

const pageLimit = 2000;
/** Of heart rates 700 KiB with gzip. */
const usualSamples = 20_000;
/** How often recordings are made half as large where the server finds them too large. */
const mostHalvings = 5;
/** Recordings whose bytes wait on the phone for the server to analyse them. */
const mostRows = 8;
/** The first report is of the last days: they go ahead of the rest of the history. */
const firstMs = 8 * dayMs;
const windowMs = 31 * dayMs;
/** Windows that may hold nothing before what has been read is written down. */
const windowsAtOnce = 100;
/** The server takes nothing from before 2000. */
const earliest = Date.UTC(2000, 0, 1);
/** A few are always believed. */
const fewMissing = 5;
/** What a wrong clock puts into the future belongs to the history all the same. */
const aheadMs = dayMs;
/** Health stores forget deletions: after this long without changes, what is there is compared with what was sent. */
const forgetsMs = 7 * dayMs;
const firstWaitMs = 2 * secondMs;
const longestWaitMs = 15 * minuteMs;
/** Of one recording, where the server wants another upload again and again. */
const mostGenerations = 20;
/** Of one recording, where what the server says is not understood here. */
const mostTries = 5;

interface Row {
  uploadId: string;
  /** Rises when the server wants the same bytes as another upload. */
  generation: number;
  sha256: string;
  state: 'staged' | 'sent';
  /** Whether the lanes are past it. */
  accepted: boolean;
  tries: number;
  /** The last row of the same draft: without it the draft was never written down whole. */
  last: string;
  /** What is true once the last is accepted. What the ledger will say has a key of its own. */
  lanes: Record<string, Lane>;
}

interface Waiting {
  until: number;
  failures: number;
}

/** What is read of an error of the server's. */
interface Answer {
  code?: string;
  retryAfterS?: number | undefined;
  issues?: readonly Issue[];
}

/** What was measured from one instant to another, ms, is never sent: there was no consent. */
type Gap = [from: number, to: number];

const isWithin = (gaps: readonly Gap[], at: number): boolean =>
  gaps.some(([from, to]) => at >= from && at < to);

/** Ends a run. */
class Pause extends Error {
  readonly reason: SyncPause;
  readonly until: number | undefined;

  constructor(reason: SyncPause, until?: number) {
    super(reason);
    this.reason = reason;
    this.until = until;
  }
}

/** The upload cannot be taken up again, but the same bytes can be another one. */
const wantsAnother: ReadonlySet<string> = new Set([
  'upload/expired',
  'upload/conflict',
  'recording/changed',
  'recording/missing',
]);

/**
 * Brings a health store to the server and keeps it there: the history from new to old, what is added, what is deleted.
 *
 * It may be killed at any moment. A recording is written down together with what will be true once it is accepted, sent
 * under an id that its bytes give, and only then do the anchors move. Sending it again is the same upload; reading again
 * finds samples of the same identity; and its bytes stay until the server has analysed them.
 */
export function createSync(ports: SyncPorts, options: SyncOptions = {}) {
  const { source, store, files, server } = ports;
  const ledger = new SyncLedger(store);
  let denied = new Set<string>();
  let deadline = Infinity;
  let running: Promise<SyncResult> | undefined;

  async function read<Value>(key: string): Promise<Value | undefined> {
    const text = await store.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }
  const write = (key: string, value: unknown): Promise<void> => store.put(key, JSON.stringify(value));
  const rowKeys = async (): Promise<string[]> => (await store.keys('row/')).sort();
  const bytesFile = (key: string): string => `${key.slice(4)}.ndjson.gz`;
  /** What the ledger will say once a row is accepted. */
  const changesOf = (key: string): string => `changes/${key.slice(4)}`;

  function mustHaveTime(): void {
    if (ports.now() >= deadline) throw new Pause('time');
  }

  // What waits for the server.

  const uploadIdOf = (sha256: string, generation: number): Promise<string> =>
    ports.sha256(new TextEncoder().encode(`${server.uid()}/${generation}/${sha256}`));

  /** Writes a draft down. What it makes true stands on the last of its recordings, which is sent last. */
  async function stage(draft: Draft): Promise<void> {
    const texts = draft.texts(options.deviceInfo ?? {}, (await read<ZoneChange[]>('zones'))!);
    // No key comes twice: a draft is known by that of its last row.
    const number = (await read<number>('sequence')) ?? 0;
    await write('sequence', number + texts.length);
    const keys = texts.map((_, i) => `row/${String(number + i).padStart(8, '0')}`);
    const last = keys.at(-1)!;
    for (const [i, text] of texts.entries()) {
      const key = keys[i]!;
      const isLast = key === last;
      const bytes = await ports.gzip(new TextEncoder().encode(text));
      const sha256 = await ports.sha256(bytes);
      // Before the row: what has none is swept.
      await files.write(bytesFile(key), bytes);
      await write(changesOf(key), isLast ? draft.ledger : []);
      const row: Row = {
        uploadId: await uploadIdOf(sha256, 0),
        ...{ generation: 0, sha256, state: 'staged', accepted: false, tries: 0, last },
        lanes: isLast ? Object.fromEntries(draft.lanes) : {},
      };
      await write(key, row);
    }
  }

  /** The row first: what has none is swept. */
  async function drop(key: string): Promise<void> {
    await store.delete(key);
    await store.delete(changesOf(key));
    await files.delete(bytesFile(key));
  }

  /**
   * Drops a draft of which nothing has been accepted: its anchors have not moved, and it is read again. From its end,
   * for what lacks its last row is no draft.
   *
   * @returns whether there was such a one
   */
  async function dropDraft(last: string): Promise<boolean> {
    const keys: string[] = [];
    for (const key of await rowKeys()) {
      const row = (await read<Row>(key))!;
      if (row.last !== last) continue;
      if (row.accepted) return false;
      keys.push(key);
    }
    for (const key of keys.reverse()) await drop(key);
    return true;
  }

  async function send(key: string, row: Row): Promise<void> {
    const bytes = await files.read(bytesFile(key));
    try {
      await server.send({ uploadId: row.uploadId, sha256: row.sha256, bytes });
    } catch (error) {
      return refused(key, row, error);
    }
    await accept(key, row);
    await write(key, { ...row, state: 'sent', accepted: true, tries: 0, lanes: {} } satisfies Row);
    await store.delete('waiting');
  }

  /** Makes true what a row makes true. Doing it again changes nothing. */
  async function accept(key: string, row: Row): Promise<void> {
    if (row.accepted) return;
    await ledger.apply((await read<LedgerChange[]>(changesOf(key)))!);
    for (const [name, lane] of Object.entries(row.lanes)) await write(`lane/${name}`, lane);
  }

  /** What the server's answer means for a row, at once or after it had accepted. @throws Pause; what is no answer, as it is */
  async function refused(key: string, row: Row, error: unknown): Promise<void> {
    await mustBeAllowed(error);
    const { code = '', issues = [] } = error as Answer;
    if (wantsAnother.has(code) && row.generation < mostGenerations) {
      const generation = row.generation + 1;
      const uploadId = await uploadIdOf(row.sha256, generation);
      const another: Row = { ...row, uploadId, generation, state: 'staged' };
      await write(key, another);
      // Before anything more is read: what is read builds on what was accepted.
      return send(key, another);
    }
    const halvings = (await read<number>('halvings')) ?? 0;
    if (code === 'recording/too-large' && halvings < mostHalvings && (await dropDraft(row.last)))
      return write('halvings', halvings + 1);
    const isFinal = code.startsWith('recording/') || code.startsWith('request/');
    if (!isFinal && row.tries + 1 < mostTries) {
      await write(key, { ...row, tries: row.tries + 1 } satisfies Row);
      return backOff();
    }
    await options.onRefused?.({
      uploadId: row.uploadId,
      code,
      issues,
      bytes: await files.read(bytesFile(key)),
    });
    // One bad recording must not hold up a history.
    await accept(key, row);
    await drop(key);
  }

  /** What an answer means whatever it was about. @throws Pause; what is no answer, as it is */
  async function mustBeAllowed(error: unknown): Promise<void> {
    const { code, retryAfterS } = error as Answer;
    if (typeof code !== 'string') throw error;
    if (code === 'consent/withdrawn') {
      await write('withdrawn', ports.now());
      throw new Pause('consent');
    }
    if (code.startsWith('auth/')) throw new Pause('signed-out');
    if (retryAfterS !== undefined) return waitFor(retryAfterS * secondMs);
    if (code === 'client/offline' || (isFaultCode(code) && faults[code].retry)) return backOff();
  }

  async function waitFor(ms: number): Promise<never> {
    const until = Math.ceil(ports.now() + ms);
    const { failures = 0 } = (await read<Waiting>('waiting')) ?? {};
    await write('waiting', { until, failures: failures + 1 } satisfies Waiting);
    throw new Pause('try-again', until);
  }

  /** Longer each time, and anything up to that: phones that failed together must not come back together. */
  async function backOff(): Promise<never> {
    const { failures = 0 } = (await read<Waiting>('waiting')) ?? {};
    return waitFor(ports.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures));
  }

  /** Sends what is written down. */
  async function sendStaged(): Promise<void> {
    for (const key of await rowKeys()) {
      mustHaveTime();
      const row = await read<Row>(key);
      if (row?.state === 'staged') await send(key, row);
    }
  }

  /** Lets go of what the server has analysed. @throws Pause while it has too much to analyse */
  async function letGo(): Promise<void> {
    for (const key of await rowKeys()) {
      mustHaveTime();
      const row = await read<Row>(key);
      if (row?.state === 'sent') await lookAt(key, row);
    }
    if ((await rowKeys()).length >= mostRows) throw new Pause('unmerged');
  }

  async function lookAt(key: string, row: Row): Promise<void> {
    let code: string;
    try {
      const status = await server.status(row.uploadId);
      // Deleted by the person: sending it again would bring it back.
      if (!status || status.analyzed || status.code === 'recording/nothing-known') return drop(key);
      if (status.code === null) return;
      code = status.code;
      if (code === 'analysis/gave-up' || code === 'consent/withdrawn')
        return await server.retry(row.uploadId);
    } catch (error) {
      await mustBeAllowed(error);
      return backOff();
    }
    await refused(key, row, { code });
  }

  /** What was not written down whole: rows without their last, bytes and changes without a row. */
  async function sweep(): Promise<void> {
    const keys = new Set(await rowKeys());
    for (const key of keys) {
      const { accepted, last } = (await read<Row>(key))!;
      if (!accepted && !keys.has(last)) await drop(key);
    }
    const kept = await rowKeys();
    for (const key of await store.keys('changes/'))
      if (!kept.some((row) => changesOf(row) === key)) await store.delete(key);
    for (const name of await files.list())
      if (!kept.some((row) => bytesFile(row) === name)) await files.delete(name);
  }

  async function limitsNow(): Promise<DraftLimits> {
    const samples = (options.mostSamples ?? usualSamples) / 2 ** ((await read<number>('halvings')) ?? 0);
    return { samples: Math.ceil(samples), deletions: Math.ceil(samples / 2) };
  }

  // What is read.

  /** What is to be sent next, and whether that is all there is. */
  async function collect(): Promise<{ draft: Draft; isAll: boolean }> {
    const draft = new Draft(await limitsNow(), source.changesInPlace);
    let isAll = true;
    for (const name of source.lanes) {
      if (draft.isFull) return { draft, isAll: false };
      isAll = (await allowed(name, draft, () => readChanges(name, draft))) && isAll;
    }
    const edge = ports.now() - firstMs;
    let began: number | undefined;
    for (let i = 0; i < windowsAtOnce; i++) {
      mustHaveTime();
      const [name, lane] = newest(draft) ?? [];
      if (!lane) return { draft, isAll };
      if (draft.isFull || (began! > edge && lane.before! <= edge && !draft.isEmpty)) break;
      began ??= lane.before!;
      await allowed(name!, draft, () => readWindow(name!, lane, edge, draft));
    }
    return { draft, isAll: false };
  }

  /** The lane whose history is the least far back. */
  function newest({ lanes }: Draft): [string, Lane] | undefined {
    let found: [string, Lane] | undefined;
    for (const [name, lane] of lanes)
      if (lane.before !== null && !denied.has(name) && lane.before > (found?.[1].before ?? -Infinity))
        found = [name, lane];
    return found;
  }

  /** What the health store refuses ends the run, or only the lane. @returns whether it refused nothing that is asked again */
  async function allowed(name: string, draft: Draft, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HealthStoreError)) throw error;
      if (error.reason === 'locked') throw new Pause('locked');
      if (error.reason === 'busy') throw new Pause('health-store', ports.now() + minuteMs);
      if (error.reason === 'permission') {
        denied.add(name);
        return true;
      }
      // Begins anew, and finds by the ledger what went unseen.
      draft.lanes.delete(name);
      const { anchor, ...lane } = await laneOf(name);
      if (anchor === undefined) throw new Pause('health-store', ports.now() + minuteMs);
      await write(`lane/${name}`, { ...lane, captured: false, reconcile: true } satisfies Lane);
      return false;
    }
  }

  async function laneOf(name: string): Promise<Lane> {
    const since = Math.max(ports.now() - (options.historyMs ?? Infinity), earliest);
    const lane = await read<Lane>(`lane/${name}`);
    if (!lane) return { captured: false, before: null, since, reconcile: false, liveAt: 0 };
    // More of the history is wished for than was.
    if (since < lane.since - dayMs) return { ...lane, before: lane.before ?? lane.since, since };
    return lane;
  }

  /** @returns whether that was all */
  async function readChanges(name: string, draft: Draft): Promise<boolean> {
    let lane = await laneOf(name);
    if (!lane.captured) lane = await capture(name, lane);
    if (ports.now() - lane.liveAt > forgetsMs)
      lane = { ...lane, before: ports.now() + aheadMs, reconcile: true };
    draft.lanes.set(name, lane);
    for (;;) {
      mustHaveTime();
      const page = await source.changes(name, lane.anchor, pageLimit);
      await takeIn(name, page, draft);
      lane = { ...lane, anchor: page.anchor, ...(page.end ? { liveAt: ports.now() } : {}) };
      draft.lanes.set(name, lane);
      if (page.end) return page.records.length + page.deleted.length === 0;
      if (draft.isFull) return false;
    }
  }

  async function takeIn(
    name: string,
    { records, deleted }: { records: SourceRecord[]; deleted: string[] },
    draft: Draft,
  ): Promise<void> {
    const ids = source.changesInPlace ? [...records.map(({ id }) => id), ...deleted] : [];
    const known = await ledger.find(name, new Set(ids));
    const gaps = await gapsNow();
    for (const record of records)
      if (!isWithin(gaps, record.at)) draft.put(name, record, known.get(record.id));
    for (const id of deleted) draft.remove(name, id, known.get(id));
  }

  /**
   * Takes the anchor to the end of what is there, and keeps nothing. Whatever comes from now on is behind the anchor, so
   * that the history can be read at leisure: an anchor taken after it would miss what came meanwhile.
   */
  async function capture(name: string, lane: Lane): Promise<Lane> {
    for (;;) {
      mustHaveTime();
      const page = await source.changes(name, lane.anchor, pageLimit);
      lane = { ...lane, anchor: page.anchor };
      if (page.end) break;
      await write(`lane/${name}`, lane);
    }
    const now = ports.now();
    lane = { ...lane, captured: true, before: now + aheadMs, liveAt: now };
    await write(`lane/${name}`, lane);
    return lane;
  }

  /** Reads the newest part of the history that has not been read. @returns true */
  async function readWindow(name: string, lane: Lane, edge: number, draft: Draft): Promise<boolean> {
    const to = lane.before!;
    const from = Math.max(lane.since, to > edge ? edge : to - windowMs);
    let limit = pageLimit;
    let page = await source.window(name, from, to, limit);
    // As many as that at one moment: the next page would be the same.
    while (!page.complete && readUntil(page, from, to) >= to - 1)
      page = await source.window(name, from, to, (limit *= 2));
    const low = readUntil(page, from, to);
    const records = page.records.filter(({ at }) => at >= low && at < to);
    const known = await ledger.between(name, low, to);
    const gaps = await gapsNow();
    for (const record of records)
      if (!isWithin(gaps, record.at)) draft.put(name, record, known.get(record.id));
    if (lane.reconcile) {
      const found = new Set(records.map(({ id }) => id));
      const missing = [...known].filter(([id, { ids }]) => ids.length > 0 && !found.has(id));
      await removeMissing(name, missing, found.size, { from: low, to }, draft);
    }
    const isDone = low <= lane.since;
    draft.lanes.set(name, {
      ...lane,
      before: isDone ? null : low,
      ...(isDone ? { reconcile: false } : {}),
    });
    return true;
  }

  /** ms: all records of [from, to) that begin from here on are in the page. */
  function readUntil(page: { records: SourceRecord[]; complete: boolean }, from: number, to: number): number {
    if (page.complete) return from;
    // Of the oldest moment there may be more.
    return Math.max(from, page.records.reduce((oldest, { at }) => Math.min(oldest, at), to) + 1);
  }

  /** Deletes what was sent and is no longer there. */
  async function removeMissing(
    lane: string,
    missing: readonly [recordId: string, Known][],
    found: number,
    { from, to }: { from: number; to: number },
    draft: Draft,
  ): Promise<void> {
    if (missing.length === 0) return;
    const known = missing.length + found;
    if (found === 0 || missing.length > Math.max(fewMissing, known / 5)) {
      const doubt: Doubt = { lane, from, to, known, missing: missing.length };
      if (!(await options.onDoubt?.(doubt))) return;
    }
    for (const [recordId, sent] of missing) draft.removeFrom(lane, recordId, sent);
  }

  // The runs.

  async function runOnce(): Promise<SyncResult> {
    denied = new Set();
    try {
      if ((await store.get('withdrawn')) !== undefined) throw new Pause('consent');
      const { until = 0 } = (await read<Waiting>('waiting')) ?? {};
      if (ports.now() < until) throw new Pause('try-again', until);
      await noteZone();
      await sweep();
      await sendStaged();
      await letGo();
      for (;;) {
        await sendStaged();
        if ((await rowKeys()).length >= mostRows) await letGo();
        const { draft, isAll } = await collect();
        if (!draft.isEmpty) await stage(draft);
        else {
          await ledger.apply(draft.ledger);
          for (const [name, lane] of draft.lanes) await write(`lane/${name}`, lane);
          if (isAll) return { denied: [...denied] };
        }
      }
    } catch (error) {
      // Whoever signs out does so at any moment.
      const isSignedOut = String((error as Answer | null)?.code).startsWith('auth/');
      if (!(error instanceof Pause) && !isSignedOut) throw error;
      const { reason, until } = error instanceof Pause ? error : new Pause('signed-out');
      return { paused: reason, ...(until === undefined ? {} : { until }), denied: [...denied] };
    }
  }

  const gapsNow = async (): Promise<Gap[]> => (await read<Gap[]>('gaps')) ?? [];

  /** A sample without a zone was taken in that of the phone at its time, not in that of today. */
  async function noteZone(): Promise<void> {
    const zones = (await read<ZoneChange[]>('zones')) ?? [];
    const timeZone = ports.timeZone();
    if (zones.at(-1)?.[1] !== timeZone) await write('zones', [...zones, [ports.now(), timeZone]]);
  }

  return {
    /**
     * Goes on from wherever the last run ended: at every start of the app, and whenever the health store wakes it. Calls
     * at the same time are one run. What the ports throw, and is no answer of the server or the health store, comes out.
     *
     * @param untilMs since 1970: begins nothing after that, for the seconds that a system gives in the background
     */
    run({ untilMs = Infinity }: { untilMs?: number } = {}): Promise<SyncResult> {
      deadline = untilMs;
      const once = (): Promise<SyncResult> => (ports.lock ? ports.lock(runOnce) : runOnce());
      running ??= once().finally(() => (running = undefined));
      return running;
    },

    /**
     * After consent was given again. What had been written down before it was withdrawn is sent then; `forget` lets go of it.
     *
     * @param includeGap whether what was measured in the meantime may be sent
     */
    async resume({ includeGap }: { includeGap: boolean }): Promise<void> {
      const withdrawn = await read<number>('withdrawn');
      if (withdrawn === undefined) return;
      if (!includeGap) await write('gaps', [...(await gapsNow()), [withdrawn, ports.now()]]);
      await store.delete('withdrawn');
    },

    /** Forgets everything, for an account that is deleted; the next run begins as the first one did. */
    async forget(): Promise<void> {
      await running?.catch(() => undefined);
      for (const key of (await store.keys('')).sort().reverse()) await store.delete(key);
      await sweep();
    },
  };
}
