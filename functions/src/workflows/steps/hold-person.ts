import { randomUUID } from 'node:crypto';
import { HandOver } from './hand-over.ts';
import { Fault, faultOf } from '../../domain/fault.ts';
import { withLook, type PersonState } from '../../domain/person/person-state.ts';
import { minuteMs, secondMs } from '../../domain/time.ts';
import { advance } from '../../domain/upload/upload.ts';
import type { Changes, NamedUpload, Ports, StoredState } from '../ports.ts';

/** Short, so that the work of a worker that died is taken over soon; renewed for as long as a worker lives. */
const leaseMs = 45 * secondMs;
const renewEveryMs = 15 * secondMs;
/** Work that takes longer goes on in another run: functions end after nine minutes. */
const handOverAfterMs = 6 * minuteMs;

type HoldPorts = Pick<Ports, 'histories' | 'uploads' | 'clock'>;

/** The right to write a person's samples and results, while it lasts. */
export class PersonHold {
  readonly #ports: HoldPorts;
  readonly #uid: string;
  readonly #traceparent: string;
  readonly #holder = randomUUID();
  readonly #since: number;
  #current: StoredState;
  /** Writes of the work and of its heartbeat, one after the other: each depends on the one before. */
  #last: Promise<unknown> = Promise.resolve();
  #wroteAt = -Infinity;

  constructor(ports: HoldPorts, uid: string, stored: StoredState, traceparent: string) {
    this.#ports = ports;
    this.#uid = uid;
    this.#current = stored;
    this.#traceparent = traceparent;
    this.#since = ports.clock.now();
  }

  get state(): PersonState {
    return this.#current.state;
  }

  get held(): boolean {
    return this.state.lease?.holder === this.#holder;
  }

  /** When it was last written (ms). */
  get wroteAt(): number {
    return this.#wroteAt;
  }

  /**
   * Takes the person to work on some of the uploads that wait. Those that a worker had in hand which died are told so.
   *
   * @returns whether nobody was faster
   */
  async take(inHand: readonly NamedUpload[], waiting: readonly NamedUpload[]): Promise<boolean> {
    const at = this.#ports.clock.now();
    const dead = this.state.lease?.uploads ?? [];
    const crashed = waiting
      .filter(({ uploadId }) => dead.includes(uploadId))
      .map((named) => ({ ...named, next: advance(named.upload, { kind: 'crashed', at }) }))
      .filter(({ next, upload }) => next !== upload);
    return this.#write(this.#taken(inHand), { uploads: crashed }, () => true);
  }

  /** Names the uploads in hand: their messages will not be acknowledged meanwhile. */
  async turnTo(inHand: readonly NamedUpload[]): Promise<void> {
    const named = this.state.lease?.uploads ?? [];
    if (!inHand.every(({ uploadId }) => named.includes(uploadId))) await this.write(this.#taken(inHand));
  }

  /**
   * One commit.
   *
   * @returns false where one of the uploads or the state has been written by somebody else: nothing was written, and what
   *   the commit was made of must be looked at again
   * @throws Fault `upload/fenced` when somebody else holds the person
   */
  write(change: (state: PersonState) => PersonState, changes: Changes = {}): Promise<boolean> {
    return this.#write(change, changes, () => this.held);
  }

  /**
   * Works while the hold is renewed. Work ends at once when a renewal is refused.
   *
   * @throws Fault `upload/fenced`; HandOver
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { clock } = this.#ports;
    const done = new AbortController();
    const lost = new Promise<never>((_, reject) => {
      const beat = async (): Promise<void> => {
        for (;;) {
          await clock.wait(renewEveryMs, done.signal);
          if (done.signal.aborted) return;
          if (clock.now() - this.#since >= handOverAfterMs)
            throw new HandOver('the work takes longer than a run may');
          if (!this.held) continue;
          await this.write(renewed(clock.now() + leaseMs)).catch((error: unknown) => {
            // A store that does not answer may answer the next time, and takes no hold away.
            if (faultOf(error).code === 'upload/fenced') throw error;
          });
        }
      };
      beat().catch(reject);
    });
    try {
      return await Promise.race([work(), lost]);
    } finally {
      done.abort();
    }
  }

  #taken(inHand: readonly NamedUpload[]): (state: PersonState) => PersonState {
    const lease = {
      holder: this.#holder,
      until: this.#ports.clock.now() + leaseMs,
      uploads: inHand.map(({ uploadId }) => uploadId),
    };
    return (state) => ({ ...state, lease });
  }

  #write(
    change: (state: PersonState) => PersonState,
    changes: Changes,
    stillMay: () => boolean,
  ): Promise<boolean> {
    const { histories, clock } = this.#ports;
    const write = async (): Promise<boolean> => {
      if (!stillMay()) throw new Fault('upload/fenced');
      const next = {
        ...withLook(change(this.state), clock.now()),
        lastWrite: randomUUID(),
        traceparent: this.#traceparent,
      };
      const accept = (stored: StoredState): true => {
        this.#current = stored;
        this.#wroteAt = clock.now();
        return true;
      };
      const { revision } = this.#current;
      let failure: unknown;
      try {
        const written = await histories.commit(this.#uid, this.#current, next, changes);
        if (written) return accept(written);
      } catch (error) {
        failure = error;
      }
      // It may have been written all the same, and the answer lost.
      const stored = await histories.state(this.#uid);
      if (stored.state.lastWrite === next.lastWrite) return accept(stored);
      if (failure !== undefined && stored.revision === revision) throw failure as Error;
      this.#current = stored;
      if (!stillMay()) throw new Fault('upload/fenced');
      return false;
    };
    const turn = this.#last.then(write, write);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const renewed =
  (until: number) =>
  (state: PersonState): PersonState =>
    state.lease ? { ...state, lease: { ...state.lease, until } } : state;
