// What happens to the service in one simulated history, as data: it can be printed, replayed and made smaller.
import { minuteMs } from '../../functions/src/domain/time.ts';
import type { UploadKey } from '../../functions/src/domain/upload/upload.ts';

/** One thing that a person's app does. Uploads are numbered within the history. */
export interface Act {
  at: number;
  person: number;
  /**
   * `import` sends a recording of a dozen weeks, `delete-samples` one that says that the samples of another upload were deleted;
   * `abandon` announces a recording that never comes.
   */
  does:
    | 'send'
    | 'import'
    | 'delete-samples'
    | 'announce'
    | 'abandon'
    | 'delete-upload'
    | 'retry'
    | 'refresh'
    | 'delete-everything';
  upload: number;
  /** The event of its object is never delivered. */
  lost?: true;
}

/** A part of the cloud that does not answer for a while, or a newer release that keeps the people's documents meanwhile. */
export interface Outage {
  of: 'firestore' | 'storage' | 'vertex' | 'models' | 'rollback';
  from: number;
  to: number;
}

/** Milliseconds of virtual time throughout. */
export interface History {
  seed: number;
  acts: Act[];
  outages: Outage[];
  /** Probability that a call of a port kills the process that makes it. */
  crash: number;
  /** Probability that a run of a function is killed at some moment of it. */
  killed: number;
  /** Probability that a call fails although it has had its effect, and that it fails without any. */
  lostAnswer: number;
  failure: number;
  /** Probability that a message is delivered a second time anyway, and that an event is never delivered. */
  duplicate: number;
  lostEvent: number;
  /** How long the work of an analysis takes. */
  workMs: number;
  ackDeadlineMs: number;
  places: number;
  /** People whose deletion hangs for ever, and whose text Vertex refuses for ever. */
  hanging: number[];
  refused: number[];
  /** Whether the recordings hold a night for the sleep model. */
  nights: boolean;
  /** From when on nothing goes wrong any more: what is open then must end. */
  calmFrom: number;
}

/** Nothing goes wrong. */
export const calm: Omit<History, 'seed' | 'acts'> = {
  outages: [],
  crash: 0,
  killed: 0,
  lostAnswer: 0,
  failure: 0,
  duplicate: 0,
  lostEvent: 0,
  workMs: 0,
  ackDeadlineMs: 600_000,
  places: 80,
  hanging: [],
  refused: [],
  nights: false,
  calmFrom: 60 * minuteMs,
};

/** When every history begins: 16 June 2025, 08:00 UTC. */
export const start = Date.UTC(2025, 5, 16, 8);

export const uidOf = (person: number): string => `person-${person}`;

export const keyOf = ({ person, upload }: Pick<Act, 'person' | 'upload'>): UploadKey => ({
  uid: uidOf(person),
  uploadId: `upload-${person}-${upload}`,
});
