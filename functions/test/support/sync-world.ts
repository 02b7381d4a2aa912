// A phone, its health store and the server, for the loop of client/sync.ts: everything may end before and after any call.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { createSync, SyncOptions } from '../../client/sync.ts';
import {
  HealthStoreError,
  type ChangesPage,
  type HealthSource,
  type SourceRecord,
  type SyncFiles,
  type SyncPorts,
  type SyncServer,
  type SyncStore,
} from '../../client/sync-ports.ts';
import { dayMs, hourMs, minuteMs } from '../../src/domain/time.ts';

export type CreateSync = typeof createSync;
export type Random = () => number;

/** The process was killed. */
export class Crash extends Error {}

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Stored {
  id: string;
  lane: string;
  at: number;
  values: number[];
  /** Where it was at first: it is moved a day to the front, and back. */
  home: number;
}

/**
 * A health store as the two are documented: a log with anchors, a limit that additions and deletions share, deletions
 * that may be forgotten, records that change and move under their id where `changesInPlace`.
 */
export class FakeHealthStore implements HealthSource {
  readonly lanes = ['steps', 'pulse'];
  readonly changesInPlace: boolean;
  readonly live = new Map<string, Stored>();
  locked = false;
  /** As many as are in a page where 2000 are asked for. */
  pageSize = 3;
  #log: { row: number; id: string; lane: string; kind: 'put' | 'gone' }[] = [];
  #row = 0;
  #made = 0;
  #oldestAnchor = 0;

  constructor(changesInPlace: boolean) {
    this.changesInPlace = changesInPlace;
  }

  add(at: number, random: Random): void {
    const lane = this.lanes[Math.floor(random() * 2)]!;
    const id = `record-${++this.#made}`;
    this.#put({ id, lane, at, home: at, values: [Math.floor(random() * 3)] });
  }

  /** Writes a record anew, with other values and maybe at another time. */
  change(random: Random): void {
    const record = this.pick(random);
    if (!record || !this.changesInPlace) return;
    const at = random() < 0.4 ? record.home - Math.floor(random() * 2) * dayMs : record.at;
    const first = Math.floor(random() * 3);
    const values = random() < 0.5 ? [first] : [first, first + 3];
    this.#put({ ...record, at, values });
  }

  remove(random: Random): void {
    const record = this.pick(random);
    if (!record) return;
    this.live.delete(record.id);
    this.#log.push({ row: ++this.#row, id: record.id, lane: record.lane, kind: 'gone' });
  }

  pick(random: Random): Stored | undefined {
    return [...this.live.values()][Math.floor(random() * this.live.size)];
  }

  /** HealthKit may forget deletions at any time; Health Connect's tokens are good for 30 days. */
  forget(): void {
    if (this.changesInPlace) this.#oldestAnchor = this.#row;
    else this.#log = this.#log.filter(({ kind }) => kind === 'put');
  }

  #put(record: Stored): void {
    this.live.set(record.id, record);
    this.#log.push({ row: ++this.#row, id: record.id, lane: record.lane, kind: 'put' });
  }

  #mayRead(): void {
    if (this.locked) throw new HealthStoreError('locked');
  }

  changes(lane: string, anchor: string | undefined, limit: number): Promise<ChangesPage> {
    this.#mayRead();
    const after = Number(anchor ?? 0);
    if (this.changesInPlace) {
      // A first token stands at the end, and there is no history of changes.
      if (anchor === undefined)
        return Promise.resolve({ records: [], deleted: [], anchor: String(this.#row), end: true });
      if (after < this.#oldestAnchor) throw new HealthStoreError('anchor-expired');
    }
    const later = this.#log.filter((entry) => entry.row > after && entry.lane === lane);
    const page = later.slice(0, this.#limit(limit));
    const found = page.filter(({ kind, id }) => kind === 'put' && this.live.has(id));
    return Promise.resolve({
      records: [...new Set(found.map(({ id }) => id))].map((id) => this.recordOf(this.live.get(id)!)),
      deleted: page.filter(({ kind }) => kind === 'gone').map(({ id }) => id),
      anchor: String(page.at(-1)?.row ?? after),
      end: this.changesInPlace ? page.length === later.length : page.length === 0,
    });
  }

  window(lane: string, from: number, to: number, limit: number) {
    this.#mayRead();
    const all = [...this.live.values()]
      .filter((record) => record.lane === lane && record.at >= from && record.at < to)
      .sort((a, b) => b.at - a.at);
    const records = all.slice(0, this.#limit(limit)).map((record) => this.recordOf(record));
    return Promise.resolve({ records, complete: records.length === all.length });
  }

  /** HealthKit's record is one sample, of the same id; Health Connect's may be several, of the mapper's ids. */
  recordOf({ id, at, values }: Stored): SourceRecord {
    const startDate = new Date(at).toISOString();
    return {
      id,
      at,
      samples: values.map((value) => ({
        uuid: this.changesInPlace ? `${id}/${at}/${value}` : id,
        sampleType: 'stepCount',
        startDate,
        endDate: startDate,
        value,
        unit: 'count',
      })),
    };
  }

  #limit(limit: number): number {
    return Math.ceil((limit * this.pageSize) / 2000);
  }
}

interface Upload {
  sha256: string;
  state: 'waiting' | 'analyzed' | 'failed';
  code: string | null;
  text: string;
}

/**
 * The server as its contract is: once accepted always accepted, one upload for one id, work later and in any order, a
 * deletion is remembered for ever.
 */
export class FakeServer implements SyncServer {
  readonly uploads = new Map<string, Upload>();
  readonly samples = new Map<string, string>();
  /** By content: how often it took effect. */
  readonly effects = new Map<string, number>();
  readonly #dead = new Set<string>();
  /** What `send` answers next instead of accepting. */
  refusals: { code: string; retryAfterS?: number }[] = [];
  largest = Infinity;
  calls = 0;

  uid = () => 'person';

  send({ uploadId, sha256, bytes }: { uploadId: string; sha256: string; bytes: Uint8Array }): Promise<void> {
    this.calls++;
    const text = gunzipSync(bytes).toString();
    const known = this.uploads.get(uploadId);
    const refusal = this.refusals.shift();
    // What has arrived does not expire.
    if (refusal && !(known && refusal.code === 'upload/expired')) throw Object.assign(new Error(), refusal);
    if (known && known.sha256 !== sha256) throw Object.assign(new Error(), { code: 'upload/conflict' });
    if (known) return Promise.resolve();
    if (text.split('\n').length - 1 > this.largest)
      throw Object.assign(new Error(), { code: 'recording/too-large' });
    this.uploads.set(uploadId, { sha256, state: 'waiting', code: null, text });
    return Promise.resolve();
  }

  status(uploadId: string) {
    const upload = this.uploads.get(uploadId);
    return Promise.resolve(upload && { analyzed: upload.state === 'analyzed', code: upload.code });
  }

  retry(uploadId: string): Promise<void> {
    Object.assign(this.uploads.get(uploadId)!, { state: 'waiting', code: null });
    return Promise.resolve();
  }

  /** Takes up one of the uploads that wait. @param code what it fails with instead */
  work(random: Random, code?: string): void {
    const waiting = [...this.uploads.values()].filter(({ state }) => state === 'waiting');
    const upload = waiting[Math.floor(random() * waiting.length)];
    if (!upload) return;
    if (code !== undefined) {
      Object.assign(upload, { state: 'failed', code });
      return;
    }
    upload.state = 'analyzed';
    this.effects.set(upload.text, (this.effects.get(upload.text) ?? 0) + 1);
    const [envelope, ...lines] = upload.text.split('\n').map((line) => JSON.parse(line) as Line);
    for (const id of envelope!.deletedSamples ?? []) {
      this.#dead.add(id);
      this.samples.delete(id);
    }
    for (const { uuid, startDate, value } of lines)
      if (!this.#dead.has(uuid)) this.samples.set(uuid, `${uuid.split('/')[0]} ${startDate} ${value}`);
  }

  workAll(random: Random): void {
    while ([...this.uploads.values()].some(({ state }) => state === 'waiting')) this.work(random);
  }
}

interface Line {
  uuid: string;
  startDate: string;
  value: number;
  deletedSamples?: string[];
}

export class FakeStore implements SyncStore {
  readonly values = new Map<string, string>();
  get = (key: string) => Promise.resolve(this.values.get(key));
  put = (key: string, value: string) => Promise.resolve(void this.values.set(key, value));
  delete = (key: string) => Promise.resolve(void this.values.delete(key));
  keys = (prefix: string) => Promise.resolve([...this.values.keys()].filter((key) => key.startsWith(prefix)));
}

export class FakeFiles implements SyncFiles {
  readonly contents = new Map<string, Uint8Array>();
  write = (name: string, bytes: Uint8Array) => Promise.resolve(void this.contents.set(name, bytes));
  read = (name: string) => {
    const bytes = this.contents.get(name);
    return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no file ${name}`));
  };
  delete = (name: string) => Promise.resolve(void this.contents.delete(name));
  list = () => Promise.resolve([...this.contents.keys()]);
}

/** 1 June 2026 */
const beginning = Date.UTC(2026, 5, 1);

/** All of it, with a clock that only moves when it is told to. */
export class SyncWorld {
  readonly health: FakeHealthStore;
  readonly server = new FakeServer();
  readonly store = new FakeStore();
  readonly files = new FakeFiles();
  readonly random: Random;
  now = beginning;
  timeZone = 'Europe/Berlin';
  options: SyncOptions = { historyMs: 200 * dayMs, mostSamples: 8, onDoubt: () => true };
  /** Called before and after every call of a port. */
  onStep: () => void = () => undefined;

  constructor(changesInPlace: boolean, random: Random) {
    this.random = random;
    this.health = new FakeHealthStore(changesInPlace);
  }

  /** A process of the app: what is not on the disk is new. */
  start(create: CreateSync) {
    return create(this.ports(), this.options);
  }

  ports(): SyncPorts {
    return {
      source: this.#stepping<HealthSource>(this.health),
      store: this.#stepping<SyncStore>(this.store),
      files: this.#stepping<SyncFiles>(this.files),
      server: this.#stepping<SyncServer>(this.server),
      now: () => this.now,
      timeZone: () => this.timeZone,
      gzip: (bytes) => Promise.resolve(gzipSync(bytes)),
      sha256: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
      random: this.random,
    };
  }

  #stepping<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        const call = member.bind(target) as (...args: unknown[]) => unknown;
        if (name === 'uid') return call;
        return async (...args: unknown[]) => {
          this.onStep();
          const result = await call(...args);
          this.onStep();
          return result;
        };
      },
    });
  }

  /** Runs, waits and works until nothing is left to do. @throws Error where it does not come to an end */
  async finish(create: CreateSync): Promise<void> {
    this.health.locked = false;
    for (let i = 0; i < 300; i++) {
      const sync = this.start(create);
      const { paused, until } = await sync.run();
      this.server.workAll(this.random);
      if (paused === undefined) return;
      if (paused === 'consent') await sync.resume({ includeGap: true });
      this.now = Math.max(this.now + minuteMs, until ?? 0);
    }
    throw new Error('It does not come to an end.');
  }

  /** What the server has and what the phone has, as far as they differ. */
  difference(): { missing: string[]; wrong: string[] } {
    const there = [...this.health.live.values()]
      .flatMap((record) => this.health.recordOf(record).samples.map((sample) => [record, sample] as const))
      .map(([{ id }, sample]) => `${id} ${sample.startDate} ${'value' in sample && sample.value}`)
      .sort();
    const here = [...this.server.samples.values()].sort();
    const minus = (a: string[], b: string[]) => {
      const left = [...b];
      return a.filter((one) => {
        const at = left.indexOf(one);
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      });
    };
    return { missing: minus(there, here), wrong: minus(here, there) };
  }

  /** What happens of itself while the loop runs. */
  live(): void {
    const { random, health, server } = this;
    const roll = random() * 100;
    const someDay = () => beginning - Math.floor(random() * 190) * dayMs - Math.floor(random() * 4) * hourMs;
    if (roll < 2) health.add(this.now - Math.floor(random() * 3) * minuteMs, random);
    else if (roll < 3) health.add(someDay(), random);
    else if (roll < 6) health.change(random);
    else if (roll < 8) health.remove(random);
    else if (roll < 12) server.work(random);
    else if (roll < 12.5) server.work(random, 'recording/missing');
    else if (roll < 13) server.work(random, 'analysis/gave-up');
    else if (roll < 13.5) server.refusals.push({ code: 'service/unavailable' });
    else if (roll < 14) server.refusals.push({ code: 'quota/exceeded', retryAfterS: 60 });
    else if (roll < 14.1) server.refusals.push({ code: 'consent/withdrawn' });
    else if (roll < 14.2) server.refusals.push({ code: 'upload/expired' });
    else if (roll < 14.4) health.locked = !health.locked;
    else if (roll < 14.6) this.timeZone = this.timeZone === 'UTC' ? 'Europe/Berlin' : 'UTC';
    else if (roll < 20) this.now += minuteMs;
  }

  /** A history of 60 records in 190 days, several of them at the same moment. */
  populate(): void {
    for (let i = 0; i < 60; i++) {
      const at = beginning - Math.floor(this.random() * 40) * 5 * dayMs + Math.floor(this.random() * 3);
      this.health.add(at, this.random);
    }
    for (let i = 0; i < 5; i++) this.health.remove(this.random);
    if (this.random() < 0.3) this.server.largest = 3;
  }
}
