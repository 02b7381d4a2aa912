import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { DaySummary } from '../../domain/analysis/day-summary.ts';
import type { PersonState } from '../../domain/person/person-state.ts';
import type { Narrative } from '../../domain/narrative/narrative.ts';
import type { Counters } from '../../domain/upload/quota.ts';
import type { Upload } from '../../domain/upload/upload.ts';
import type { AnalysisRequest, DeadLetter, Person, QuotaSubject, WeekResult } from '../../workflows/ports.ts';
import type { PackedOrigins } from '../week-bytes.ts';

export interface MemoryRecording {
  contentType: string;
  traceparent: string;
  /** Of the upload, where it came over HTTPS. */
  incarnation?: string | undefined;
  body: Buffer;
  /** Which of several that were stored one after the other. */
  version?: string;
  settledAt?: number;
  /** For who goes through all of them; 1970 where it is absent. */
  createdAt?: number;
}

/** The samples of a week, and which uploads brought them. */
export interface MemorySamples {
  bytes: Buffer;
  origins: PackedOrigins;
}

/** What the in-memory ports hold, for whoever runs the workflows without a cloud. Keys are document and object paths. */
export interface MemoryState {
  people: Map<string, Person>;
  personStates: Map<string, PersonState>;
  /** People whose documents a newer release keeps. */
  lifted: Set<string>;
  uploads: Map<string, Upload>;
  recordings: Map<string, MemoryRecording>;
  requests: AnalysisRequest[];
  samples: Map<string, MemorySamples>;
  weeks: Map<string, WeekResult>;
  summaries: Map<string, DaySummary>;
  tombstones: Map<string, string[]>;
  analyses: Map<string, Analysis>;
  /** Which version of the person's samples an analysis knows, and whether it is of the latest week, by its path. */
  analysisVersions: Map<string, { version: number; latest: boolean; traceparent: string }>;
  narratives: Map<string, Narrative>;
  quotas: Map<QuotaSubject, Counters>;
  erasures: Map<string, { begunAt: number; postponedUntil: number }>;
  announcedExports: Set<string>;
  exports: Map<string, { contentType: string; expiresAt: number; body: Buffer }>;
  publishedLetters: DeadLetter[];
  keptLetters: Map<string, { letter: DeadLetter; at: number }>;
}

export function memoryState(): MemoryState {
  return {
    people: new Map(),
    personStates: new Map(),
    lifted: new Set(),
    uploads: new Map(),
    recordings: new Map(),
    requests: [],
    samples: new Map(),
    weeks: new Map(),
    summaries: new Map(),
    tombstones: new Map(),
    analyses: new Map(),
    analysisVersions: new Map(),
    narratives: new Map(),
    quotas: new Map(),
    erasures: new Map(),
    announcedExports: new Set(),
    exports: new Map(),
    publishedLetters: [],
    keptLetters: new Map(),
  };
}
