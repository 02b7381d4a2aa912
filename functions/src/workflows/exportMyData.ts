import type { ExportAnswer } from '../contract/answers.ts';
import { Fault } from '../domain/fault.ts';
import type { Ports } from './ports.ts';

/** How long an archive can be read; the bucket's lifecycle removes it afterwards. */
const keptMs = 24 * 3_600_000;

type ExportPorts = Pick<Ports, 'people' | 'recordings' | 'exports' | 'clock'>;

/**
 * Writes everything that is stored about a person into one archive in Storage, which the person may read for 24 hours.
 * Asking again within the hour renews the same archive. An archive that was overtaken by the deletion of all of it is
 * removed again: its announcement has gone with the other documents.
 *
 * @throws Fault `person/erasing`
 */
export async function exportMyData(ports: ExportPorts, uid: string): Promise<ExportAnswer> {
  const { exports, clock } = ports;
  const now = clock.now();
  const name = `everything-${new Date(now).toISOString().slice(0, 13)}.json`;
  const about = { contentType: 'application/json', expiresAt: now + keptMs };
  await exports.announce(uid, name, about.expiresAt);
  const path = await exports.write(uid, name, about, jsonArchive(ports, uid, now));
  if (!(await exports.announced(uid, name))) {
    await exports.remove(uid, name);
    throw new Fault('person/erasing');
  }
  return { path, contentType: about.contentType, expiresAt: new Date(about.expiresAt).toISOString() };
}

/**
 * `{schemaVersion, exportedAt, documents: [{path, fields}], recordings: [{uploadId, contentType, base64}]}`, piece by
 * piece: years of samples do not fit into memory.
 */
async function* jsonArchive(
  { people, recordings }: ExportPorts,
  uid: string,
  now: number,
): AsyncGenerator<Uint8Array> {
  yield bytes(`{"schemaVersion":1,"exportedAt":"${new Date(now).toISOString()}","documents":[`);
  let separator = '\n';
  for await (const document of await people.documents(uid)) {
    yield bytes(separator + JSON.stringify(document));
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
