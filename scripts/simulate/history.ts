// What happens to the service in one simulated history, as data: it can be printed, replayed and made smaller.

/** One thing that a person's app does. Uploads are numbered within their person. */
export interface Act {
  at: number;
  person: number;
  does: 'send' | 'announce' | 'delete-upload' | 'retry' | 'refresh' | 'delete-everything' | 'withdraw';
  upload: number;
}

/** A part of the cloud that does not answer for a while. */
export interface Outage {
  of: 'firestore' | 'storage' | 'vertex' | 'models';
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
  /** Probability that a call fails although it has had its effect. */
  lostAnswer: number;
  /** Probability that a call fails without any. */
  failure: number;
  /** Probability that a message is delivered a second time anyway, and that an event is never delivered. */
  duplicate: number;
  lostEvent: number;
  /** How long the work of an analysis takes. */
  workMs: number;
  ackDeadlineMs: number;
  places: number;
  /** From when on nothing goes wrong any more: what is open then must end. */
  calmFrom: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
