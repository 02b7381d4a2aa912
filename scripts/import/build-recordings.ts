import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { packSamples } from '../../functions/src/adapters/week-bytes.ts';
import type { Recording, RecordingSample } from '../../functions/src/contract/recording.ts';
import { compareSamples } from '../../functions/src/domain/samples/order.ts';
import { dayOf, localDayNumber } from '../../functions/src/domain/local-time.ts';
import { readSample, type Sample } from '../../functions/src/domain/samples/sample.ts';
import type { Collected, Spooled } from './collect.ts';
import type { ExportedSource } from './exported-sample.ts';
import type { Spool } from './spool.ts';

/** One recording, written to a file as it will be sent: NDJSON, gzip-encoded. */
export interface BuiltRecording {
  /** The same for the same samples, whoever sends them and however often. */
  uploadId: string;
  file: string;
  sizeBytes: number;
  sha256: string;
  firstDay: string;
  lastDay: string;
  samples: number;
}

export interface Built {
  recordings: BuiltRecording[];
  /** Samples that will be sent, by type. */
  kinds: Map<string, { count: number; firstDay: string; lastDay: string }>;
  /** Samples that came more than once. */
  repeated: number;
  /** Samples that the product would refuse, by the reason. */
  refused: Map<string, number>;
  /** Days that hold more samples than the product keeps, with their number. */
  tooFull: { day: string; samples: number }[];
}

/**
 * A month of a watch has 90,000 samples, 30 MB as NDJSON; half of that keeps an upload far from every limit of the
 * contract, and its analysis short.
 */
export const mostSamples = 45_000;
/** A day with fewer fits as it is: 38 bytes each, before compression (adapters/day-codec.ts), of a million. */
const alwaysFits = 20_000;
/** So many bytes of each day of a week are kept. */
const mostDayBytes = 1_000_000;

interface Entry {
  sample: Sample;
  line: string;
}

/**
 * Builds the recordings of a spooled export: day by day, so that three days and one recording are in memory.
 *
 * Each sample goes through the product's own reading first: what it would refuse, or hold for the same sample, is left
 * out here and counted. A recording ends with a calendar month, or earlier when it is full.
 *
 * @param folder for the files
 * @param onDay called with how many of the days are done
 */
export async function buildRecordings(
  spool: Spool,
  { sources }: Pick<Collected, 'sources'>,
  options: {
    folder: string;
    timeZone: string;
    now: number;
    onDay?: (done: number, all: number) => Promise<void> | void;
  },
): Promise<Built> {
  const { folder, timeZone, now, onDay } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const revisions = revisionsOf(sources);
  const built: Built = { recordings: [], kinds: new Map(), repeated: 0, refused: new Map(), tooFull: [] };
  const writer = recordingWriter(folder, timeZone, built.recordings);

  const open = new Map<number, Map<string, Entry>>();
  const close = (before: number): void => {
    for (const day of [...open.keys()].filter((number) => number < before).sort((a, b) => a - b)) {
      closeDay(dayOf(day), [...open.get(day)!.values()], built, writer);
      open.delete(day);
    }
  };
  const add = (line: string): void => {
    const [found, place] = JSON.parse(line) as Spooled;
    const raw: RecordingSample = { ...found, sourceRevision: revisions[place]! };
    const sample = readSample(raw, '', { timeZone, receivedAt: now });
    if (sample === undefined) throw new RangeError(`${found.sampleType} is no type of the product`);
    if ('pointer' in sample) {
      const reason = `${found.sampleType}: ${sample.pointer.slice(1)} should be ${sample.expected}`;
      built.refused.set(reason, (built.refused.get(reason) ?? 0) + 1);
      return;
    }
    const number = localDayNumber(sample.timeZone, sample.start);
    const day = open.get(number) ?? new Map<string, Entry>();
    open.set(number, day);
    const entry = { sample, line: JSON.stringify(raw) };
    const known = day.get(sample.id);
    if (known) built.repeated++;
    // Of two under one identity the same one every time, in whatever order they come.
    if (!known || entry.line < known.line) day.set(sample.id, entry);
  };

  const days = spool.days();
  for (const [index, day] of days.entries()) {
    // Local days reach half a day into their neighbours in UTC.
    close(day - 1);
    for (const line of spool.read(day)) add(line);
    await onDay?.(index + 1, days.length);
  }
  close(Infinity);
  writer.end();
  for (const day of spool.overfull()) built.tooFull.push({ day: dayOf(day), samples: Infinity });
  return built;
}

function closeDay(
  day: string,
  entries: Entry[],
  built: Built,
  writer: ReturnType<typeof recordingWriter>,
): void {
  entries.sort((a, b) => compareSamples(a.sample, b.sample));
  if (!fits(day, entries)) {
    built.tooFull.push({ day, samples: entries.length });
    return;
  }
  writer.day(
    day,
    entries.map(({ line }) => line),
  );
  for (const { sample } of entries) {
    const kind = built.kinds.get(sample.type);
    if (kind) {
      kind.count++;
      kind.lastDay = day;
    } else built.kinds.set(sample.type, { count: 1, firstDay: day, lastDay: day });
  }
}

function fits(day: string, entries: readonly Entry[]): boolean {
  if (entries.length < alwaysFits) return true;
  const bytes = packSamples(
    day,
    entries.map(({ sample }) => sample),
  );
  return bytes.length <= mostDayBytes;
}

/** Writes days, which come in order, as recordings. */
function recordingWriter(folder: string, timeZone: string, recordings: BuiltRecording[]) {
  const head: Omit<Recording, 'samples'> = { schemaVersion: 1, deviceInfo: { timeZone } };
  let lines: string[] = [];
  let firstDay = '';
  let lastDay = '';

  const end = (): void => {
    if (lines.length === 0) return;
    const bytes = gzipSync([JSON.stringify(head), ...lines, ''].join('\n'));
    const sha256 = hash('sha256', bytes, 'hex');
    const file = path.join(folder, `${firstDay}.ndjson.gz`);
    writeFileSync(file, bytes, { mode: 0o600 });
    recordings.push({
      uploadId: uploadIdOf(firstDay, lastDay, sha256),
      file,
      sizeBytes: bytes.length,
      sha256,
      firstDay,
      lastDay,
      samples: lines.length,
    });
    lines = [];
  };
  return {
    day(day: string, added: readonly string[]): void {
      if (day.slice(0, 7) !== lastDay.slice(0, 7) || lines.length + added.length > mostSamples) end();
      if (lines.length === 0) firstDay = day;
      lastDay = day;
      for (const line of added) lines.push(line);
    },
    end,
  };
}

/** Of the bytes, because the server refuses other bytes under one id; nothing of the account is in it. */
function uploadIdOf(firstDay: string, lastDay: string, sha256: string): string {
  const hashed = hash('sha256', `${firstDay}/${lastDay}/${sha256}`, 'base64url');
  return `import-${firstDay}-${hashed.slice(0, 24)}`;
}

type Revision = NonNullable<RecordingSample['sourceRevision']>;

/**
 * Sources in the words of the contract. An export has no bundle identifiers: a hash of the name tells sources apart
 * without telling what a person called their watch. Some samples name no device (resting heart rate, often): they get
 * the family of the devices of the same name, where that is only one.
 */
function revisionsOf(sources: readonly ExportedSource[]): Revision[] {
  const families = new Map<string, Set<string>>();
  for (const { name, hardware } of sources) {
    const family = familyOf(hardware);
    if (family) families.set(name, (families.get(name) ?? new Set()).add(family));
  }
  return sources.map(({ name, version, hardware }) => {
    const known = families.get(name);
    const family = known?.size === 1 ? [...known][0]! : '';
    const productType = hardware || family;
    return {
      source: { bundleIdentifier: `export.${hash('sha256', name, 'hex').slice(0, 16)}` },
      ...(version && { version }),
      ...(productType && { productType }),
    };
  });
}

function familyOf(hardware: string): string | undefined {
  return /^(Watch|iPhone|iPad|iPod)/.exec(hardware)?.[1];
}
