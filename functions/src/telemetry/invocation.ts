import { AsyncLocalStorage } from 'node:async_hooks';
import { servedFunction } from '../config.ts';
import { faults, type Fault } from '../domain/fault.ts';
import { reportError } from './errors.ts';
import { measure } from './metrics.ts';
import { inRootSpan, type Recording, type SpanAttributes, type SpanKind } from './spans.ts';
import { formatTraceparent, type TraceContext } from './trace.ts';

/** What set an invocation off, in the words of OpenTelemetry's conventions for functions. */
export type Trigger = 'http' | 'pubsub' | 'datasource' | 'timer' | 'other';

export interface About {
  trigger: Trigger;
  kind: SpanKind;
  /** The step before, from whatever carries it. */
  traceparent: string | undefined;
  /** Names the request or the event, everywhere. */
  requestId: string;
  uploadId?: string | undefined;
  /** Name of the function, where the process does not tell. */
  name?: string;
  attributes?: SpanAttributes;
}

/** One invocation of a function under way. */
export interface Invocation {
  readonly requestId: string;
  uploadId: string | undefined;
  readonly trace: TraceContext;
  /** To hand on to the next stage. */
  readonly traceparent: string;
  readonly span: Recording;
  /** Notes the fault that it ends with; `error` is what was thrown. */
  fail(fault: Fault, error: unknown): void;
}

const current = new AsyncLocalStorage<Invocation>();

export function currentInvocation(): Invocation | undefined {
  return current.getStore();
}

let cold = true;

/** Runs one invocation: in its trace, measured, and known to whatever logs meanwhile. Sends nothing by itself. */
export async function invoke<T>(about: About, work: (invocation: Invocation) => Promise<T>): Promise<T> {
  const { trigger, requestId } = about;
  const attributes: SpanAttributes = {
    ...about.attributes,
    'faas.trigger': trigger,
    'faas.coldstart': cold,
    'clarity_loop.upload.id': about.uploadId,
  };
  if (cold) measure('faas.coldstarts', 1, { 'faas.trigger': trigger });
  cold = false;
  const started = performance.now();
  let failed: Fault | undefined;
  const options = { kind: about.kind, traceparent: about.traceparent, attributes };
  try {
    return await inRootSpan(servedFunction ?? about.name ?? 'unknown', options, (span) => {
      const invocation: Invocation = {
        requestId,
        uploadId: about.uploadId,
        trace: span.context,
        traceparent: formatTraceparent(span.context),
        span,
        fail(fault, error) {
          failed = fault;
          // A client's mistake is no failure of the server, in the conventions' words.
          if (faults[fault.code].status >= 500) span.fail(fault.code);
          reportError({ error, fault, trace: span.context, requestId, uploadId: this.uploadId });
        },
      };
      return current.run(invocation, () => work(invocation));
    });
  } finally {
    const ended = { 'faas.trigger': trigger, ...(failed ? { 'error.type': failed.code } : {}) };
    measure('faas.invoke_duration', (performance.now() - started) / 1000, ended);
    if (failed && faults[failed.code].status >= 500) measure('faas.errors', 1, ended);
  }
}
