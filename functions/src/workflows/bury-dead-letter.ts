import { Fault, isFaultCode } from '../domain/fault.ts';
import type { DeadLetter, Ports } from './ports.ts';

/**
 * A letter has come: ours, about an upload that was given up, whose evidence is kept for whoever mends the cause and replays it;
 * or one of Pub/Sub's, which has given up a message. That is no verdict on the upload: it is looked at again soon, as if its
 * message had been lost. Safe to call again.
 *
 * @throws Fault `upload/busy` for a letter of ours that is faster than the upload's end
 */
export async function buryDeadLetter(
  { uploads, deadLetters, clock }: Pick<Ports, 'uploads' | 'deadLetters' | 'clock'>,
  letter: Omit<DeadLetter, 'code'> & { code: string | undefined },
): Promise<'buried' | 'unknown' | 'put-back' | 'not-given-up'> {
  const key = { uid: letter.uid, uploadId: letter.uploadId };
  const upload = (await uploads.find(key))?.upload;
  if (!upload || upload.status === 'deleting') return 'unknown';
  if (upload.status === 'failed') {
    const code = isFaultCode(letter.code) ? letter.code : 'analysis/gave-up';
    await deadLetters.keep({ ...letter, code: upload.code ?? code }, clock.now());
    return 'buried';
  }
  if (letter.code !== undefined) {
    if (upload.status === 'succeeded' || upload.stage === 'narrative') return 'not-given-up';
    // Written before the upload is given up, by a worker that is about to do so or has died: this is for the next delivery.
    throw new Fault('upload/busy');
  }
  await uploads.advance(key, { kind: 'recalled', at: clock.now() });
  return 'put-back';
}
