import { randomUUID } from 'node:crypto';
import { Fault, faultOf } from '../../domain/fault.ts';
import { minuteMs, secondMs } from '../../domain/time.ts';
import { countsAsFault, type UploadKey } from '../../domain/upload/upload.ts';
import type { Ports, StoredUpload } from '../ports.ts';

/** Short, so that the work of a worker that died is taken over soon; renewed for as long as a worker lives. */
const leaseMs = 45 * secondMs;
const renewEveryMs = 15 * secondMs;
/** Work that takes longer goes on in another run: functions end after nine minutes. */
const handOverAfterMs = 6 * minuteMs;

/** The right to work on an upload, while it lasts. */
export interface Hold {
  holder: string;
  /** The upload as this worker has last written it. */
  current(): StoredUpload;
  /** Notes that so many batches are merged. @throws what made the worker lose its hold */
  checkpoint(batches: number): Promise<void>;
}

/** The work is to go on in another run. */
export class HandOver extends Error {}

/**
 * Claims a stage of an upload and works on it under a lease that is renewed meanwhile. Work ends at once when a renewal is
 * refused: somebody else has taken over, or the upload is being deleted.
 *
 * @returns undefined when there is nothing to do at that stage (any more)
 * @throws Fault `upload/busy`, `upload/fenced`, `upload/not-found`; HandOver
 */
export async function holdLease<T>(
  { uploads, clock }: Pick<Ports, 'uploads' | 'clock'>,
  { incarnation, ...key }: UploadKey & { incarnation?: string | undefined },
  stage: 'analysis' | 'narrative',
  work: (hold: Hold) => Promise<T>,
): Promise<T | undefined> {
  const holder = randomUUID();
  const started = clock.now();
  const until = started + leaseMs;
  const claim = { kind: 'claimed', stage, holder, at: started, until, incarnation } as const;
  let current = await uploads.advance(key, claim);
  if (current.upload.lease?.holder !== holder) return undefined;

  const done = new AbortController();
  const renew = async (checkpoint?: number): Promise<void> => {
    const renewed = { kind: 'renewed', holder, until: clock.now() + leaseMs } as const;
    const event = checkpoint === undefined ? renewed : { ...renewed, checkpoint };
    current = await uploads.advance(key, event, {}, { from: current });
  };
  const lost = new Promise<never>((_, reject) => {
    const beat = async (): Promise<void> => {
      for (;;) {
        await clock.wait(renewEveryMs, done.signal);
        if (done.signal.aborted) return;
        if (clock.now() - started >= handOverAfterMs)
          throw new HandOver('the work takes longer than a run may');
        await renew().catch((error: unknown) => {
          // A store that does not answer may answer the next time, and takes no lease away.
          if (losesHold(error)) throw error;
        });
      }
    };
    beat().catch(reject);
  });
  const hold: Hold = {
    holder,
    current: () => current,
    checkpoint: renew,
  };
  try {
    return await Promise.race([work(hold), lost]);
  } catch (error) {
    const fault = faultOf(error);
    if (!fault.retry) throw error;
    // Without the release, the next delivery would wait for the lease to run out, and take this worker for dead.
    const faultAt = error instanceof HandOver || !countsAsFault(fault) ? null : clock.now();
    await uploads.advance(key, { kind: 'released', holder, faultAt });
    throw error;
  } finally {
    done.abort();
  }
}

function losesHold(error: unknown): boolean {
  return error instanceof Fault && ['upload/fenced', 'upload/not-found'].includes(faultOf(error).code);
}
