import { randomInt } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { readEnvelope, type RecordingEnvelope } from '../contract/recording.ts';
import { maxJsonBytes } from '../contract/upload.ts';
import { Fault, type Issue } from '../domain/fault.ts';
import { isTimeZone } from '../domain/local-time.ts';
import { isObject } from '../domain/json.ts';
import { readSample, sampleId, type Sample, type SampleContext } from '../domain/samples/sample.ts';

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
  /** Called with the valid samples, in batches that bound the memory of large NDJSON recordings. */
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

/**
 * Reads a recording of either format, gzip-encoded or not, validating as it goes. A sample that cannot be used is
 * reported and left out; the good ones beside it are kept.
 *
 * @throws Fault `recording/...` when the recording as a whole cannot be used; errors of the stream itself as they are
 */
export async function readRecording(
  body: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadRecording> {
  const bytes = limited(decoded(body), options.maxBytes);
  const reader = new RecordingReader(options);
  if (options.contentType === 'application/x-ndjson') await readLines(bytes, reader);
  else await readObject(bytes, reader);
  return reader.finish();
}

/** Collects what was read; both formats feed it. */
class RecordingReader {
  readonly #options: ReadOptions;
  #envelope: RecordingEnvelope | undefined;
  #context: SampleContext | undefined;
  #snakeCase = false;
  #batch: Sample[] = [];
  #processed = 0;
  #skipped = 0;
  #refused = 0;
  readonly #issues: Issue[] = [];

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  async envelope(raw: unknown): Promise<void> {
    if (!isObject(raw)) {
      const issue = {
        pointer: '',
        expected: 'an object',
        received: Array.isArray(raw) ? 'array' : typeof raw,
      };
      throw new Fault('recording/invalid', { issues: [issue] });
    }
    this.#snakeCase = writesSnakeCase(raw);
    const read = readEnvelope(camelEnvelope(raw));
    if ('issues' in read) {
      const issues = read.issues.slice(0, mostIssues).map((issue) => this.#asSent(issue));
      throw new Fault('recording/invalid', { issues });
    }
    const { envelope } = read;
    const fallback = await this.#options.onEnvelope(envelope);
    this.#envelope = envelope;
    const named = envelope.deviceInfo?.timeZone;
    if (named !== undefined && !isTimeZone(named)) {
      this.#report({
        pointer: '/deviceInfo/timeZone',
        expected: 'an IANA time zone',
        received: 'another name',
      });
    }
    // A zone that is named but unknown is not replaced by another one: samples that name their own do not need it.
    const timeZone = named ?? fallback;
    this.#context = {
      timeZone: timeZone !== undefined && isTimeZone(timeZone) ? timeZone : undefined,
      receivedAt: this.#options.receivedAt,
    };
  }

  /** Gives false once the batch is full: then `flush` before the next one. */
  sample(raw: unknown, index: number): boolean {
    if (index === 0) this.#snakeCase ||= isObject(raw) && 'sample_type' in raw;
    const sample = readSample(raw, '', this.#context!);
    if (sample === undefined) this.#skipped++;
    else if ('pointer' in sample) this.refuse({ ...sample, pointer: `/samples/${index}${sample.pointer}` });
    else {
      this.#batch.push(sample);
      this.#processed++;
    }
    return this.#batch.length < batchSamples;
  }

  refuse(issue: Issue): void {
    this.#report(issue);
    if (++this.#refused > mostRefused) throw new Fault('recording/invalid', { issues: this.#issues });
  }

  #report(issue: Issue): void {
    if (this.#issues.length < mostIssues) this.#issues.push(this.#asSent(issue));
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    await this.#options.onSamples?.(batch);
  }

  finish(): ReadRecording {
    const envelope = this.#envelope;
    if (!envelope) throw new Fault('recording/empty');
    const deleted = envelope.deletedSamples.map(sampleId);
    if (this.#processed + this.#skipped + this.#refused + deleted.length === 0)
      throw new Fault('recording/no-samples');
    if (this.#processed === 0 && this.#refused > 0 && deleted.length === 0) {
      throw new Fault('recording/no-valid-samples', { issues: this.#issues });
    }
    return {
      envelope,
      processedSamples: this.#processed,
      skippedSamples: this.#skipped,
      refusedSamples: this.#refused,
      issues: this.#issues,
      deleted,
      snakeCase: this.#snakeCase,
    };
  }

  /** Pointers lead into what was sent, so they are in its spelling. */
  #asSent(issue: Issue): Issue {
    return this.#snakeCase ? { ...issue, pointer: snakePointer(issue.pointer) } : issue;
  }
}

/**
 * Opening brackets and commas of a JSON recording: what its values in memory grow with, rather than with its bytes. Real
 * samples have one in 20 bytes.
 */
const mostMarks = 5_000_000;

async function readObject(bytes: AsyncIterable<Uint8Array>, reader: RecordingReader): Promise<void> {
  const chunks: Uint8Array[] = [];
  let marks = 0;
  for await (const chunk of limited(bytes, maxJsonBytes)) {
    marks += marksIn(chunk);
    if (marks > mostMarks) throw new Fault('recording/too-large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') throw new Fault('recording/empty');
  const raw = parseJson(text);
  await reader.envelope(raw);
  const { samples } = raw as { samples?: unknown };
  if (samples === undefined) return;
  if (!Array.isArray(samples)) {
    const issue = { pointer: '/samples', expected: 'an array of samples', received: typeof samples };
    throw new Fault('recording/invalid', { issues: [issue] });
  }
  for (let i = 0; i < samples.length; i++) {
    if (!reader.sample(samples[i], i)) await reader.flush();
  }
  await reader.flush();
}

/** Every how many bytes marks are looked for: looking at all of them would cost half as much as parsing. */
const markStride = 8;
const markBlock = 4096;

/**
 * Estimates the marks of a chunk from every eighth byte. Each block begins at another, random byte, so that no pattern
 * in the bytes hides them; real recordings stay far from the limit.
 */
function marksIn(chunk: Uint8Array): number {
  let marks = 0;
  for (let block = 0; block < chunk.length; block += markBlock) {
    const end = Math.min(block + markBlock, chunk.length);
    for (let i = block + randomInt(markStride); i < end; i += markStride) {
      const byte = chunk[i];
      if (byte === 44 /* , */ || byte === 91 /* [ */ || byte === 123 /* { */) marks++;
    }
  }
  return marks * markStride;
}

/** Lines that can be no samples (shorter than any, or not JSON) before the whole is taken for something else. */
const mostUselessLines = 100_000;
const shortestSample = 40;

/** NDJSON: the envelope on the first line, then one sample a line. Samples are numbered from 0, as in JSON. */
async function readLines(bytes: AsyncIterable<Uint8Array>, reader: RecordingReader): Promise<void> {
  let index = -1;
  let useless = 0;
  const count = (): void => {
    if (++useless > mostUselessLines) throw new Fault('recording/invalid-json');
  };
  for await (const line of linesOf(bytes)) {
    if (line.length < shortestSample) count();
    if (line.trim() === '') continue;
    if (index++ < 0) {
      await reader.envelope(parseJson(line));
      continue;
    }
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      count();
      reader.refuse({
        pointer: `/samples/${index - 1}`,
        expected: 'a line of JSON',
        received: 'another text',
      });
      continue;
    }
    if (!reader.sample(raw, index - 1)) await reader.flush();
  }
  if (index < 0) throw new Fault('recording/empty');
  await reader.flush();
}

/** No line of a recording comes near this; a longer one is a file without line ends. */
const longestLine = 1024 * 1024;

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    if (rest.length > longestLine) throw new Fault('recording/invalid-json');
    for (const line of lines) {
      if (line.length > longestLine) throw new Fault('recording/invalid-json');
      yield line;
    }
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

function parseJson(text: string): unknown {
  try {
    // Some senders begin with a byte order mark; RFC 8259 allows to ignore it.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw new Fault('recording/invalid-json');
  }
}

/** Decompresses what begins like gzip; senders and storage disagree too often on how that is declared. */
async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 2) {
    const next = await source.next();
    if (next.done) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  if (first.length === 0) return;
  const whole = Readable.from(prepend(first, source));
  if (!isGzip(first)) {
    yield* whole as AsyncIterable<Uint8Array>;
    return;
  }
  const gunzip = createGunzip();
  // Errors of either side come out of the iteration below.
  pipeline(whole, gunzip, () => undefined);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'Z_BUF_ERROR') throw new Fault('recording/truncated', { cause: error });
    if (code.startsWith('Z_')) throw new Fault('recording/invalid-encoding', { cause: error });
    throw error;
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // Whoever stops early must not leave the source hanging.
    await rest.return?.();
  }
}

async function* limited(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new Fault('recording/too-large');
    yield chunk;
  }
}

const envelopeKeys = {
  schemaVersion: 'schema_version',
  userId: 'user_id',
  uploadId: 'upload_id',
  deviceInfo: 'device_info',
  timestamp: 'timestamp',
  deletedSamples: 'deleted_samples',
} as const;
const deviceKeys = {
  deviceModel: 'device_model',
  systemName: 'system_name',
  systemVersion: 'system_version',
  appVersion: 'app_version',
  timeZone: 'time_zone',
} as const;

function pick(raw: Record<string, unknown>, keys: Record<string, string>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [camel, snake] of Object.entries(keys)) {
    const value = raw[camel] ?? raw[snake];
    if (value !== undefined && value !== null) picked[camel] = value;
  }
  return picked;
}

function camelEnvelope(raw: Record<string, unknown>): Record<string, unknown> {
  const envelope = pick(raw, envelopeKeys);
  if (isObject(envelope.deviceInfo)) envelope.deviceInfo = pick(envelope.deviceInfo, deviceKeys);
  return envelope;
}

function writesSnakeCase(envelope: Record<string, unknown>): boolean {
  return Object.entries(envelopeKeys).some(([camel, snake]) => camel !== snake && snake in envelope);
}

/** `/samples/0/startDate` as `/samples/0/start_date`; HealthKit's own metadata keys stay. */
function snakePointer(pointer: string): string {
  return pointer
    .split('/')
    .map((key) =>
      key.startsWith('HK') ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    )
    .join('/');
}
