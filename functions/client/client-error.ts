import { faults, isFaultCode, type Issue } from '../src/domain/fault.ts';
import type { Language } from '../src/domain/languages.ts';
import { actions, clientSentences, personSentences, type Action, type KnownCode } from './what-to-do.ts';

/** A code of the table, or one of a newer server. */
export type ClientErrorCode = KnownCode | (string & {});

/**
 * Every error of the client. Switch on `code`, or on `action`, which also is there for codes that are newer than the app;
 * show `sentence`; `message` is for the developer.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /** What the app does about it. */
  readonly action: Action;
  /** The server's id of the call, for whoever looks into its logs; undefined where the call never reached it. */
  readonly requestId: string | undefined;
  /** Seconds after which the same may succeed, where that is known. */
  readonly retryAfterS: number | undefined;
  /** What of the input cannot be used. */
  readonly issues: readonly Issue[];

  constructor(
    code: ClientErrorCode,
    details: Omit<Details, 'code'> & { message?: string; cause?: unknown } = {},
  ) {
    const { message = sentenceOf(code), cause, requestId, retryAfterS, issues = [] } = details;
    super(message, { cause });
    this.code = code;
    this.action = isKnown(code) ? actions[code] : retryAfterS === undefined ? 'repair' : 'wait';
    this.requestId = requestId;
    this.retryAfterS = retryAfterS;
    this.issues = issues;
  }

  /** One sentence for the person who uses the app. */
  sentence(language: Language): string {
    return personSentences[this.action][language];
  }
}

interface Details {
  code?: string;
  requestId?: string | undefined;
  retryAfterS?: number | undefined;
  issues?: readonly Issue[] | undefined;
}

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(actions, code);
}

function sentenceOf(code: string): string {
  if (isFaultCode(code)) return faults[code].sentence;
  return Object.hasOwn(clientSentences, code)
    ? clientSentences[code as keyof typeof clientSentences]
    : `The server says ${code}, which is newer than this client.`;
}

/** Of a code that is newer than this client, only the server has the sentence. */
function newer(code: string, message: string | undefined): { message?: string } {
  return isKnown(code) || message === undefined ? {} : { message };
}

/** What the SDK's own codes mean, where no code of ours came with them. */
const meanings: Record<string, KnownCode> = {
  'functions/unauthenticated': 'auth/invalid-token',
  'functions/permission-denied': 'client/refused',
  'functions/not-found': 'client/offline',
  'functions/resource-exhausted': 'service/busy',
  'functions/unavailable': 'service/unavailable',
  'functions/deadline-exceeded': 'service/unavailable',
  'functions/cancelled': 'client/canceled',
  // What the SDK says where no answer of a function came: ours always have details.
  'functions/internal': 'client/offline',
  'storage/unauthenticated': 'auth/invalid-token',
  'storage/unauthorized': 'client/refused',
  'storage/canceled': 'client/canceled',
  'storage/retry-limit-exceeded': 'client/offline',
  unauthenticated: 'auth/invalid-token',
  'permission-denied': 'client/refused',
  unavailable: 'client/offline',
  'deadline-exceeded': 'client/offline',
};

/** Any error of the Firebase SDK, or of ours, as one with a code. */
export function clientErrorOf(cause: unknown): ClientError {
  if (cause instanceof ClientError) return cause;
  const {
    code = '',
    message,
    details,
  } = (cause ?? {}) as { code?: string; message?: string; details?: Details };
  if (typeof details?.code === 'string') {
    return new ClientError(details.code, { ...details, ...newer(details.code, message), cause });
  }
  return new ClientError(meanings[code] ?? 'client/unexpected', { cause });
}

/** The error that an HTTPS function's problem document is (RFC 9457). */
export function problemOf(body: string, retryAfter: string | null): ClientError {
  try {
    const { code, title, requestId, issues } = JSON.parse(body) as Details & { title?: string };
    if (typeof code === 'string') {
      const retryAfterS = retryAfter === null ? undefined : Number(retryAfter);
      return new ClientError(code, { requestId, issues, retryAfterS, ...newer(code, title) });
    }
  } catch {
    // A page of somebody else's: a proxy, or a wrong address.
  }
  return new ClientError('client/unexpected');
}
