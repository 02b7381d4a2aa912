import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Fault } from '../domain/fault.ts';
import { faultOf, faults } from '../domain/fault.ts';
import { errorFields, log } from '../telemetry/log.ts';
import { invoke } from '../telemetry/invocation.ts';
import { measure } from '../telemetry/metrics.ts';
import { flushTelemetry } from '../telemetry/telemetry.ts';

/** The part of an Express request that a function looks at. */
export interface HttpRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  socket?: { remoteAddress?: string | undefined };
  resume(): unknown;
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

const requestIdPattern = /^[A-Za-z0-9_-]{8,128}$/;

/** The client's own id of the request where it has a usable one, else a new one. */
export function requestIdOf({ headers }: Pick<HttpRequest, 'headers'>): string {
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
  const durationMs = (): number => Math.round(performance.now() - started);
  response.setHeader('x-request-id', requestId);
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const about = {
    trigger: 'http',
    kind: 'server',
    requestId,
    traceparent: header(request, 'traceparent'),
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
      log('info', 'request.answered', { method, status, durationMs: durationMs() });
      answered(method, status, started);
    } catch (error) {
      const fault = faultOf(error);
      const { status } = faults[fault.code];
      if (fault.code === 'request/method-not-allowed') response.setHeader('allow', allow);
      const retryAfterS = retryAfterOf(fault);
      if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
      // Nobody reads the rest of the body now; closing instead would lose the answer on the way.
      request.resume();
      send(response, status, 'application/problem+json', problemOf(fault, requestId));
      invocation.span.set({ 'http.response.status_code': status });
      invocation.fail(fault, error);
      logRefusal(method, fault, durationMs());
      answered(method, status, started, fault);
    }
  });
  await flushTelemetry();
}

/** Logs a request that ended with a fault: the client's mistakes as information, ours as errors. */
export function logRefusal(method: string, fault: Fault, durationMs: number): void {
  const { code, cause } = fault;
  const { status } = faults[code];
  if (status < 500) log('info', 'request.answered', { method, status, code, durationMs });
  else log('error', 'request.failed', { method, status, code, durationMs, ...errorFields(cause) });
}

/** Measures a request that has been answered; `started` is of `performance.now()`. */
export function answered(method: string, status: number, started: number, fault?: Fault): void {
  measure('http.server.request.duration', (performance.now() - started) / 1000, {
    'http.request.method': knownMethod(method),
    'http.response.status_code': status,
    ...(fault ? { 'error.type': fault.code } : {}),
  });
}

/** Anybody may make up a method; a metric must not have a series for each. */
function knownMethod(method: string): string {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].includes(method) ? method : '_OTHER';
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

/** @returns the size of the body in bytes */
function send(response: ServerResponse, status: number, contentType: string, body: object | string): number {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('content-type', `${contentType}; charset=utf-8`);
  response.end(text);
  return Buffer.byteLength(text);
}
