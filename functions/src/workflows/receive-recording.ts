import { hash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { maxRequestBytes, paths, type ContentType } from '../contract/upload.ts';
import { Fault, faultOf } from '../domain/fault.ts';
import { localDayNumber } from '../domain/local-time.ts';
import { advance, requested, type Receipt } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';
import { retryUpload } from './retry-upload.ts';
import { consentingPerson, zoneFor } from './steps/admit-recording.ts';
import { chargeDays } from './steps/charge-days.ts';
import { chargeUpload, type Sender } from './steps/charge-upload.ts';
import { readRecording } from '../ingest/read-recording.ts';

export interface ReceiveInput extends Sender {
  contentType: ContentType;
  /** The bytes as sent, gzip-encoded or not. */
  body: AsyncIterable<Uint8Array>;
  /** How many they are, where the sender has said so. */
  sizeBytes?: number | undefined;
  /** The client's own id for this upload, from the header; the recording may name one as well. */
  uploadId: string | undefined;
  traceparent: string;
}

export interface Received extends Receipt {
  uploadId: string;
  snakeCase: boolean;
}

/** A recording of 32 MiB compresses from at most about this; beyond it, a body is a decompression bomb. */
const maxDecodedBytes = 256 * 1024 * 1024;

/**
 * Takes a recording over HTTPS: validates all of it, and only then writes the status document and the object.
 * The same recording again is the same upload and gets the same answer.
 *
 * @throws Fault `recording/...` for what cannot be used, `upload/not-owner`, `upload/conflict`, `upload/deleting`,
 *   `consent/withdrawn`, `person/erasing`, `quota/exceeded`
 */
export async function receiveRecording(
  ports: Pick<Ports, 'uploads' | 'recordings' | 'people' | 'quotas' | 'requests' | 'clock'>,
  input: ReceiveInput,
): Promise<Received> {
  const { uploads, recordings, people, clock } = ports;
  const { uid, contentType, traceparent } = input;
  const body = await charged(ports, input);
  if (body.length === 0) throw new Fault('recording/empty');

  const at = clock.now();
  const days = new Set<number>();
  const read = await readRecording(() => Readable.from([body]), {
    contentType,
    receivedAt: at,
    maxBytes: maxDecodedBytes,
    onEnvelope: async (envelope) => zoneFor(uid, envelope, await consentingPerson(people, uid)),
    onSamples: (samples) => {
      for (const { timeZone, start } of samples) days.add(localDayNumber(timeZone, start));
    },
  });
  await chargeDays(ports, uid, days.size);

  const sha256 = hash('sha256', body, 'hex');
  const uploadId = input.uploadId ?? read.envelope.uploadId ?? derivedUploadId(uid, sha256);
  const key = { uid, uploadId };
  const announced = { contentType, sizeBytes: body.length, sha256 };
  // Queued before its recording is there: whoever looks for it meanwhile lets it wait, and its event asks for the analysis.
  const queued = advance(requested(announced, traceparent, at, randomUUID()), { kind: 'stored', at });
  const { upload } = await uploads.open(key, queued);
  if (upload.status === 'deleting') throw new Fault('upload/deleting');
  // An upload that was only announced by requestUpload may have no hash; its object decides.
  if (upload.announced.sha256 !== sha256) throw new Fault('upload/conflict');
  const { traceparent: first, incarnation } = upload;
  await recordings.create(key, body, { contentType, traceparent: first, incarnation });
  // Sent again after it had failed: what is there is taken up again, by this call or by the event of its object.
  if (upload.status === 'failed') await retryUpload(ports, key).catch(ignoreIllegalMove);
  return {
    uploadId,
    processedSamples: read.processedSamples,
    skippedSamples: read.skippedSamples,
    issues: read.issues,
    snakeCase: read.snakeCase,
  };
}

function ignoreIllegalMove(error: unknown): void {
  if (faultOf(error).code !== 'upload/illegal-move') throw error;
}

/** Without an id of its own, an upload is named by who sent what, so that a repeated send is the same upload. */
function derivedUploadId(uid: string, sha256: string): string {
  return hash('sha256', `${paths.person(uid)}:${sha256}`, 'base64url').slice(0, 32);
}

/**
 * The body, taken out of the quotas before its first byte is read: by the length that was declared, else as the largest
 * there may be, of which the rest is given back.
 */
async function charged(ports: Pick<Ports, 'quotas' | 'clock'>, input: ReceiveInput): Promise<Buffer> {
  const { uid, sizeBytes = maxRequestBytes } = input;
  if (sizeBytes > maxRequestBytes) throw new Fault('recording/too-large');
  await chargeUpload(ports, input, sizeBytes);
  const body = await collect(input.body, sizeBytes);
  if (body.length < sizeBytes) {
    const amounts = { uploadBytes: body.length - sizeBytes };
    await ports.quotas.take([{ subject: `person:${uid}`, amounts }], ports.clock.now());
  }
  return body;
}

/** Reads the body into one piece of memory: a length that lies does not fill more, and one that is not sent costs none. */
async function collect(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(mostBytes);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > mostBytes) throw new Fault('recording/too-large');
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole.subarray(0, length);
}
