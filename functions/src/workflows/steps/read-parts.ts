import { Fault, faultOf, isOwnFault } from '../../domain/fault.ts';
import { advance, countsAsFault, isOutOfPatience, isPoison } from '../../domain/upload/upload.ts';
import type { NamedUpload, Person, Ports, UploadMove } from '../ports.ts';
import { mustConsent } from './admit-recording.ts';
import { readUpload, type Contribution } from './read-upload.ts';

/** An upload that is worked on: what it brings; null where it is to be forgotten. */
export interface Part extends NamedUpload {
  contribution: Contribution | null;
}

/** Why uploads could not be worked on this time; undefined for a recording that is on its way. */
export type Left = Map<string, Fault | undefined>;

/**
 * Reads what uploads bring. One whose recording cannot be used ends here, with the fault of its sender's or, after long enough,
 * with one of ours and a dead letter; a fault that may pass leaves it as it is, and is noted.
 *
 * @param readings what has been read already, by upload
 * @param arrived the upload whose recording is said to be there; that of any other may still be on its way
 */
export async function readParts(
  ports: Pick<Ports, 'recordings' | 'deadLetters' | 'clock'>,
  uid: string,
  inHand: readonly NamedUpload[],
  readings: Map<string, Contribution>,
  person: Person,
  arrived: string | undefined,
): Promise<{ parts: Part[]; moves: UploadMove[]; left: Left }> {
  const parts: Part[] = [];
  const moves: UploadMove[] = [];
  const left: Left = new Map();
  for (const named of inHand) {
    const { uploadId, upload } = named;
    if (upload.status === 'deleting') {
      parts.push({ ...named, contribution: null });
      continue;
    }
    try {
      mustConsent(person);
      // It has brought down too many workers: not one more.
      if (isPoison(upload, ports.clock.now())) throw new Fault('analysis/gave-up');
      const contribution = readings.get(uploadId) ?? (await readUpload(ports, uid, named, person));
      readings.set(uploadId, contribution);
      parts.push({ ...named, contribution });
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === 'recording/missing' && uploadId !== arrived) left.set(uploadId, undefined);
      else if (isLast(named, fault, ports.clock.now())) moves.push(await givenUp(ports, uid, named, fault));
      else {
        left.set(uploadId, fault);
        const next = advance(upload, { kind: 'troubled', at: ports.clock.now() });
        if (countsAsFault(fault) && next !== upload) moves.push({ ...named, next });
      }
    }
  }
  return { parts, moves, left };
}

/** Whether a fault is an upload's end. */
export function isLast({ upload }: NamedUpload, fault: Fault, now: number): boolean {
  return !fault.retry || (countsAsFault(fault) && isOutOfPatience(upload, now));
}

/** The end of an upload that failed. Nothing of it has been taken in. */
export async function givenUp(
  { deadLetters, clock }: Pick<Ports, 'deadLetters' | 'clock'>,
  uid: string,
  named: NamedUpload,
  { code, issues }: Fault,
): Promise<UploadMove> {
  // Ours, for whoever mends the cause; before it is recorded, so that a crash repeats the letter rather than losing it.
  const { uploadId, upload } = named;
  if (isOwnFault(code))
    await deadLetters.publish({ uid, uploadId, code, deliveries: null, traceparent: upload.traceparent });
  return { ...named, next: advance(upload, { kind: 'failed', code, issues, at: clock.now() }) };
}
