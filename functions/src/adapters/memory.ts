import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { keyOfPath, paths } from '../contract/upload.ts';
import type { Analysis } from '../domain/analysis.ts';
import { mergeSamples, type DaySamples } from '../domain/day.ts';
import { Fault } from '../domain/fault.ts';
import type { Sample } from '../domain/sample.ts';
import type { Narrative } from '../domain/narrative.ts';
import { advance, type Upload } from '../domain/upload.ts';
import type {
  Analyses,
  AnalysisRequest,
  Days,
  DeadLetter,
  DeadLetters,
  Narratives,
  Person,
  Ports,
  Quotas,
  Recordings,
  Uploads,
} from '../workflows/ports.ts';
import { packDay, rememberDeletions, unpackDay } from './dayBytes.ts';

/** What the in-memory ports hold, for whoever runs the workflows without a cloud. Keys are document and object paths. */
export interface MemoryState {
  people: Map<string, Person>;
  uploads: Map<string, Upload>;
  recordings: Map<string, { contentType: string; traceparent: string; body: Buffer }>;
  requests: AnalysisRequest[];
  days: Map<string, Map<string, Buffer>>;
  tombstones: Map<string, string[]>;
  analyses: Map<string, Analysis>;
  narratives: Map<string, Narrative>;
  quotas: Map<string, number>;
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
    tombstones: new Map(),
    analyses: new Map(),
    narratives: new Map(),
    quotas: new Map(),
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
  | 'recordings'
  | 'requests'
  | 'deadLetters'
  | 'days'
> {
  return {
    clock: { now: () => Date.now() },
    people: { find: (uid) => Promise.resolve(state.people.get(uid) ?? {}) },
    uploads: memoryUploads(state),
    analyses: memoryAnalyses(state),
    narratives: memoryNarratives(state),
    quotas: memoryQuotas(state),
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

function memoryUploads({ uploads, analyses, narratives, keptLetters }: MemoryState): Uploads {
  return {
    waiting: (status, before, limit) => {
      const since = (upload: Upload): number =>
        status === 'requested' ? upload.requestedAt : upload.storedAt!;
      const waiting = [...uploads]
        .filter(([, upload]) => upload.status === status && since(upload) <= before)
        .sort(([, a], [, b]) => since(a) - since(b));
      return Promise.resolve(
        waiting.slice(0, limit).map(([path, upload]) => ({ key: keyOfPath(path), upload })),
      );
    },
    find: ({ uid, uploadId }) => Promise.resolve(uploads.get(paths.upload(uid, uploadId))),
    open: ({ uid, uploadId }, upload) => {
      const path = paths.upload(uid, uploadId);
      const existing = uploads.get(path);
      if (!existing) uploads.set(path, upload);
      return Promise.resolve({ upload: existing ?? upload, created: !existing });
    },
    advance: async ({ uid, uploadId }, event, outcome = {}) => {
      const path = paths.upload(uid, uploadId);
      const upload = uploads.get(path);
      if (!upload) throw new Fault('upload/not-found');
      const next = advance(upload, event);
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
    take: (uid, name, day, limit) => {
      const path = paths.quota(uid, name, day);
      const used = quotas.get(path) ?? 0;
      if (used < limit) quotas.set(path, used + 1);
      return Promise.resolve(used < limit);
    },
  };
}

function memoryRecordings({ recordings }: MemoryState): Recordings {
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
      return Promise.resolve({ contentType: stored.contentType, body: Readable.from([stored.body]) });
    },
  };
}

/** Bytes that keep nothing but themselves alive: zlib's lie in blocks of 64 KiB. */
function exact(bytes: Buffer): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}

function memoryDeadLetters({ publishedLetters, keptLetters }: MemoryState): DeadLetters {
  return {
    publish: (letter) => {
      publishedLetters.push(letter);
      return Promise.resolve();
    },
    keep: (letter, at) => {
      keptLetters.set(paths.deadLetter(letter.uid, letter.uploadId), { letter, at });
      return Promise.resolve();
    },
    list: (limit) => Promise.resolve([...keptLetters.values()].sort((a, b) => a.at - b.at).slice(0, limit)),
  };
}

function memoryDays({ days, tombstones }: MemoryState): Days {
  const stored = (uid: string): Map<string, Buffer> => {
    const mine = days.get(uid) ?? new Map<string, Buffer>();
    days.set(uid, mine);
    return mine;
  };
  const unpack = (uid: string, day: string): DaySamples => {
    const bytes = stored(uid).get(day);
    return bytes ? unpackDay(day, bytes) : { day, samples: [] };
  };
  const store = (uid: string, day: string, samples: Sample[]): void => {
    if (samples.length > 0) stored(uid).set(day, exact(packDay({ day, samples })));
    // A day without samples is no day: it would push a measured one out of the latest ones.
    else stored(uid).delete(day);
  };
  return {
    merge: (uid, batch, deletions) =>
      Promise.try(() => {
        const deleted = rememberDeletions(tombstones.get(uid) ?? [], deletions);
        tombstones.set(uid, deleted);
        const gone = new Set(deleted);
        const keep = (day: string, samples: readonly Sample[]): void => {
          store(uid, day, mergeSamples(unpack(uid, day).samples, samples, gone));
        };
        for (const { day, samples } of batch) keep(day, samples);
        if (deletions.length > 0) for (const day of stored(uid).keys()) keep(day, []);
      }),
    latest: (uid, count) =>
      Promise.resolve(
        [...stored(uid).keys()]
          .sort()
          .slice(-count)
          .map((day) => unpack(uid, day)),
      ),
    between: (uid, first, last) =>
      Promise.resolve(
        [...stored(uid).keys()]
          .filter((day) => day >= first && day <= last)
          .sort()
          .map((day) => unpack(uid, day)),
      ),
  };
}
