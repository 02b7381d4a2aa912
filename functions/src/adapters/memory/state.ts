import type { Fields } from '../../contract/stored.ts';
import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { Narrative } from '../../domain/narrative/narrative.ts';
import type { Counters } from '../../domain/upload/quota.ts';
import type { Upload } from '../../domain/upload/upload.ts';
import type { AnalysisRequest, DeadLetter, Person, QuotaSubject } from '../../workflows/ports.ts';
import type { PackedOrigins } from '../day-bytes.ts';

export interface MemoryRecording {
  contentType: string;
  traceparent: string;
  body: Buffer;
  settledAt?: number;
}

/** What the in-memory ports hold, for whoever runs the workflows without a cloud. Keys are document and object paths. */
export interface MemoryState {
  people: Map<string, Person>;
  /** `users/{uid}/private/state`, by path. */
  personStates: Map<string, Fields>;
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
    personStates: new Map(),
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
