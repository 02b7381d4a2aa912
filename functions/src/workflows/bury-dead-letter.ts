import { Fault, isFaultCode } from '../domain/fault.ts';
import { finished } from '../domain/upload/upload.ts';
import type { DeadLetter, Ports } from './ports.ts';

/**
 * A message was given up, by us or by Pub/Sub after its last delivery: the upload ends as `failed` if it has not
 * ended yet, and the evidence is kept for whoever mends the cause and replays it. Safe to call again.
 *
 * @throws Fault `upload/busy` while a worker holds the upload
 */
export async function buryDeadLetter(
  { uploads, deadLetters, clock }: Pick<Ports, 'uploads' | 'deadLetters' | 'clock'>,
  letter: Omit<DeadLetter, 'code'> & { code: string | undefined },
): Promise<'buried' | 'unknown' | 'succeeded-meanwhile'> {
  const key = { uid: letter.uid, uploadId: letter.uploadId };
  const upload = await uploads.find(key);
  if (!upload || upload.status === 'deleting') return 'unknown';
  // The letter is about the analysis: once that is written, another delivery has succeeded.
  if (upload.status === 'succeeded' || upload.stage === 'narrative') return 'succeeded-meanwhile';
  const at = clock.now();
  // Deliveries that met a busy worker are no failures of its work: look again when it is through.
  if (upload.lease && upload.lease.until > at) throw new Fault('upload/busy');

  const code = isFaultCode(letter.code) ? letter.code : 'analysis/gave-up';
  await deadLetters.keep({ ...letter, code: upload.code ?? code }, at);
  if (!finished(upload)) await uploads.advance(key, { kind: 'failed', attempt: null, code, issues: [], at });
  return 'buried';
}
