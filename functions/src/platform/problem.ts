import { faults, type Fault } from '../domain/fault.ts';

/** A fault as a problem document (RFC 9457). `type` is the code as a URN: there is no page behind it. */
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

/** Where nothing better is known, what may pass has passed by then. */
const passesWithinS = 30;

/** Seconds after which the same request may succeed; undefined where it never will. */
export function retryAfterOf(fault: Fault): number | undefined {
  return fault.retryAfterS ?? (faults[fault.code].status === 503 ? passesWithinS : undefined);
}
