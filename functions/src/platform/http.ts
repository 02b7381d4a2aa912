import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Fault, faultOf, faults } from '../domain/fault.ts';
import { errorFields, log } from './log.ts';
import { childOf, formatTraceparent, inTrace } from './trace.ts';

/** The part of an Express request that a function looks at. */
export interface HttpRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  resume(): unknown;
}

export interface Answer {
  status: number;
  /** JSON, or a whole HTML page. */
  body: object | string;
  headers?: Record<string, string>;
  uploadId?: string;
}

const requestIdPattern = /^[A-Za-z0-9_-]{8,128}$/;

/** The client's own id of the request where it has a usable one, else a new one. */
function requestIdOf({ headers }: HttpRequest): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}

function header({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The token of `Authorization: Bearer <token>`. @throws Fault `auth/missing-token` */
export function bearerToken(request: HttpRequest): string {
  const token = /^Bearer ([^\s]+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  if (!token) throw new Fault('auth/missing-token');
  return token;
}

/**
 * Answers one HTTPS request inside its trace. A fault becomes a problem document (RFC 9457) with its code and
 * sentence; anything else becomes `internal` and says nothing of its own.
 *
 * @param options the methods that the function takes, as the header Allow tells them
 */
export async function answerRequest(
  request: HttpRequest,
  response: ServerResponse,
  work: (traceparent: string) => Promise<Answer>,
  { allow = 'GET, POST' } = {},
): Promise<void> {
  const requestId = requestIdOf(request);
  const { method } = request;
  const trace = childOf(header(request, 'traceparent'));
  const started = performance.now();
  response.setHeader('x-request-id', requestId);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  await inTrace(trace, async () => {
    try {
      const { status, body, headers = {}, uploadId } = await work(formatTraceparent(trace));
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      send(response, status, typeof body === 'string' ? 'text/html' : 'application/json', body);
      const durationMs = Math.round(performance.now() - started);
      log('info', 'request.answered', {
        requestId,
        method,
        status,
        durationMs,
        ...(uploadId ? { uploadId } : {}),
      });
    } catch (error) {
      const fault = faultOf(error);
      const { status } = faults[fault.code];
      if (fault.code === 'request/method-not-allowed') response.setHeader('allow', allow);
      // Nobody reads the rest of the body now; closing instead would lose the answer on the way.
      request.resume();
      send(response, status, 'application/problem+json', problemOf(fault, requestId));
      if (status < 500) log('info', 'request.answered', { requestId, method, status, code: fault.code });
      else
        log('error', 'request.failed', {
          requestId,
          method,
          status,
          code: fault.code,
          ...errorFields(fault.cause),
        });
    }
  });
}

/** RFC 9457. `type` is the code as a URN: there is no page behind it. */
export function problemOf(fault: Fault, requestId: string): object {
  const { status, sentence } = faults[fault.code];
  return {
    type: `urn:clarity-loop:problem:${fault.code}`,
    title: sentence,
    status,
    code: fault.code,
    requestId,
    ...(fault.issues.length ? { issues: fault.issues } : {}),
  };
}

function send(response: ServerResponse, status: number, contentType: string, body: object | string): void {
  response.statusCode = status;
  response.setHeader('content-type', `${contentType}; charset=utf-8`);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
