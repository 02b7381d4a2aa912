import type { Issue } from '../src/domain/fault.ts';
import type { HealthSample } from './sample-table.ts';

/** What `sync` needs of the phone and of the server. Every function may fail; what it throws ends the run, and the next goes on. */
export interface SyncPorts {
  source: HealthSource;
  store: SyncStore;
  files: SyncFiles;
  server: SyncServer;
  /** ms since 1970 */
  now(): number;
  /** The zone of the phone now, IANA. */
  timeZone(): string;
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  /** In hexadecimal, small letters. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** From 0 to 1: spreads what many phones try again. */
  random(): number;
  /** Runs one at a time, where an app has several processes or tabs: `navigator.locks` for example. */
  lock?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** A thing of the health store: a sample of HealthKit, or a record of Health Connect, which may be many samples. */
export interface SourceRecord {
  id: string;
  /** Its beginning, ms. */
  at: number;
  samples: HealthSample[];
}

export interface ChangesPage {
  records: SourceRecord[];
  /** Ids of records. */
  deleted: string[];
  /** What to go on from. */
  anchor: string;
  /** Whether there is nothing behind it now. A page that is not full is no sign of that. */
  end: boolean;
}

/** A health store in lanes: what has an anchor of its own, one type mostly. */
export interface HealthSource {
  lanes: readonly string[];
  /** Whether a record may become another under its id, so that what was sent of it must be known. */
  changesInPlace: boolean;
  /**
   * What happened after `anchor`; undefined: from the beginning, or from now where the store has no history of changes.
   *
   * @throws HealthStoreError
   */
  changes(lane: string, anchor: string | undefined, limit: number): Promise<ChangesPage>;
  /**
   * The newest records that begin within [from, to), ms, at most `limit`; `complete`: these are all. Others that only
   * reach into it do no harm.
   *
   * @throws HealthStoreError
   */
  window(
    lane: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<{ records: SourceRecord[]; complete: boolean }>;
}

/**
 * locked: the phone is. anchor-expired: the anchor or token is no longer good. permission: the person has not allowed
 * this lane, or no longer. busy: too many calls.
 */
export type HealthStoreReason = 'locked' | 'anchor-expired' | 'permission' | 'busy';

/** What a health store refuses. */
export class HealthStoreError extends Error {
  override readonly name = 'HealthStoreError';
  readonly reason: HealthStoreReason;

  constructor(reason: HealthStoreReason, cause?: unknown) {
    super(`The health store refuses: ${reason}.`, { cause });
    this.reason = reason;
  }
}

/** Small texts by key. A key is written whole or not at all; nothing is asked of two of them. */
export interface SyncStore {
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** The keys that begin with `prefix`, in any order. */
  keys(prefix: string): Promise<string[]>;
}

/** Bytes by name, in a folder that is the sync's own and that the system does not empty. */
export interface SyncFiles {
  write(name: string, bytes: Uint8Array): Promise<void>;
  read(name: string): Promise<Uint8Array>;
  /** Harmless where there is none. */
  delete(name: string): Promise<void>;
  list(): Promise<string[]>;
}

export interface SyncServer {
  /** Who is signed in. */
  uid(): string;
  /**
   * Resolves once the server has the recording for good. The same id with the same bytes is the same upload.
   *
   * @throws an error with `code`, and `retryAfterS` or `issues` where there are any: ClientError
   */
  send(row: { uploadId: string; sha256: string; bytes: Uint8Array }): Promise<void>;
  /** What has become of it; undefined: it was deleted. `code`: why it failed. */
  status(uploadId: string): Promise<{ analyzed: boolean; code: string | null } | undefined>;
  /** Takes a failed upload up again. */
  retry(uploadId: string): Promise<void>;
}

/** A recording that the server will never take. Its bytes leave the outbox once the app has been told. */
export interface Refused {
  uploadId: string;
  code: string;
  issues: readonly Issue[];
  bytes: Uint8Array;
}

/** Many samples are missing where they were: deleted by the person, or merely not readable any more. */
export interface Doubt {
  lane: string;
  /** ms */
  from: number;
  to: number;
  known: number;
  missing: number;
}
