import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { DaySamples } from '../../domain/samples/day.ts';
import { Fault } from '../../domain/fault.ts';
import { forgetUpload, mergeTraced, type TracedDay } from '../../domain/samples/origins.ts';
import { charge, type Counters } from '../../domain/upload/quota.ts';
import type { Sample } from '../../domain/samples/sample.ts';
import type { Narrative } from '../../domain/narrative/narrative.ts';
import { advance, type Upload } from '../../domain/upload/upload.ts';
import type {
  Analyses,
  AnalysisRequest,
  Days,
  DeadLetter,
  DeadLetters,
  Erasures,
  Exports,
  Narratives,
  People,
  Person,
  PersonalDocument,
  Ports,
  Quotas,
  QuotaSubject,
  Recordings,
  Uploads,
} from '../../workflows/ports.ts';
import {
  packTracedDay,
  rememberDeletions,
  unpackDay,
  unpackOrigins,
  type PackedOrigins,
} from '../day-bytes.ts';

interface MemoryRecording {
  contentType: string;
  traceparent: string;
  body: Buffer;
  settledAt?: number;
}

/** What the in-memory ports hold, for whoever runs the workflows without a cloud. Keys are document and object paths. */
export interface MemoryState {
  people: Map<string, Person>;
  uploads: Map<string, Upload>;
  recordings: Map<string, MemoryRecording>;
  requests: AnalysisRequest[];
  days: Map<string, Map<string, Buffer>>;
  /** Which uploads brought the samples of a day, by the day's path. */
  origins: Map<string, PackedOrigins>;
  tombstones: Map<string, string[]>;
  analyses: Map<string, Analysis>;
  narratives: Map<string, Narrative>;
  quotas: Map<QuotaSubject, Counters>;
  erasures: Map<string, number>;
  announcedExports: Set<string>;
  exports: Map<string, { contentType: string; expiresAt: number; body: Buffer }>;
  publishedLetters: DeadLetter[];
  keptLetters: Map<string, { letter: DeadLetter; at: number }>;
}

export function memoryState(): MemoryState {
  return {
    people: new Map(),
    uploads: new Map(),
    recordings: new Map(),
    requests: [],
    days: new Map(),
    origins: new Map(),
    tombstones: new Map(),
    analyses: new Map(),
    narratives: new Map(),
    quotas: new Map(),
    erasures: new Map(),
    announcedExports: new Set(),
    exports: new Map(),
    publishedLetters: [],
    keptLetters: new Map(),
  };
}

/** The ports that keep their state in memory; models, narrator and tokens come from elsewhere. */
export function memoryPorts(
  state: MemoryState = memoryState(),
): Pick<
  Ports,
  | 'clock'
  | 'people'
  | 'uploads'
  | 'analyses'
  | 'narratives'
  | 'quotas'
  | 'erasures'
  | 'exports'
  | 'recordings'
  | 'requests'
  | 'deadLetters'
  | 'days'
> {
  return {
    clock: { now: () => Date.now() },
    people: memoryPeople(state),
    uploads: memoryUploads(state),
    analyses: memoryAnalyses(state),
    narratives: memoryNarratives(state),
    quotas: memoryQuotas(state),
    erasures: memoryErasures(state),
    exports: memoryExports(state),
    recordings: memoryRecordings(state),
    requests: {
      publish: (request) => {
        state.requests.push(request);
        return Promise.resolve();
      },
    },
    deadLetters: memoryDeadLetters(state),
    days: memoryDays(state),
  };
}

function memoryUploads({ uploads, analyses, narratives, keptLetters, erasures }: MemoryState): Uploads {
  return {
    waiting: (status, before, limit) => {
      const since = (upload: Upload): number =>
        status === 'requested' || status === 'deleting' ? upload.requestedAt : upload.storedAt!;
      const waiting = [...uploads]
        .filter(([, upload]) => upload.status === status && since(upload) <= before)
        .sort(([, a], [, b]) => since(a) - since(b));
      return Promise.resolve(
        waiting.slice(0, limit).map(([path, upload]) => ({ key: keyOfPath(path), upload })),
      );
    },
    find: ({ uid, uploadId }) => Promise.resolve(uploads.get(paths.upload(uid, uploadId))),
    open: ({ uid, uploadId }, upload) => {
      if (erasures.has(uid)) return Promise.reject(new Fault('person/erasing'));
      const path = paths.upload(uid, uploadId);
      const existing = uploads.get(path);
      if (!existing) uploads.set(path, upload);
      return Promise.resolve({ upload: existing ?? upload, created: !existing });
    },
    advance: async ({ uid, uploadId }, event, outcome = {}, { before } = {}) => {
      const path = paths.upload(uid, uploadId);
      const move = (): Upload => {
        const upload = uploads.get(path);
        if (!upload) throw new Fault('upload/not-found');
        return advance(upload, event);
      };
      if (before && move() !== uploads.get(path)) await before();
      // Somebody may have moved it meanwhile.
      const next = move();
      if (next === uploads.get(path)) return next;
      uploads.set(path, next);
      if (outcome.analysis) {
        const at = paths.analysis(uid, uploadId);
        // Kept in the order of writing, also when one is written again.
        analyses.delete(at);
        analyses.set(at, outcome.analysis);
      }
      if (outcome.narrative) narratives.set(paths.narrative(uid, uploadId), outcome.narrative);
      if (event.kind === 'retried') keptLetters.delete(paths.deadLetter(uid, uploadId));
      return Promise.resolve(next);
    },
    remove: ({ uid, uploadId }) => {
      analyses.delete(paths.analysis(uid, uploadId));
      narratives.delete(paths.narrative(uid, uploadId));
      keptLetters.delete(paths.deadLetter(uid, uploadId));
      uploads.delete(paths.upload(uid, uploadId));
      return Promise.resolve();
    },
  };
}

/** Where each kind of document of a person is kept, by its path. */
function documentsByPath(state: MemoryState): Map<string, unknown>[] {
  return [state.uploads, state.analyses, state.narratives, state.keptLetters];
}

function memoryPeople(state: MemoryState): People {
  return {
    find: (uid) => Promise.resolve(state.people.get(uid) ?? {}),
    documents: (uid) => {
      const root = `${paths.person(uid)}/`;
      const documents: PersonalDocument[] = [];
      const add = (path: string, fields: object): void => {
        documents.push({ path: path.slice(root.length), fields: fields as Record<string, unknown> });
      };
      const person = state.people.get(uid);
      if (person) add('', person);
      for (const kind of documentsByPath(state)) {
        for (const [path, fields] of kind) if (path.startsWith(root)) add(path, fields as object);
      }
      for (const [day, bytes] of state.days.get(uid) ?? []) add(paths.day(uid, day), unpackDay(day, bytes));
      const ids = state.tombstones.get(uid);
      if (ids) add(paths.tombstones(uid), { ids });
      for (const path of state.announcedExports) if (path.startsWith(root)) add(path, {});
      return Promise.resolve(Readable.from(documents));
    },
  };
}

function memoryErasures(state: MemoryState): Erasures {
  const { erasures } = state;
  return {
    begin: (uid, at) => {
      if (!erasures.has(uid)) erasures.set(uid, at);
      return Promise.resolve();
    },
    unfinished: (limit) =>
      Promise.resolve(
        [...erasures]
          .sort(([, a], [, b]) => a - b)
          .slice(0, limit)
          .map(([uid]) => uid),
      ),
    removeDocuments: (uid) => {
      const root = `${paths.person(uid)}/`;
      for (const kind of [...documentsByPath(state), state.origins, state.announcedExports]) {
        for (const path of [...kind.keys()]) if (path.startsWith(root)) kind.delete(path);
      }
      state.days.delete(uid);
      state.tombstones.delete(uid);
      state.people.delete(uid);
      return Promise.resolve();
    },
    end: (uid) => {
      erasures.delete(uid);
      return Promise.resolve();
    },
  };
}

function memoryExports({ exports, announcedExports, erasures }: MemoryState): Exports {
  return {
    announce: (uid, name) => {
      if (erasures.has(uid)) return Promise.reject(new Fault('person/erasing'));
      announcedExports.add(paths.announcedExport(uid, name));
      return Promise.resolve();
    },
    announced: (uid, name) => Promise.resolve(announcedExports.has(paths.announcedExport(uid, name))),
    write: async (uid, name, about, body) => {
      const path = paths.export(uid, name);
      exports.set(path, { ...about, body: await buffer(Readable.from(body)) });
      return path;
    },
    remove: (uid, name) => {
      exports.delete(paths.export(uid, name));
      return Promise.resolve();
    },
    removeAll: (uid) => {
      for (const path of [...exports.keys()]) if (path.startsWith(paths.exports(uid))) exports.delete(path);
      return Promise.resolve();
    },
  };
}

function memoryAnalyses({ analyses }: MemoryState): Analyses {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(analyses.get(paths.analysis(uid, uploadId))),
    latest: (uid) => {
      const written = [...analyses].filter(([path]) => path.startsWith(`${paths.analyses(uid)}/`));
      const last = written.at(-1);
      return Promise.resolve(last && { uploadId: keyOfPath(last[0]).uploadId, analysis: last[1] });
    },
    latestBefore: (uid, instant) =>
      Promise.resolve(
        [...analyses]
          .filter(([path, { window }]) => path.startsWith(`${paths.analyses(uid)}/`) && window.end <= instant)
          .map(([, analysis]) => analysis)
          .sort((a, b) => (a.window.end < b.window.end ? 1 : -1))[0],
      ),
  };
}

function memoryNarratives({ narratives }: MemoryState): Narratives {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(narratives.get(paths.narrative(uid, uploadId))),
    replaceable: (limit) =>
      Promise.resolve(
        [...narratives]
          .filter(([, narrative]) => narrative.replaceable)
          .slice(0, limit)
          .map(([path]) => keyOfPath(path)),
      ),
  };
}

function memoryQuotas({ quotas }: MemoryState): Quotas {
  return {
    take: (charges, now) =>
      Promise.try(() => {
        const charged = charges.map(({ subject, amounts }) => ({
          subject,
          outcome: charge(quotas.get(subject) ?? {}, amounts, now),
        }));
        for (const { outcome } of charged) {
          if ('retryAfterS' in outcome) throw new Fault('quota/exceeded', outcome);
        }
        for (const { subject, outcome } of charged) {
          if ('counters' in outcome) quotas.set(subject, outcome.counters);
        }
      }),
  };
}

function memoryRecordings({ recordings }: MemoryState): Recordings {
  const stored = (uid: string): string[] =>
    [...recordings.keys()].filter((path) => path.startsWith(paths.recordings(uid)));
  return {
    create: async ({ uid, uploadId }, body, { contentType, traceparent }) => {
      const path = paths.recording(uid, uploadId);
      const bytes = await buffer(Readable.from([body]));
      if (recordings.has(path)) return false;
      recordings.set(path, { contentType, traceparent, body: bytes });
      return true;
    },
    exists: ({ uid, uploadId }) => Promise.resolve(recordings.has(paths.recording(uid, uploadId))),
    open: ({ uid, uploadId }) => {
      const stored = recordings.get(paths.recording(uid, uploadId));
      if (!stored) return Promise.reject(new Fault('recording/missing'));
      const { contentType, settledAt } = stored;
      const body = Readable.from([stored.body]);
      return Promise.resolve({ contentType, settled: settledAt !== undefined, body });
    },
    settle: ({ uid, uploadId }, at) => {
      const stored = recordings.get(paths.recording(uid, uploadId));
      if (!stored) return Promise.reject(new Fault('recording/missing'));
      stored.settledAt = at;
      return Promise.resolve();
    },
    remove: ({ uid, uploadId }) => {
      recordings.delete(paths.recording(uid, uploadId));
      return Promise.resolve();
    },
    list: (uid) => Promise.resolve(stored(uid).map((path) => path.slice(paths.recordings(uid).length))),
    removeAll: (uid) => {
      for (const path of stored(uid)) recordings.delete(path);
      return Promise.resolve();
    },
  };
}

/** Bytes that keep nothing but themselves alive: zlib's lie in blocks of 64 KiB. */
function exact(bytes: Buffer): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}

function memoryDeadLetters({ publishedLetters, keptLetters, uploads }: MemoryState): DeadLetters {
  return {
    publish: (letter) => {
      publishedLetters.push(letter);
      return Promise.resolve();
    },
    keep: (letter, at) => {
      const { uid, uploadId } = letter;
      if (uploads.has(paths.upload(uid, uploadId))) {
        keptLetters.set(paths.deadLetter(uid, uploadId), { letter, at });
      }
      return Promise.resolve();
    },
    list: (limit) => Promise.resolve([...keptLetters.values()].sort((a, b) => a.at - b.at).slice(0, limit)),
  };
}

function memoryDays({ days, origins, tombstones, uploads }: MemoryState): Days {
  const stored = (uid: string): Map<string, Buffer> => {
    const mine = days.get(uid) ?? new Map<string, Buffer>();
    days.set(uid, mine);
    return mine;
  };
  const unpack = (uid: string, day: string): TracedDay => {
    const bytes = stored(uid).get(day);
    if (!bytes) return { samples: [], origins: [] };
    const { samples } = unpackDay(day, bytes);
    return { samples, origins: unpackOrigins(origins.get(paths.day(uid, day))!) };
  };
  const store = (uid: string, day: string, traced: TracedDay): void => {
    // A day without samples is no day: it would push a measured one out of the latest ones.
    if (traced.samples.length === 0) {
      stored(uid).delete(day);
      origins.delete(paths.day(uid, day));
      return;
    }
    const packed = packTracedDay(day, traced);
    stored(uid).set(day, exact(packed.bytes));
    origins.set(paths.day(uid, day), { ...packed.origins, bytes: exact(packed.origins.bytes) });
  };
  return {
    merge: ({ uid, uploadId }, batch, deletions) =>
      Promise.try(() => {
        const upload = uploads.get(paths.upload(uid, uploadId));
        if (!upload || upload.status === 'deleting') throw new Fault('upload/not-found');
        const deleted = rememberDeletions(tombstones.get(uid) ?? [], deletions);
        tombstones.set(uid, deleted);
        const gone = new Set(deleted);
        const keep = (day: string, samples: readonly Sample[]): DaySamples => {
          const merged = mergeTraced(unpack(uid, day), uploadId, samples, gone);
          store(uid, day, merged);
          return { day, samples: merged.samples };
        };
        const merged = batch.map(({ day, samples }) => keep(day, samples));
        if (deletions.length > 0) for (const day of stored(uid).keys()) keep(day, []);
        return merged.filter(({ samples }) => samples.length > 0);
      }),
    forget: ({ uid, uploadId }) => {
      for (const day of [...stored(uid).keys()]) {
        if (!origins.get(paths.day(uid, day))!.uploads.includes(uploadId)) continue;
        store(uid, day, forgetUpload(unpack(uid, day), uploadId));
      }
      return Promise.resolve();
    },
    latest: (uid, count) =>
      Promise.resolve(
        [...stored(uid)]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(-count)
          .map(([day, bytes]) => unpackDay(day, bytes)),
      ),
    between: (uid, first, last) =>
      Promise.resolve(
        [...stored(uid)]
          .filter(([day]) => day >= first && day <= last)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([day, bytes]) => unpackDay(day, bytes)),
      ),
  };
}
