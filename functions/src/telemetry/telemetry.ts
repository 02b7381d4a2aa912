import { flushErrors, prepareErrors } from './errors.ts';
import { errorFields, log } from './log.ts';
import { flushMetrics, prepareMetrics } from './metrics.ts';
import { flushSpans, prepareSpans } from './spans.ts';

/** A collector that does not answer must not hold an invocation up for longer. */
const flushMs = 300;

const signals = {
  traces: { prepare: prepareSpans, flush: flushSpans },
  metrics: { prepare: prepareMetrics, flush: flushMetrics },
  errors: { prepare: prepareErrors, flush: flushErrors },
};

type Signal = keyof typeof signals;

/** Signals whose last sending failed: that is logged once, not at every invocation. */
const failing = new Set<Signal>();

/**
 * Sends spans, metrics and errors, side by side, and waits for at most 300 ms; what takes longer goes on by itself.
 * Never throws. The code that sends is loaded before the time begins to run, once in an instance.
 *
 * When to call it: an event is flushed before its handler ends, because an instance has no CPU after that and may never
 * run again. A request is answered first and flushed then: a person is waiting. Cloud Run takes the CPU away soon
 * after the answer, so a sending may stand still until the instance's next request, and is lost if there is none (on
 * SIGTERM the framework leaves at once); the spans of the events that follow are sent by themselves. Where that is
 * not good enough, let the function keep its CPU (`cpu always allocated`).
 */
export async function flushTelemetry(): Promise<void> {
  const names = Object.keys(signals) as Signal[];
  await Promise.all(names.map((signal) => attempt(signal, signals[signal].prepare)));
  const sent = Promise.all(
    names.map(async (signal) => {
      if (await attempt(signal, signals[signal].flush)) failing.delete(signal);
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, flushMs)));
  await Promise.race([sent, late]);
  clearTimeout(timer);
}

async function attempt(signal: Signal, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (!failing.has(signal)) log('warn', 'telemetry.failed', { signal, ...errorFields(error) });
    failing.add(signal);
    return false;
  }
}
