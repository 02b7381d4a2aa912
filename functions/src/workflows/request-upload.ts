import { randomUUID } from 'node:crypto';
import type { RequestUploadAnswer } from '../contract/answers.ts';
import { maxObjectBytes, paths, type RequestUploadInput } from '../contract/upload.ts';
import { Fault } from '../domain/fault.ts';
import { requested } from '../domain/upload/upload.ts';
import { consentingPerson } from './steps/admit-recording.ts';
import { chargeUpload, type Sender } from './steps/charge-upload.ts';
import type { Ports } from './ports.ts';

/**
 * Announces an upload that will go straight to Storage: the rules let exactly this object in, with this type and
 * size. Announcing the same again gives the same answer.
 *
 * @throws Fault `upload/conflict` when the id stands for something else, `upload/deleting`, `consent/withdrawn`, `person/erasing`, `quota/exceeded`
 */
export async function requestUpload(
  ports: Pick<Ports, 'uploads' | 'people' | 'quotas' | 'clock'>,
  sender: Sender,
  input: RequestUploadInput,
  traceparent: string,
): Promise<RequestUploadAnswer> {
  const { uploads, people, clock } = ports;
  await chargeUpload(ports, sender, input.sizeBytes);
  await consentingPerson(people, sender.uid);
  const { uid } = sender;
  const uploadId = input.uploadId ?? randomUUID();
  const announced = {
    contentType: input.contentType,
    sizeBytes: input.sizeBytes,
    sha256: input.sha256 ?? null,
  };
  const { upload } = await uploads.open(
    { uid, uploadId },
    requested(announced, traceparent, clock.now(), randomUUID()),
  );
  if (upload.status === 'deleting') throw new Fault('upload/deleting');
  const same =
    upload.announced.contentType === announced.contentType &&
    upload.announced.sizeBytes === announced.sizeBytes &&
    upload.announced.sha256 === announced.sha256;
  if (!same) throw new Fault('upload/conflict');
  return { uploadId, path: paths.recording(uid, uploadId), maxBytes: maxObjectBytes };
}
