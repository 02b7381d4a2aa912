import type { Fault } from '../domain/fault.ts';
import { errorFields, log } from '../telemetry/log.ts';
import { measure } from '../telemetry/metrics.ts';

/**
 * Logs and measures a request that has been answered: faults of ours as errors, the client's mistakes as information.
 *
 * @param method of HTTP, or `CALL` for a callable
 * @param started of `performance.now()`
 */
export function recordOutcome(method: string, status: number, started: number, fault?: Fault): void {
  const elapsedMs = performance.now() - started;
  const fields = { method, status, durationMs: Math.round(elapsedMs) };
  if (!fault) log('info', 'request.answered', fields);
  else if (status < 500) log('info', 'request.answered', { ...fields, code: fault.code });
  else log('error', 'request.failed', { ...fields, code: fault.code, ...errorFields(fault.cause) });
  measure('http.server.request.duration', elapsedMs / 1000, {
    'http.request.method': method === 'CALL' ? 'POST' : knownMethod(method),
    'http.response.status_code': status,
    ...(fault ? { 'error.type': fault.code } : {}),
  });
}

/** Anybody may make up a method; a metric must not have a series for each. */
export function knownMethod(method: string): string {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].includes(method) ? method : '_OTHER';
}
