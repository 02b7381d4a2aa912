import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Fault} from '../domain/fault.ts';
import { faultOf, faults } from '../domain/fault.ts';
import { errorFields, log } from './log.ts';
import { childOf, formatTraceparent, inTrace } from './trace.ts';

/** The part of an Express request that a function looks at. */
export interface HttpRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  socket?: { remoteAddress?: string | undefined };
  resume(): unknown;
}

export interface Answer {
  status: number;
  body: object;
  uploadId?: string;
}

/** Answers are for the one who asked, and no page: a browser must neither keep, sniff, frame nor run anything of them. */
const securityHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

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

/**
 * Answers one HTTPS request inside its trace. A fault becomes a problem document (RFC 9457) with its code and
 * sentence; anything else becomes `internal` and says nothing of its own.
 */
export async function answerRequest(
  request: HttpRequest,
  response: ServerResponse,
  work: (traceparent: string) => Promise<Answer>,
): Promise<void> {
  const requestId = requestIdOf(request);
  const { method } = request;
  const trace = childOf(header(request, 'traceparent'));
  const started = performance.now();
  response.setHeader('x-request-id', requestId);
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  await inTrace(trace, async () => {
    try {
      const { status, body, uploadId } = await work(formatTraceparent(trace));
      send(response, status, 'application/json', body);
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
      if (fault.code === 'request/method-not-allowed') response.setHeader('allow', 'GET, POST');
      const retryAfterS = retryAfterOf(fault);
      if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
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

/** Where nothing better is known, what may pass has passed by then. */
const passesWithinS = 30;

/** Seconds after which the same request may succeed; undefined where it never will. */
function retryAfterOf(fault: Fault): number | undefined {
  return fault.retryAfterS ?? (faults[fault.code].status === 503 ? passesWithinS : undefined);
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

function send(response: ServerResponse, status: number, contentType: string, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', `${contentType}; charset=utf-8`);
  response.end(JSON.stringify(body));
}
