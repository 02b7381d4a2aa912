import { StringDecoder } from 'node:string_decoder';
import { Fault } from '../domain/fault.ts';
import { notJson, parseJson } from './json.ts';
import { longestEnvelope } from './json-layout.ts';

/** Lines that can be no samples (shorter than any, or not JSON) before the whole is taken for something else. */
const mostUselessLines = 100_000;
const shortestSample = 40;
/** No sample comes near this; a longer line is a file without line ends. The first may have all the deletions that JSON may. */
const longestLine = 1024 * 1024;

/**
 * The pieces of a recording in NDJSON: the first line, which is the envelope, then the samples, one a line. A line of
 * them that is not JSON is `notJson`. Nothing where there are only blank lines.
 *
 * @throws Fault `recording/invalid-json`
 */
export async function* ndjsonPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<unknown>> {
  let useless = 0;
  let begun = false;
  const longest = (): number => (begun ? longestLine : longestEnvelope);
  const count = (): void => {
    if (++useless > mostUselessLines) throw new Fault('recording/invalid-json');
  };
  function* valuesOf(lines: readonly string[]): Generator<unknown> {
    for (const line of lines) {
      if (line.length > longest()) throw new Fault('recording/invalid-json');
      if (line.length < shortestSample) count();
      if (line.trim() === '') continue;
      const value = parseJson(line);
      if (value === notJson) count();
      yield value;
    }
  }
  for await (const lines of linesOf(bytes, longest)) {
    const values = valuesOf(lines);
    if (!begun) {
      const first = values.next();
      if (first.done) continue;
      if (first.value === notJson) throw new Fault('recording/invalid-json');
      begun = true;
      yield [first.value];
    }
    yield values;
  }
}

/** The lines that each chunk completes. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>, longest: () => number): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    if (rest.length > longest()) throw new Fault('recording/invalid-json');
    yield lines;
  }
  yield [rest + decoder.end()];
}
