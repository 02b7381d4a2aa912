import { faults, isFaultCode, type FaultCode, type Issue } from '../src/domain/fault.ts';

/** What only the app's own side can say. */
const clientSentences = {
  'client/canceled': 'This was called off.',
  'client/refused': 'The rules of Storage or Firestore do not allow this.',
  'client/unexpected': 'The Firebase SDK reported something unexpected; see cause.',
} as const;

export type ClientErrorCode = FaultCode | keyof typeof clientSentences;

/** Every error of the client. Switch on `code`; the message is a sentence that a person may read, in English. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /** Seconds after which the same may succeed, where that is known. */
  readonly retryAfterS: number | undefined;
  /** What of the input cannot be used. */
  readonly issues: readonly Issue[];

  constructor(
    code: ClientErrorCode,
    {
      cause,
      retryAfterS,
      issues = [],
    }: { cause?: unknown; retryAfterS?: number | undefined; issues?: readonly Issue[] | undefined } = {},
  ) {
    super(isFaultCode(code) ? faults[code].sentence : clientSentences[code], { cause });
    this.code = code;
    this.retryAfterS = retryAfterS;
    this.issues = issues;
  }
}

/** What the SDK's own codes mean, where no code of ours came with them. */
const meanings: Record<string, ClientErrorCode> = {
  'functions/unauthenticated': 'auth/invalid-token',
  'functions/unavailable': 'service/unavailable',
  'functions/deadline-exceeded': 'service/unavailable',
  'functions/cancelled': 'client/canceled',
  // Also what the SDK says when the network is away.
  'functions/internal': 'service/unavailable',
  'storage/unauthenticated': 'auth/invalid-token',
  'storage/unauthorized': 'client/refused',
  'storage/canceled': 'client/canceled',
  'storage/retry-limit-exceeded': 'service/unavailable',
  unauthenticated: 'auth/invalid-token',
  'permission-denied': 'client/refused',
  unavailable: 'service/unavailable',
  'deadline-exceeded': 'service/unavailable',
};

/** Any error of the Firebase SDK, or of ours, as one with a code of the closed list. */
export function clientErrorOf(cause: unknown): ClientError {
  if (cause instanceof ClientError) return cause;
  const { code = '', details } = (cause ?? {}) as { code?: string; details?: Details };
  if (isFaultCode(details?.code)) {
    const { retryAfterS, issues } = details;
    return new ClientError(details.code, { cause, retryAfterS, issues });
  }
  return new ClientError(meanings[code] ?? 'client/unexpected', { cause });
}

interface Details {
  code?: string;
  retryAfterS?: number;
  issues?: readonly Issue[];
}
