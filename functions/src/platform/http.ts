import type { ServerResponse } from 'node:http';
import { faultOf, faults } from '../domain/fault.ts';
import { invoke } from '../telemetry/invocation.ts';
import { flushTelemetry } from '../telemetry/telemetry.ts';
import { problemOf, retryAfterOf } from './problem.ts';
import { headerOf, requestIdOf, type Headed } from './request.ts';
import { knownMethod, recordOutcome } from './request-outcome.ts';

/** The part of an Express request that a function looks at. */
export interface HttpRequest extends Headed {
  method: string;
  socket?: { remoteAddress?: string | undefined };
  resume(): unknown;
  destroy(): unknown;
}

export interface Answer {
  status: number;
  /** JSON, or a whole HTML page. */
  body: object | string;
  headers?: Record<string, string>;
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
  const started = performance.now();
  response.setHeader('x-request-id', requestId);
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const about = {
    trigger: 'http',
    kind: 'server',
    requestId,
    traceparent: headerOf(request, 'traceparent'),
    attributes: { 'http.request.method': knownMethod(method) },
  } as const;
  await invoke(about, async (invocation) => {
    try {
      const { status, body, headers = {}, uploadId } = await work(invocation.traceparent);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      invocation.uploadId = uploadId;
      const size = send(response, status, typeof body === 'string' ? 'text/html' : 'application/json', body);
      invocation.span.set({
        'http.response.status_code': status,
        'http.response.body.size': size,
        'clarity_loop.upload.id': uploadId,
      });
      recordOutcome(method, status, started);
    } catch (error) {
      const fault = faultOf(error);
      const { status } = faults[fault.code];
      if (fault.code === 'request/method-not-allowed') response.setHeader('allow', allow);
      const retryAfterS = retryAfterOf(fault);
      if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
      leave(request);
      send(response, status, 'application/problem+json', problemOf(fault, requestId));
      invocation.span.set({ 'http.response.status_code': status });
      invocation.fail(fault, error);
      recordOutcome(method, status, started, fault);
    }
  });
  await flushTelemetry();
}

/** How long the rest of a body may still come that nobody reads. */
const restMs = 10_000;

/**
 * Lets the rest of the body come to nothing: closing at once would lose the answer on the way. A sender that takes its time
 * is cut off; of a request that has ended this changes nothing.
 */
function leave(request: HttpRequest): void {
  request.resume();
  setTimeout(() => request.destroy(), restMs).unref();
}

/** @returns the size of the body in bytes */
function send(response: ServerResponse, status: number, contentType: string, body: object | string): number {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('content-type', `${contentType}; charset=utf-8`);
  response.end(text);
  return Buffer.byteLength(text);
}
