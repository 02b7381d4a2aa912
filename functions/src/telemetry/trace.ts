import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C Trace Context: the part of it that is handed on from stage to stage. */
export interface TraceContext {
  traceId: string;
  spanId: string;
  sampled: boolean;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const current = new AsyncLocalStorage<TraceContext>();

/** The context that a `traceparent` names, or undefined for none or a malformed one. */
export function parseTraceparent(traceparent: string | undefined): TraceContext | undefined {
  const match = pattern.exec(traceparent ?? '');
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return undefined;
  return { traceId: match[1]!, spanId: match[2]!, sampled: (Number.parseInt(match[3]!, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A step of the trace that `traceparent` names, or the first step of a new one. */
export function childOf(traceparent: string | undefined): TraceContext {
  const parent = parseTraceparent(traceparent);
  return {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    sampled: parent?.sampled ?? true,
  };
}

/** Runs `work` as a step of the trace; logs written meanwhile carry its ids. */
export function inTrace<T>(context: TraceContext, work: () => T): T {
  return current.run(context, work);
}

export function currentTrace(): TraceContext | undefined {
  return current.getStore();
}

/**
 * What to hand on in place of `traceparent`: the step that is under way, where it belongs to the same trace. What is
 * done for another trace (an upload taken up again by a later call) stays in that one.
 */
export function handOn(traceparent: string): string {
  const step = currentTrace();
  return step && parseTraceparent(traceparent)?.traceId === step.traceId
    ? formatTraceparent(step)
    : traceparent;
}
