import { readEnvelope, type RecordingEnvelope } from '../contract/recording.ts';
import { Fault, type Issue } from '../domain/fault.ts';
import { isObject, kindOf } from '../domain/json.ts';
import { isTimeZone } from '../domain/local-time.ts';
import { readSample, sampleId, type Sample, type SampleContext } from '../domain/samples/sample.ts';
import { decompressed } from './gzip.ts';
import { jsonPieces, notJson } from './json.ts';
import { inTurns, limited } from './limits.ts';
import { ndjsonPieces } from './ndjson.ts';
import { camelEnvelope, snakePointer, writesSnakeCase } from './snake-case.ts';

export interface ReadOptions {
  contentType: string;
  /** When it was received, ms: samples from later on are refused. */
  receivedAt: number;
  /** Largest size after decompression. */
  maxBytes: number;
  /**
   * Called once, before any sample: refuses the recording by throwing, and gives the time zone of samples when
   * neither they nor the recording name one.
   */
  onEnvelope: (envelope: RecordingEnvelope) => Promise<string | undefined>;
  /** Called with the valid samples, in batches that bound the memory. */
  onSamples?: (samples: Sample[]) => Promise<unknown> | void;
}

/** What a recording holds, without its samples. */
export interface ReadRecording {
  envelope: RecordingEnvelope;
  processedSamples: number;
  skippedSamples: number;
  refusedSamples: number;
  /** The first problems, at most `mostIssues`. */
  issues: Issue[];
  /** Identities of deleted samples. */
  deleted: string[];
  /** Whether the client writes its keys in snake_case and expects answers so. */
  snakeCase: boolean;
}

export const mostIssues = 20;
/** A recording with more refused samples than this was never one; looking at all of them would take minutes. */
const mostRefused = 1_000_000;
const batchSamples = 20_000;

/** The bytes of a recording as they were sent, from their beginning each time: JSON is read twice, NDJSON once. */
export type RecordingSource = () => AsyncIterable<Uint8Array>;

/**
 * Reads a recording of either format, gzip-encoded or not, validating as it goes, in memory that does not grow with it. A
 * sample that cannot be used is reported and left out; the good ones beside it are kept.
 *
 * @throws Fault `recording/...` when the recording as a whole cannot be used; errors of the stream itself as they are
 */
export async function readRecording(source: RecordingSource, options: ReadOptions): Promise<ReadRecording> {
  const open = () => inTurns(limited(decompressed(source()), options.maxBytes));
  const pieces = options.contentType === 'application/x-ndjson' ? ndjsonPieces(open()) : jsonPieces(open);
  try {
    const first = await pieces.next();
    if (first.done) throw new Fault('recording/empty');
    const [raw] = first.value;
    const reading = envelopeOf(raw);
    const fallback = await options.onEnvelope(reading.envelope);
    const context = { timeZone: timeZoneOf(reading, fallback), receivedAt: options.receivedAt };
    await readSamples(pieces, context, reading, options.onSamples);
    requireContent(reading);
    return reading;
  } finally {
    // The body is closed also where the envelope was refused.
    await pieces.return(undefined);
  }
}

/** The envelope, with nothing read of its samples yet. @throws Fault `recording/invalid` */
function envelopeOf(raw: unknown): ReadRecording {
  if (!isObject(raw)) {
    const issue = { pointer: '', expected: 'an object', received: kindOf(raw) };
    throw new Fault('recording/invalid', { issues: [issue] });
  }
  const snakeCase = writesSnakeCase(raw);
  const read = readEnvelope(camelEnvelope(raw));
  if ('issues' in read) {
    const issues = read.issues.slice(0, mostIssues).map((issue) => asSent(issue, snakeCase));
    throw new Fault('recording/invalid', { issues });
  }
  const { envelope } = read;
  const deleted = envelope.deletedSamples.map(sampleId);
  const counts = { processedSamples: 0, skippedSamples: 0, refusedSamples: 0 };
  return { envelope, ...counts, issues: [], deleted, snakeCase };
}

/** The zone of samples that name none, or undefined; one of the device that does not exist is reported. */
function timeZoneOf(reading: ReadRecording, fallback: string | undefined): string | undefined {
  const sent = reading.envelope.deviceInfo?.timeZone;
  const named = sent === 'Z' ? 'UTC' : sent;
  if (named !== undefined && !isTimeZone(named)) {
    report(reading, {
      pointer: '/deviceInfo/timeZone',
      expected: 'an IANA time zone',
      received: 'another name',
    });
  }
  // A zone that is named but unknown is not replaced by another one: samples that name their own do not need it.
  const timeZone = named ?? fallback;
  return timeZone !== undefined && isTimeZone(timeZone) ? timeZone : undefined;
}

/** The sample with its zone as one, if it names any: Health Connect writes the offset of UTC as ISO 8601 does. */
function withZone(raw: unknown): unknown {
  if (!isObject(raw) || !isObject(raw.metadata) || raw.metadata.HKTimeZone !== 'Z') return raw;
  return { ...raw, metadata: { ...raw.metadata, HKTimeZone: 'UTC' } };
}

/** Reads the samples, numbered from 0 in either format, and counts them in `reading`. */
async function readSamples(
  pieces: AsyncIterable<Iterable<unknown>>,
  context: SampleContext,
  reading: ReadRecording,
  onSamples: ReadOptions['onSamples'],
): Promise<void> {
  let batch: Sample[] = [];
  let index = 0;
  for await (const piece of pieces) {
    for (const raw of piece) {
      const sample = sampleAt(index, raw, context, reading);
      index++;
      if (!sample) continue;
      reading.processedSamples++;
      if (batch.push(sample) < batchSamples) continue;
      await onSamples?.(batch);
      batch = [];
    }
  }
  if (batch.length > 0) await onSamples?.(batch);
}

/** The sample, or undefined for one that is skipped or refused. */
function sampleAt(
  index: number,
  raw: unknown,
  context: SampleContext,
  reading: ReadRecording,
): Sample | undefined {
  const pointer = `/samples/${index}`;
  if (raw === notJson) {
    refuse(reading, { pointer, expected: 'a line of JSON', received: 'another text' });
    return undefined;
  }
  if (index === 0) reading.snakeCase ||= isObject(raw) && 'sample_type' in raw;
  const sample = readSample(withZone(raw), '', context);
  if (sample === undefined) reading.skippedSamples++;
  else if ('pointer' in sample) refuse(reading, { ...sample, pointer: `${pointer}${sample.pointer}` });
  else return sample;
  return undefined;
}

function refuse(reading: ReadRecording, issue: Issue): void {
  report(reading, issue);
  if (++reading.refusedSamples > mostRefused)
    throw new Fault('recording/invalid', { issues: reading.issues });
}

function report({ issues, snakeCase }: ReadRecording, issue: Issue): void {
  if (issues.length < mostIssues) issues.push(asSent(issue, snakeCase));
}

/** Pointers lead into what was sent, so they are in its spelling. */
function asSent(issue: Issue, snakeCase: boolean): Issue {
  return snakeCase ? { ...issue, pointer: snakePointer(issue.pointer) } : issue;
}

/** @throws Fault `recording/no-samples`, `recording/no-valid-samples` */
function requireContent(reading: ReadRecording): void {
  const { processedSamples, skippedSamples, refusedSamples, deleted, issues } = reading;
  if (processedSamples + skippedSamples + refusedSamples + deleted.length === 0)
    throw new Fault('recording/no-samples');
  if (processedSamples === 0 && refusedSamples > 0 && deleted.length === 0)
    throw new Fault('recording/no-valid-samples', { issues });
}
