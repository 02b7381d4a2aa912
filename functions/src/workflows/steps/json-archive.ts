import type { Ports } from '../ports.ts';

/**
 * Everything that is stored about a person:
 * `{schemaVersion, exportedAt, documents: [{path, fields}], recordings: [{uploadId, contentType, base64}]}`, piece by
 * piece: years of samples do not fit into memory.
 */
export async function* jsonArchive(
  { people, recordings }: Pick<Ports, 'people' | 'recordings'>,
  uid: string,
  now: number,
): AsyncGenerator<Uint8Array> {
  yield bytes(`{"schemaVersion":1,"exportedAt":"${new Date(now).toISOString()}","documents":[`);
  let separator = '\n';
  for await (const { path, fields, samples } of await people.documents(uid)) {
    yield bytes(separator + JSON.stringify({ path, fields: samples ? { ...fields, samples } : fields }));
    separator = ',\n';
  }
  yield bytes('],"recordings":[');
  separator = '\n';
  for (const uploadId of await recordings.list(uid)) {
    const { contentType, body } = await recordings.open({ uid, uploadId });
    yield bytes(
      `${separator}{"uploadId":"${uploadId}","contentType":${JSON.stringify(contentType)},"base64":"`,
    );
    yield* base64(body);
    yield bytes('"}');
    separator = ',\n';
  }
  yield bytes(']}\n');
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Base64 of a stream: whole groups of three bytes at a time. */
async function* base64(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const pending = Buffer.concat([rest, chunk]);
    const whole = pending.length - (pending.length % 3);
    yield bytes(pending.subarray(0, whole).toString('base64'));
    rest = pending.subarray(whole);
  }
  yield bytes(rest.toString('base64'));
}
