import { faultOf, Fault } from '../domain/fault.ts';
import { hasWork, type PersonState } from '../domain/person/person-state.ts';
import { secondMs } from '../domain/time.ts';
import {
  advance,
  awaitsHolder,
  countsAsFault,
  lacksRecording,
  type Upload,
} from '../domain/upload/upload.ts';
import type { AnalysisRequest, NamedUpload, Ports, UploadMove } from './ports.ts';
import { HandOver } from './steps/hand-over.ts';
import { PersonHold } from './steps/hold-person.ts';
import { isLast, givenUp, type Left } from './steps/read-parts.ts';
import type { Contribution } from './steps/read-upload.ts';
import { removeStray } from './steps/remove-stray.ts';
import { released, workOff } from './steps/work-off.ts';
import type { WorkPorts } from './steps/round.ts';
import { seenAgain, workRound } from './steps/work-round.ts';

type ServePorts = WorkPorts & Pick<Ports, 'requests'>;

/** Uploads of one person that one round takes, and the bytes of their recordings. */
const mostInHand = 50;
const mostBytesInHand = 4 * 1024 * 1024;
/** Firestore sustains about one write a second to a document; and whoever comes meanwhile is served with the others. */
const pauseMs = 1.5 * secondMs;
const lookEveryMs = 10 * secondMs;

export type Served = 'analyzed' | 'failed' | 'waits' | 'done-before' | 'deleted' | 'handed-over';

/**
 * Does what waits for a person: analyses the uploads that are queued, all in one computation, forgets those that are being deleted,
 * and computes weeks that are out of date. One worker at a time holds a person. Whoever finds the person held leaves the upload
 * queued and goes: whoever holds looks again after letting go. Safe to call again at any point.
 *
 * A fault of a sender's ends the upload. One of ours is thrown, so that the message comes again, for a day; then the upload is
 * given up, with a dead letter. Being refused, because somebody else is at work, counts as no fault.
 *
 * @throws Fault `upload/busy` for an upload that a worker has in hand: that worker may have died
 */
export async function servePerson(ports: ServePorts, request: AnalysisRequest): Promise<Served> {
  const { uploads, histories, clock } = ports;
  const { uid, uploadId, incarnation, traceparent } = request;
  for (;;) {
    const [own, stored] = await Promise.all([
      uploadId === undefined ? undefined : uploads.find({ uid, uploadId }),
      histories.state(uid),
    ]);
    const { lease } = stored.state;
    if (lease && lease.until > clock.now()) {
      // Also where it is done: no other message would notice that its worker has died.
      if (uploadId !== undefined && lease.uploads.includes(uploadId)) throw new Fault('upload/busy');
      return 'waits';
    }
    const mine = uploadId !== undefined && own && isMeant(own.upload, incarnation);
    let queue: NamedUpload[] = mine ? [{ uploadId, ...own, upload: arrived(own.upload, clock.now()) }] : [];
    if (uploadId !== undefined && !own) await removeStray(ports, { uid, uploadId });
    // A worker has died: others may wait beside the one that this message is about.
    if (lease || queue.length === 0) queue = await withWaiting(ports, uid, queue);
    if (queue.length === 0 && !hasWork(stored.state))
      return own || uploadId === undefined ? 'done-before' : 'deleted';
    const hold = new PersonHold(ports, uid, stored, traceparent);
    if (!(await hold.take(nextInHand(queue), queue))) continue;
    // A death was noted at those that a worker had in hand.
    return work(ports, request, hold, lease ? await seenAgain(ports, uid, queue) : queue);
  }
}

/** Whether a message is about this upload, and there is something to do. */
function isMeant(upload: Upload, incarnation: string | undefined): boolean {
  if (incarnation !== undefined && incarnation !== upload.incarnation) return false;
  return upload.status === 'requested' || awaitsHolder(upload) || lacksRecording(upload);
}

/** The message says that the recording is there. */
const arrived = (upload: Upload, at: number): Upload =>
  advance(upload, { kind: lacksRecording(upload) ? 'retried' : 'stored', at });

async function withWaiting(
  { uploads }: Pick<Ports, 'uploads'>,
  uid: string,
  queue: readonly NamedUpload[],
): Promise<NamedUpload[]> {
  const waiting = await uploads.waiting(uid, mostInHand);
  return [...queue, ...waiting.filter((one) => !queue.some(({ uploadId }) => uploadId === one.uploadId))];
}

/** What a round takes up: those that nothing speaks against together, then the others one by one. */
function nextInHand(queue: readonly NamedUpload[]): NamedUpload[] {
  const suspect = ({ upload: { trouble } }: NamedUpload): boolean =>
    trouble.crashes >= 2 || (trouble.crashes === 0 && trouble.since !== null);
  const clean = queue.filter((named) => !suspect(named));
  if (clean.length === 0) return queue.slice(0, 1);
  let bytes = 0;
  const fits = clean.findIndex(({ upload }) => (bytes += upload.announced.sizeBytes) > mostBytesInHand);
  return clean.slice(0, fits < 0 ? mostInHand : Math.max(1, fits));
}

async function work(
  ports: ServePorts,
  request: AnalysisRequest,
  hold: PersonHold,
  first: NamedUpload[],
): Promise<Served> {
  const { uid, uploadId, traceparent } = request;
  let inHand: NamedUpload[] = [];
  try {
    return await hold.during(async () => {
      const readings = new Map<string, Contribution>();
      const left: Left = new Map();
      const failed = new Set<string>();
      let queue = first;
      let lookedAt = ports.clock.now();
      const look = async (): Promise<NamedUpload[]> => {
        lookedAt = ports.clock.now();
        const waiting = await ports.uploads.waiting(uid, mostInHand);
        // One whose recording was on its way may have it by now, and its message have found the person held.
        const comes = await Promise.all(waiting.map((one) => hasArrived(ports, uid, one, left)));
        return waiting.filter((_, i) => comes[i]);
      };
      const serve = async (
        some: NamedUpload[],
        keep: boolean,
        lookAround: () => Promise<void>,
      ): Promise<void> => {
        inHand = some;
        const about = { uid, hold, readings, traceparent, named: uploadId, failed, lookAround };
        try {
          for (const [id, fault] of await workRound(ports, { ...about, inHand: some, keep }))
            left.set(id, fault);
        } catch (error) {
          if (!hold.held) throw error;
          const [one, ...others] = some;
          // One of them may be the cause, and must not take the others with it.
          if (others.length > 0) for (const single of some) await serve([single], true, lookAround);
          else if (await endsWith(ports, uid, hold, one!.uploadId, error)) failed.add(one!.uploadId);
          else throw error;
        }
        for (const one of some) readings.delete(one.uploadId);
      };
      /** In the middle of long work: whoever has come meanwhile, and wants little. */
      const lookAround = async (): Promise<void> => {
        if (ports.clock.now() - lookedAt < lookEveryMs) return;
        const others = (await look()).filter((one) => !inHand.some((mine) => mine.uploadId === one.uploadId));
        const small = nextInHand(others).filter(({ upload }) => upload.announced.sizeBytes < mostBytesInHand);
        if (small.length === 0) return;
        const before = inHand;
        await hold.turnTo([...before, ...small]);
        await serve(small, true, () => Promise.resolve());
        inHand = before;
      };
      for (;;) {
        while (queue.length > 0 || hasWork(hold.state)) {
          if (!hold.held) {
            await ports.clock.wait(hold.wroteAt + pauseMs - ports.clock.now(), new AbortController().signal);
            if (!(await hold.take(nextInHand(queue), queue))) return 'waits';
          }
          if (hold.state.takeOver !== null || queue.length === 0) {
            await workOff(ports, { uid, hold, traceparent, keep: queue.length > 0 });
            continue;
          }
          const next = nextInHand(queue);
          queue = queue.filter((one) => !next.includes(one));
          await hold.turnTo(next);
          await serve(next, queue.length > 0, lookAround);
          inHand = [];
        }
        if (hold.held) await hold.write((state) => released(state));
        queue = await look();
        if (queue.length === 0) break;
      }
      const fault = [...left.values()].find((one) => one !== undefined);
      if (fault) throw fault;
      if (uploadId !== undefined && failed.has(uploadId)) return 'failed';
      return 'analyzed';
    });
  } catch (error) {
    await letGo(ports, uid, hold, inHand, error);
    if (!(error instanceof HandOver)) throw error;
    await ports.requests.publish(request);
    return 'handed-over';
  }
}

/** Whether an upload that waits is to be worked on; of those that were left only one whose recording has come since. */
async function hasArrived(
  { recordings }: Pick<Ports, 'recordings'>,
  uid: string,
  { uploadId }: NamedUpload,
  left: Left,
): Promise<boolean> {
  if (!left.has(uploadId)) return true;
  return left.get(uploadId) === undefined && recordings.exists({ uid, uploadId });
}

/** Ends an upload with a fault that no other try will mend; false where one may. */
async function endsWith(
  ports: ServePorts,
  uid: string,
  hold: PersonHold,
  uploadId: string,
  error: unknown,
): Promise<boolean> {
  const fault = faultOf(error);
  const stored = await ports.uploads.find({ uid, uploadId });
  if (!stored || !awaitsHolder(stored.upload)) return false;
  const named = { uploadId, ...stored };
  if (!isLast(named, fault, ports.clock.now())) return false;
  return hold.write((state) => released(state, true), { uploads: [await givenUp(ports, uid, named, fault)] });
}

/**
 * Lets the person go after a fault, so that the next delivery need not wait for the lease to run out. A fault that counts is noted
 * at the uploads that were in hand.
 */
async function letGo(
  ports: ServePorts,
  uid: string,
  hold: PersonHold,
  inHand: readonly NamedUpload[],
  error: unknown,
): Promise<void> {
  if (!hold.held) return;
  const at = ports.clock.now();
  const free = (state: PersonState): PersonState => ({ ...state, lease: null });
  try {
    const moves: UploadMove[] = [];
    for (const { uploadId } of !(error instanceof HandOver) && countsAsFault(faultOf(error)) ? inHand : []) {
      const stored = await ports.uploads.find({ uid, uploadId });
      if (stored && awaitsHolder(stored.upload))
        moves.push({ uploadId, ...stored, next: advance(stored.upload, { kind: 'troubled', at }) });
    }
    if (!(await hold.write(free, { uploads: moves }))) await hold.write(free);
  } catch {
    // Then it runs out.
  }
}
