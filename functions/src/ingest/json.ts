import { Fault } from '../domain/fault.ts';
import { isObject, kindOf } from '../domain/json.ts';
import { layoutOf, sliceTexts } from './json-layout.ts';

/** Stands for a text that is not JSON. */
export const notJson = Symbol('not JSON');

/** The value of a JSON text, or `notJson`. */
export function parseJson(text: string): unknown {
  try {
    // Some senders begin with a byte order mark; RFC 8259 allows to ignore it.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return notJson;
  }
}

/**
 * The pieces of a recording in one JSON object: the object itself, as the envelope with `samples` empty, then its samples.
 * Nothing for an empty text. The envelope may end behind the samples, so the bytes are read twice, and held never.
 *
 * @param open the bytes from their beginning, each time
 * @param sliceBytes after how many bytes the samples are cut at the next comma
 * @throws Fault `recording/invalid-json`, `recording/invalid`, `recording/too-large`, `recording/changed` where the bytes
 *   are other ones the second time
 */
export async function* jsonPieces(
  open: () => AsyncIterable<Uint8Array>,
  sliceBytes?: number,
): AsyncGenerator<Iterable<unknown>> {
  const { envelope, slices } = await layoutOf(open(), sliceBytes);
  if (envelope.trim() === '') return;
  const recording = parseJson(envelope);
  if (recording === notJson) throw new Fault('recording/invalid-json');
  yield [recording];
  const samples = isObject(recording) ? recording.samples : undefined;
  if (samples === undefined) return;
  // As with JSON.parse, of a key that comes twice the last one counts; the others must be JSON all the same.
  const counts = Array.isArray(samples) ? slices.at(-1)?.array : undefined;
  for await (const { slice, text } of sliceTexts(open(), slices)) {
    const elements = parseJson(`[${text}]`);
    // A comma with nothing before or behind it.
    const missing = Array.isArray(elements) && elements.length === 0 && !slice.whole;
    if (!Array.isArray(elements) || missing) throw new Fault('recording/invalid-json');
    if (slice.array === counts) yield elements;
  }
  if (Array.isArray(samples)) return;
  const issue = { pointer: '/samples', expected: 'an array of samples', received: kindOf(samples) };
  throw new Fault('recording/invalid', { issues: [issue] });
}
