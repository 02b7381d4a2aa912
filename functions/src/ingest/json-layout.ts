import { Fault, type Issue } from '../domain/fault.ts';

/** A stretch of the bytes of `samples`: whole elements with the commas between them. */
export interface Slice {
  /** The first byte, and the one after the last. */
  from: number;
  to: number;
  /** Of a key that comes twice, which of its arrays this is: 0 is the first. */
  array: number;
  /** Whether it is all of its array, which may then have no elements. */
  whole: boolean;
}

/** Where the samples of a JSON recording are, and everything else of it. */
export interface Layout {
  /** The JSON without the elements of its samples: each array of that name is `[]`. */
  envelope: string;
  slices: Slice[];
}

const mib = 1024 * 1024;
/** Elements are read in slices of about this size: small beside everything else, large enough to be parsed fast. */
export const usualSliceBytes = 64 * 1024;
/** No sample comes near this; as long as a line of NDJSON may be. */
const longestElement = mib;
/** Of 100,000 deletions by uuid. */
export const longestEnvelope = 4 * mib;

const quote = 34;
const backslash = 92;
const openingBracket = 91;
const closingBracket = 93;

const other = 0;
const opening = 1;
const closing = 2;
const comma = 3;
const colon = 4;
const quotation = 5;
const kinds = new Uint8Array(256).fill(other);
for (const [signs, kind] of [
  ['[{', opening],
  [']}', closing],
  [',', comma],
  [':', colon],
  ['"', quotation],
] as const) {
  for (const sign of signs) kinds[sign.charCodeAt(0)] = kind;
}

/**
 * Finds the samples of a JSON recording without parsing it, in memory that does not grow with them. It knows strings,
 * escapes and depth, no more: that the text is JSON is seen when its envelope and its slices are parsed, each of them
 * strictly. All of them are JSON exactly if the whole text is.
 *
 * @throws Fault `recording/invalid-json`; `recording/too-large` for one sample, or an envelope, that is far too long
 */
export async function layoutOf(
  bytes: AsyncIterable<Uint8Array>,
  sliceBytes = usualSliceBytes,
): Promise<Layout> {
  const scanner = new Scanner(sliceBytes);
  for await (const chunk of bytes) scanner.scan(chunk);
  return scanner.end();
}

class Scanner {
  /** Bytes before this chunk. */
  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  readonly #envelope = new GrowingText(longestEnvelope);
  /** From where on this chunk belongs to the envelope, unless it is in the samples. */
  #kept = 0;
  /** Where in the envelope the last string of depth 1 begins and ends: a key, if a colon follows. */
  #keyFrom = 0;
  #keyTo = 0;
  /** Whether the value that comes next is that of `samples`. */
  #samplesNext = false;
  #inSamples = false;
  #sliceFrom = 0;
  #array = -1;
  readonly #slices: Slice[] = [];
  readonly #sliceBytes: number;

  constructor(sliceBytes: number) {
    this.#sliceBytes = sliceBytes;
  }

  /** The next bytes of the text; a chunk may end anywhere. Its two loops look at every byte, so they use locals only. */
  scan(chunk: Uint8Array): void {
    const { length } = chunk;
    const known = kinds;
    let depth = this.#depth;
    let inString = this.#inString;
    let i = this.#escaped ? 1 : 0;
    this.#kept = 0;
    outer: for (;;) {
      if (inString) {
        for (;;) {
          if (i >= length) break outer;
          const byte = chunk[i++]!;
          if (byte === quote) break;
          if (byte === backslash) i++;
        }
        inString = false;
        if (depth === 1) this.#keyTo = this.#envelope.length + i - this.#kept;
      }
      while (i < length && known[chunk[i]!] === other) i++;
      if (i >= length) break;
      const kind = known[chunk[i]!];
      if (kind === quotation) {
        inString = true;
        if (depth === 1) this.#keyFrom = this.#envelope.length + i - this.#kept;
      } else if (kind === comma) {
        if (depth === 2 && this.#inSamples) this.#comma(i);
      } else if (kind === colon) {
        if (depth === 1) this.#colon(chunk, i);
      } else if (kind === opening) {
        if (depth++ === 1 && this.#samplesNext) this.#open(chunk, i);
      } else if (--depth === 1 && this.#inSamples) this.#close(chunk, i);
      i++;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = i > length;
    if (!this.#inSamples) this.#envelope.add(chunk.subarray(this.#kept));
    this.#at += length;
    if (this.#inSamples && this.#at - this.#sliceFrom > this.#sliceBytes + longestElement) {
      throw tooLong('/samples', `samples of at most ${longestElement / mib} MiB each`);
    }
  }

  #comma(i: number): void {
    if (this.#at + i - this.#sliceFrom >= this.#sliceBytes) this.#cut(this.#at + i, false);
  }

  #colon(chunk: Uint8Array, i: number): void {
    this.#envelope.add(chunk.subarray(this.#kept, i));
    this.#kept = i;
    const short = this.#keyTo - this.#keyFrom <= longestKey;
    this.#samplesNext = short && isSamples(this.#envelope.text(this.#keyFrom, this.#keyTo));
  }

  #open(chunk: Uint8Array, i: number): void {
    if (chunk[i] !== openingBracket) return;
    this.#envelope.add(chunk.subarray(this.#kept, i));
    this.#envelope.add(emptyArray);
    this.#samplesNext = false;
    this.#inSamples = true;
    this.#array++;
    this.#sliceFrom = this.#at + i + 1;
  }

  #close(chunk: Uint8Array, i: number): void {
    // Anything but a bracket would be lost with the slice, and a text that is no JSON taken for one.
    if (chunk[i] !== closingBracket) throw new Fault('recording/invalid-json');
    this.#cut(this.#at + i, true);
    this.#inSamples = false;
    this.#kept = i + 1;
  }

  end(): Layout {
    if (this.#inSamples) throw new Fault('recording/invalid-json');
    return { envelope: this.#envelope.text(0, this.#envelope.length), slices: this.#slices };
  }

  #cut(to: number, last: boolean): void {
    const from = this.#sliceFrom;
    const array = this.#array;
    this.#slices.push({ from, to, array, whole: last && this.#slices.at(-1)?.array !== array });
    this.#sliceFrom = to + 1;
  }
}

const emptyArray = Buffer.from('[]');

/** Bytes that are kept, up to a limit. */
class GrowingText {
  #bytes = Buffer.alloc(4096);
  readonly #limit: number;
  length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws Fault `recording/too-large` beyond the limit */
  add(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.#limit) {
      throw tooLong('', `at most ${longestEnvelope / mib} MiB around its samples`);
    }
    if (length > this.#bytes.length) {
      const grown = Buffer.alloc(2 * length);
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.length);
    this.length = length;
  }

  text(from: number, to: number): string {
    return this.#bytes.toString('utf8', from, to);
  }
}

/** Of `samples` as a key: seven letters of at most six characters, and the quotes. */
const longestKey = 44;

/** Whether a key, quotes included, is `samples`; it may have been written with escapes. */
function isSamples(key: string): boolean {
  if (!key.includes('\\')) return key === '"samples"';
  try {
    return JSON.parse(key) === 'samples';
  } catch {
    return false;
  }
}

function tooLong(pointer: string, expected: string): Fault {
  const issue: Issue = { pointer, expected, received: 'more' };
  return new Fault('recording/too-large', { issues: [issue] });
}

/**
 * The text of each slice, in order. The bytes are read to their end: whoever hands them over may check them there.
 *
 * @param bytes the same in which the slices were found
 * @throws Fault `recording/changed` where there are fewer of them
 */
export async function* sliceTexts(
  bytes: AsyncIterable<Uint8Array>,
  slices: readonly Slice[],
): AsyncGenerator<{ slice: Slice; text: string }> {
  let parts: Uint8Array[] = [];
  let next = 0;
  let at = 0;
  for await (const chunk of bytes) {
    const end = at + chunk.length;
    for (let slice = slices[next]; slice && slice.from < end; slice = slices[next]) {
      parts.push(chunk.subarray(Math.max(slice.from - at, 0), slice.to - at));
      if (slice.to > end) break;
      yield { slice, text: Buffer.concat(parts).toString('utf8') };
      parts = [];
      next++;
    }
    at = end;
  }
  if (next < slices.length) throw new Fault('recording/changed');
}
