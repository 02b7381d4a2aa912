import type { UploadKey } from '../domain/upload.ts';
import { faultOf } from '../domain/fault.ts';
import { errorFields, log } from './log.ts';
import { flushMetrics } from './metrics.ts';
import { childOf, formatTraceparent, inTrace } from './trace.ts';

export interface EventStep {
  /** Name of the function, for the logs. */
  event: string;
  key: UploadKey;
  /** The trace of the stage before, from the event's own carrier. */
  traceparent: string | undefined;
}

/**
 * Runs one step of an upload for an event: inside its trace, with one line in the log. What is thrown goes on to the
 * platform, which delivers the event again; workflows throw only what may help to repeat.
 *
 * @param work gets the `traceparent` to hand on
 */
export async function handleEvent(
  step: EventStep,
  work: (traceparent: string) => Promise<string>,
): Promise<void> {
  const { event, key } = step;
  const { uploadId } = key;
  const trace = childOf(step.traceparent);
  const started = performance.now();
  const durationMs = (): number => Math.round(performance.now() - started);
  await inTrace(trace, async () => {
    try {
      const outcome = await work(formatTraceparent(trace));
      log('info', 'event.handled', { event, uploadId, outcome, durationMs: durationMs() });
    } catch (error) {
      const { code, retry, cause } = faultOf(error);
      // A fault with a name of its own that may pass is the platform's everyday; anything else wants a look.
      log(retry && code !== 'internal' ? 'warn' : 'error', 'event.failed', {
        event,
        uploadId,
        code,
        retry,
        durationMs: durationMs(),
        ...errorFields(cause ?? error),
      });
      throw error;
    } finally {
      await flushMetrics();
    }
  });
}

/** The JSON of a Pub/Sub message, or undefined: its getter throws on what is not JSON. */
export function jsonOf(message: { json: unknown }): unknown {
  try {
    return message.json;
  } catch {
    return undefined;
  }
}
