/**
 * Everything that can go wrong and has a name. One table says, for each code, what a callable answers, what
 * HTTP answers, whether the same event may succeed when it is delivered again, and the one sentence a person
 * may read. Only sentences of this table leave the functions.
 */

/** How a callable function reports the fault (the gRPC code names that `HttpsError` uses). */
export type CallableCode =
  | 'invalid-argument'
  | 'failed-precondition'
  | 'not-found'
  | 'already-exists'
  | 'permission-denied'
  | 'resource-exhausted'
  | 'unauthenticated'
  | 'unavailable'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'internal';

interface FaultKind {
  callable: CallableCode;
  status: number;
  /** Whether delivering the same event again may help. */
  retry: boolean;
  sentence: string;
}

const permanent = (callable: CallableCode, status: number, sentence: string): FaultKind => ({
  callable,
  status,
  retry: false,
  sentence,
});
const transient = (callable: CallableCode, status: number, sentence: string): FaultKind => ({
  callable,
  status,
  retry: true,
  sentence,
});

export const faults = {
  'auth/missing-token': permanent(
    'unauthenticated',
    401,
    'Sign in, and send the Firebase ID token as "Authorization: Bearer <token>".',
  ),
  'auth/invalid-token': permanent(
    'unauthenticated',
    401,
    'The ID token is expired, revoked or not of this project. Sign in again.',
  ),
  'auth/invalid-app-check': permanent(
    'unauthenticated',
    401,
    'Send a valid App Check token of this app as "X-Firebase-AppCheck".',
  ),
  'auth/replayed-app-check': permanent(
    'unauthenticated',
    401,
    'This App Check token was used before. Send a fresh limited-use token.',
  ),
  'consent/withdrawn': permanent(
    'permission-denied',
    403,
    'Consent to the analysis was withdrawn. Nothing is analysed until it is given again.',
  ),
  'person/erasing': transient(
    'unavailable',
    503,
    'Everything that was stored about this person is being deleted. Try again in a minute.',
  ),
  'request/method-not-allowed': permanent(
    'invalid-argument',
    405,
    'This address takes another HTTP method; see the Allow header.',
  ),
  'request/not-found': permanent('not-found', 404, 'There is nothing at this address.'),
  'request/unsupported-media-type': permanent(
    'invalid-argument',
    415,
    'Send application/json or application/x-ndjson, as it is or gzip-encoded.',
  ),
  'request/invalid': permanent(
    'invalid-argument',
    400,
    'The request does not have the documented form; see issues.',
  ),
  'request/timeout': permanent(
    'deadline-exceeded',
    408,
    'The recording came too slowly. Send it again, or upload it with the Storage SDK after requestUpload.',
  ),
  'request/aborted': permanent(
    'cancelled',
    499,
    'The connection ended before all of the recording had arrived. Send it again.',
  ),
  'recording/empty': permanent(
    'invalid-argument',
    400,
    'The body is empty. Send a recording with at least one sample.',
  ),
  'recording/truncated': permanent(
    'invalid-argument',
    400,
    'The recording ends too early. Send it again, whole.',
  ),
  'recording/invalid-encoding': permanent('invalid-argument', 400, 'The recording is not valid gzip.'),
  'recording/invalid-json': permanent('invalid-argument', 400, 'The recording is not valid JSON.'),
  'recording/invalid': permanent(
    'invalid-argument',
    400,
    'The recording does not have the documented form; see issues.',
  ),
  'recording/no-samples': permanent(
    'invalid-argument',
    400,
    'The recording has no sample and no deletion. Send at least one.',
  ),
  'recording/no-valid-samples': permanent(
    'invalid-argument',
    400,
    'None of the samples can be used; see issues.',
  ),
  'recording/too-large': permanent(
    'resource-exhausted',
    413,
    'The recording is too large. Split it, or upload it with the Storage SDK after requestUpload.',
  ),
  'recording/too-many-samples': permanent(
    'resource-exhausted',
    413,
    'One day holds more samples than can be kept. Remove repeated samples and send it again.',
  ),
  'recording/too-many-days': permanent(
    'resource-exhausted',
    413,
    'The recording has samples of more days than one person may send in a day. Split it, and send the rest tomorrow.',
  ),
  'recording/nothing-known': permanent(
    'failed-precondition',
    422,
    'There is no sample yet that can be analysed. Send more of them.',
  ),
  'recording/missing': permanent(
    'failed-precondition',
    409,
    'The recording is no longer in storage. Send it again.',
  ),
  'recording/changed': permanent(
    'failed-precondition',
    409,
    'The recording in storage is not the one that was announced. Request a new upload.',
  ),
  'recording/not-enough-wear': permanent(
    'failed-precondition',
    422,
    'The watch was worn too little for this. Wear it for at least 16 hours a day on 5 days.',
  ),
  'upload/not-owner': permanent(
    'permission-denied',
    403,
    'The recording names another person than the one who is signed in.',
  ),
  'upload/not-found': permanent('not-found', 404, 'There is no such upload.'),
  'upload/conflict': permanent(
    'already-exists',
    409,
    'This upload id was used with other content. Use a new id.',
  ),
  'upload/illegal-move': permanent(
    'failed-precondition',
    409,
    'The upload is not in a state that allows this.',
  ),
  'upload/expired': permanent(
    'failed-precondition',
    410,
    'The announced recording never came. Request a new upload.',
  ),
  'upload/deleting': transient('unavailable', 503, 'This upload is being deleted. Try again in a minute.'),
  'upload/busy': transient('unavailable', 503, 'The upload is being worked on. It will be looked at again.'),
  'upload/fenced': transient('unavailable', 503, 'Another attempt has taken over this upload.'),
  'quota/exceeded': permanent(
    'resource-exhausted',
    429,
    'That is enough for now. Try again when the time in Retry-After has passed.',
  ),
  'report/not-found': permanent(
    'not-found',
    404,
    'There is no analysis to report on. Send a recording, and wait until it has been analysed.',
  ),
  'analysis/gave-up': permanent(
    'internal',
    500,
    'The analysis failed several times. It can be asked for again.',
  ),
  'model/not-installed': permanent('failed-precondition', 503, 'The model file is not installed.'),
  'model/invalid-manifest': permanent('internal', 500, 'The manifest of a model is not valid.'),
  'model/hash-mismatch': permanent('internal', 500, 'A model file is not the one its manifest describes.'),
  'model/corrupt': permanent('internal', 500, 'A model file cannot be loaded.'),
  'model/wrong-shape': permanent(
    'internal',
    500,
    'A model does not have the inputs and outputs its manifest describes.',
  ),
  'narrator/unavailable': transient('unavailable', 503, 'The text could not be written just now.'),
  'narrator/cap-reached': transient(
    'unavailable',
    503,
    'No more texts are generated today; the template says the same.',
  ),
  'narrator/refused': permanent('unavailable', 502, 'The text was refused by the safety rules of the model.'),
  'narrator/rejected': permanent(
    'unavailable',
    502,
    'The text was not written: the model does not take this request.',
  ),
  'narrator/invalid': permanent('unavailable', 502, 'The model did not answer in the agreed form.'),
  'schema/newer': transient(
    'unavailable',
    503,
    'A newer version of the service keeps this. It will be looked at again when that version is back.',
  ),
  'service/busy': transient(
    'unavailable',
    503,
    'Too many recordings arrive at once. Try again when the time in Retry-After has passed.',
  ),
  'service/unavailable': transient(
    'unavailable',
    503,
    'A part of the service is away. Try again in a minute.',
  ),
  internal: transient(
    'internal',
    500,
    'Something unexpected happened. Name the requestId when you ask about it.',
  ),
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faults;

/** Why something that was sent cannot be used; never carries the value itself. */
export interface Issue {
  /** JSON pointer (RFC 6901) into what was sent, for example `/samples/3/unit`. */
  pointer: string;
  expected: string;
  received: string;
}

/** The one error class of the product. Throw it with a code of the table; attach the cause, never put it in words. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly issues: readonly Issue[];
  /** Seconds after which to try again, where that is known. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: FaultCode,
    options: { cause?: unknown; issues?: readonly Issue[]; retryAfterS?: number } = {},
  ) {
    super(faults[code].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterS = options.retryAfterS;
  }

  get retry(): boolean {
    return faults[this.code].retry;
  }
}

/** Whether a text from outside is the code of a fault. */
export function isFaultCode(code: string | undefined): code is FaultCode {
  return code !== undefined && Object.hasOwn(faults, code);
}

/** Whether a fault is the service's own, and not that of whoever sent something. */
export function isOwnFault(code: FaultCode): boolean {
  return faults[code].retry || faults[code].callable === 'internal';
}

/** A model that cannot be loaded. The analysis goes on without it. */
export function isModelFault(error: unknown): boolean {
  return error instanceof Fault && error.code.startsWith('model/');
}

/** The fault that `error` is, or `internal` with the error as its cause. */
export function faultOf(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault('internal', { cause: error });
}

/** A number, or why there is none. A missing section of an analysis is always this object. */
export interface Unavailable {
  unavailable: UnavailableCode;
}

/** Why a section of an analysis has no numbers. */
export type UnavailableCode =
  | 'no-samples'
  | 'recording/not-enough-wear'
  | 'recording/no-wearable'
  | 'recording/unresolved-minutes'
  | 'recording/not-enough-nights'
  | 'model/not-installed'
  | 'model/too-uncertain'
  // Of a single night: the wearable was off when the person usually sleeps; it was worn, and no sleep was found; it was measured
  // in part; too few readings.
  | 'watch-off'
  | 'night-not-found'
  | 'partial'
  | 'too-sparse';
