import { maxJsonBytes } from '../contract/upload.ts';
import { Fault } from '../domain/fault.ts';
import { isObject, kindOf } from '../domain/json.ts';
import { limited, withFewMarks } from './limits.ts';

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
 * The pieces of a recording in one JSON object: the object itself, as the envelope, then its samples. Nothing for an
 * empty text.
 *
 * @throws Fault `recording/too-large`, `recording/invalid-json`, `recording/invalid`
 */
export async function* jsonPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of withFewMarks(limited(bytes, maxJsonBytes))) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return;
  const recording = parseJson(text);
  if (recording === notJson) throw new Fault('recording/invalid-json');
  yield [recording];
  const samples = isObject(recording) ? recording.samples : undefined;
  if (samples === undefined) return;
  if (!Array.isArray(samples)) {
    const issue = { pointer: '/samples', expected: 'an array of samples', received: kindOf(samples) };
    throw new Fault('recording/invalid', { issues: [issue] });
  }
  yield samples;
}
