import { randomUUID } from 'node:crypto';
import { Fault, faultOf } from '../domain/fault.ts';
import { invoke, type About } from '../telemetry/invocation.ts';
import { errorFields, log } from '../telemetry/log.ts';
import type { SpanAttributes } from '../telemetry/spans.ts';
import { flushTelemetry } from '../telemetry/telemetry.ts';

/** The part of a CloudEvent that tells what is delivered. */
export interface Delivery {
  /** The same for every delivery of one event. */
  id?: string;
  type?: string;
  /** The topic, the bucket or the database, as a resource name. */
  source?: string;
}

export interface EventStep {
  /** Name of the function, for the logs. */
  event: string;
  delivery: Delivery;
  /** The upload that it is about, where it is about one. */
  uploadId: string | undefined;
  /** The trace of the stage before, from the event's own carrier. */
  traceparent: string | undefined;
}

/**
 * Runs one step of an upload for an event: inside its trace, with one line in the log. The fault goes on to the platform,
 * which delivers the event again; workflows throw only what may help to repeat.
 *
 * @param work gets the `traceparent` to hand on
 */
export async function handleEvent(
  { event, uploadId, delivery, traceparent }: EventStep,
  work: (traceparent: string) => Promise<string>,
): Promise<void> {
  const about = { ...aboutDelivery(event, delivery), traceparent, uploadId };
  await handle(event, about, async (invocation) => {
    const started = performance.now();
    const outcome = await work(invocation.traceparent);
    invocation.span.set({ 'clarity_loop.outcome': outcome });
    log('info', 'event.handled', { event, outcome, durationMs: Math.round(performance.now() - started) });
  });
}

/** Takes an event that is none for the function `event`: it is logged, and must not come again. */
export async function dropEvent(event: string, delivery: Delivery, reason: string): Promise<void> {
  await handle(event, { ...aboutDelivery(event, delivery), traceparent: undefined }, () => {
    log('error', 'event.dropped', { event, reason });
    return Promise.resolve();
  });
}

/** Runs a scheduled function, in a trace of its own. */
export async function handleSchedule(event: string, work: () => Promise<void>): Promise<void> {
  const about = { name: event, trigger: 'timer', kind: 'internal', requestId: randomUUID() } as const;
  await handle(event, { ...about, traceparent: undefined }, work);
}

async function handle(event: string, about: About, work: Parameters<typeof invoke<void>>[1]): Promise<void> {
  const started = performance.now();
  try {
    await invoke(about, async (invocation) => {
      try {
        await work(invocation);
      } catch (error) {
        const fault = faultOf(error);
        const { code, retry, cause } = fault;
        invocation.fail(fault, error);
        // A fault with a name of its own that may pass is the platform's everyday; anything else wants a look.
        log(retry && code !== 'internal' ? 'warn' : 'error', 'event.failed', {
          event,
          code,
          retry,
          durationMs: Math.round(performance.now() - started),
          ...errorFields(cause ?? error),
        });
        // The framework prints what it is given, with message and cause: it gets neither.
        throw new Fault(code);
      }
    });
  } finally {
    await flushTelemetry();
  }
}

/** An event in the words of OpenTelemetry's conventions. The source of a storage event is a bucket, of no one person. */
function aboutDelivery(event: string, { id, type = '', source = '' }: Delivery): Omit<About, 'traceparent'> {
  const attributes: SpanAttributes = type.includes('.pubsub.')
    ? {
        'messaging.system': 'gcp_pubsub',
        'messaging.destination.name': source.split('/').at(-1),
        'messaging.operation.type': 'process',
      }
    : {
        'faas.document.collection': type.includes('.storage.') ? 'recordings' : 'analyses',
        'faas.document.operation': 'edit',
      };
  return {
    name: event,
    trigger: type.includes('.pubsub.') ? 'pubsub' : 'datasource',
    kind: 'consumer',
    requestId: id ?? randomUUID(),
    attributes,
  };
}

/** The JSON of a Pub/Sub message, or undefined: its getter throws on what is not JSON. */
export function jsonOf(message: { json: unknown }): unknown {
  try {
    return message.json;
  } catch {
    return undefined;
  }
}
